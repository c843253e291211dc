/**
 * Packages that must be installed once. Two copies of `graphql` refuse each other's schemas; two of
 * `@apollo/federation-internals` make nearly every composition fail with messages that do not say so.
 */
const once = ['graphql', '@apollo/federation-internals'];

/** One sentence for each of these packages that the lockfile installs more than once, or not at all. */
export function singleCopyProblems(lockfile: string): string[] {
  const { packages } = JSON.parse(lockfile) as { packages: Record<string, { version?: string }> };
  return once.flatMap((name) => {
    const paths = Object.keys(packages).filter(
      (path) => path === `node_modules/${name}` || path.endsWith(`/node_modules/${name}`),
    );
    if (paths.length === 1) return [];
    const copies = paths.map((path) => `${path} (${packages[path]?.version ?? 'no version'})`).join(', ');
    return [
      `package-lock.json must install ${name} exactly once; it has ${copies === '' ? 'none' : copies}.`,
    ];
  });
}
