import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * The path of a file that lies beside a module and is not code. Compiled modules lie under `dist/`, where the
 * compiler copies code only; there the file of the source tree is meant, unless a build has copied it.
 */
export function assetPath(moduleUrl: string, name: string): string {
  const beside = fileURLToPath(new URL(name, moduleUrl));
  if (existsSync(beside)) return beside;
  return beside.replace(/([\\/])dist([\\/])(?=(subgraphs)[\\/])/, '$1');
}
