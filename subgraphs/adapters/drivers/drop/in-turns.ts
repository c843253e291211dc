import type { FormatContext } from './delivery-format.js';

/** Rows that are worked on before others get their turn: about a millisecond's work. */
const rowsAtOnce = 1_000;

/** Goes through the items of a delivery and lets other work of the process go on in between. */
export async function inTurns<T>(
  items: Iterable<T>,
  { pause }: Pick<FormatContext, 'pause'>,
  work: (item: T) => void,
): Promise<void> {
  let done = 0;
  for (const item of items) {
    work(item);
    done += 1;
    if (done % rowsAtOnce === 0) await pause();
  }
}
