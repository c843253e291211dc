import { execFile, execFileSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { nodeProblem } from '../../subgraphs/kit/base/needs-node.js';

const root = new URL('../../', import.meta.url).pathname;
const mains = globSync(['gateway/main.ts', 'subgraphs/*/main.ts', 'subgraphs/**/*-main.ts'], { cwd: root })
  // Preloaded into processes whose own mains look.
  .filter((file) => !file.endsWith('follow-parent-main.ts'))
  .map((file) => file.replace(/\.ts$/, '.js'))
  .sort();

/** What a main prints and how it ends when it is started without a word by another Node, or by one that says it is older. */
function start(main: string, node: string, flags: string[]): Promise<{ status: unknown; text: string }> {
  return new Promise((resolve) => {
    execFile(node, [...flags, `${root}dist/${main}`], { env: {} }, (error, out, err) =>
      resolve({ status: error?.code ?? 0, text: out + err }),
    );
  });
}

/** A Node on this machine that is too old, if there is one. */
function oldNode(): string | undefined {
  return ['/usr/bin/node', '/usr/local/bin/node'].find((node) => {
    try {
      const version = execFileSync(node, ['--version'], { encoding: 'utf8', stdio: 'pipe' });
      return nodeProblem(version.trim().slice(1)) !== undefined;
    } catch {
      return false;
    }
  });
}

test.each(['22.17.0', '22.17.1', '22.20.0', '23.0.0', '24.21.0', '100.0.0'])('Node %s will do', (version) => {
  expect(nodeProblem(version)).toBeUndefined();
});

test.each(['22.16.0', '22.9.0', '20.20.2', '18.0.0', '9.99.99'])('Node %s will not do', (version) => {
  expect(nodeProblem(version)).toMatch(
    new RegExp(`需要 Node 22\\.17 .*${version}.* / Node 22\\.17 or newer is needed and this is ${version}`),
  );
});

test.each(mains)('%s ends with one sentence on a Node that is too old', async (main) => {
  const versions = "Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.20.2'}})";
  expect(
    await start(main, process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(versions)}`]),
  ).toEqual({ status: 1, text: `${nodeProblem('20.20.2')}\n` });
});

const node = oldNode();
if (node === undefined)
  process.stdout.write('Skipped: no older Node is installed here to start a main with.\n');
(node === undefined ? test.skip : test)('a real older Node gets as far as the sentence', async () => {
  for (const main of ['subgraphs/alliance/main.js', 'gateway/main.js', 'subgraphs/learners/main.js']) {
    const { status, text } = await start(main, node!, []);
    expect({ main, status }).toEqual({ main, status: 1 });
    expect(text).toMatch(/^需要 Node 22\.17 .*npm ci again\.\n$/);
  }
});
