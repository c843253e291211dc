/**
 * What the graph shows of a sealed value: an identity number keeps its first 3 and last 2 characters
 * (`310*************1X`), shorter values keep less, so that never more than half of a value is shown.
 * The number of characters stays.
 */
export function mask(value: string): string {
  const characters = Array.from(value);
  const [head, tail] = shown(characters.length);
  return characters
    .map((character, at) => (at < head || at >= characters.length - tail ? character : '*'))
    .join('');
}

function shown(length: number): [head: number, tail: number] {
  if (length >= 10) return [3, 2];
  if (length >= 6) return [1, 1];
  if (length >= 2) return [1, 0];
  return [0, 0];
}
