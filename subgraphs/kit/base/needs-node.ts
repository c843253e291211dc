/**
 * The first import of every main: ends the process with one sentence where Node is older than the house needs. npm
 * brings a Node of its own for most machines; on the others it is the system's, which would fail later and less
 * clearly. It imports nothing and uses nothing new, so that an old Node can run it.
 */

const needed = [22, 17] as const;

/** @returns one sentence in Chinese and English, or undefined where this version of Node, such as `20.20.2`, will do */
export function nodeProblem(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > needed[0] || (major === needed[0] && minor >= needed[1])) return undefined;
  const wanted = needed.join('.');
  return (
    `需要 Node ${wanted} 或更高版本，当前为 ${version}：请安装较新的 Node（https://nodejs.org），再运行 npm ci。 / ` +
    `Node ${wanted} or newer is needed and this is ${version}: install a newer one (https://nodejs.org) and run npm ci again.`
  );
}

const problem = nodeProblem(process.versions.node);
if (problem !== undefined) {
  process.stderr.write(`${problem}\n`);
  process.exit(1);
}
