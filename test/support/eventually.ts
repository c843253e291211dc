import { setTimeout as pause } from 'node:timers/promises';

/**
 * Asks until it is so: for what another process or a server does in its own time. The ceiling is far above what any
 * machine needs, so that it tells a fault and not a load.
 * @throws Error after 45 seconds, with what `otherwise` has to say
 */
export async function eventually(
  isSo: () => boolean | Promise<boolean>,
  otherwise: () => string = () => 'It did not come about.',
): Promise<void> {
  for (const latest = performance.now() + 45_000; !(await isSo()); await pause(10)) {
    if (performance.now() > latest) throw new Error(otherwise());
  }
}
