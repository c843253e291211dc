import { z } from 'zod';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { readCursor, writeCursor } from './opaque-cursor.js';

/** The arguments of a list that is paged by code. */
export interface ListArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly codes?: readonly string[] | null | undefined;
  readonly maxAge?: number | null | undefined;
}

/** Most items of a page, as the gateway allows them. */
const mostItems = 100;

/** Most codes in a question. */
const mostCodes = 500;

/** The place of an item in its list: by code, and where two items have the same code by what else tells them apart. */
export type Place = readonly [code: string, rest: string];

const placeSchema = z.tuple([z.string(), z.string()]);

/** The order of a list. */
export function placeOrder(a: Place, b: Place): number {
  const [first, second] = a[0] === b[0] ? [a[1], b[1]] : [a[0], b[0]];
  return first < second ? -1 : first > second ? 1 : 0;
}

/** What is wanted of a list, checked. */
export interface CheckedArguments {
  readonly first: number;
  /** The place after which the page begins; null for its beginning. */
  readonly after: Place | null;
  /** Undefined for all. */
  readonly codes: ReadonlySet<string> | undefined;
  /** Undefined where the reader does not mind. */
  readonly maxAgeMs: number | undefined;
}

/**
 * Checks the arguments of a list, before anything is read for them.
 * @throws AmrloError `PAGE_SIZE_INVALID`, `CURSOR_INVALID` or, beyond 500 codes, `INPUT_INVALID`
 */
export function checkedArguments(asked: ListArguments): CheckedArguments {
  const first = checkedFirst(asked.first, mostItems, 20);
  const after = asked.after == null ? null : readCursor(placeSchema, asked.after);
  if (asked.after != null && after === null) throw refuse('CURSOR_INVALID');
  return { first, after, codes: checkedCodes(asked.codes), maxAgeMs: acceptedAge(asked.maxAge) };
}

/** One page of items that are in the order of their places; a cursor names a place, so it holds when others come or go. */
export function pageOf<T extends { readonly place: Place }>(
  items: readonly T[],
  { first, after }: Pick<CheckedArguments, 'first' | 'after'>,
) {
  const found = after === null ? 0 : items.findIndex(({ place }) => placeOrder(place, after) > 0);
  const start = found < 0 ? items.length : found;
  const page = items.slice(start, start + first);
  const cursorOf = (item: T | undefined) => (item === undefined ? null : writeCursor(item.place));
  return {
    edges: page.map((item) => ({ cursor: writeCursor(item.place), item })),
    pageInfo: {
      hasNextPage: start + first < items.length,
      hasPreviousPage: start > 0,
      startCursor: cursorOf(page[0]),
      endCursor: cursorOf(page.at(-1)),
    },
  };
}

/** How many items are wanted. @throws AmrloError `PAGE_SIZE_INVALID` */
export function checkedFirst(first: number | null | undefined, max: number, usual: number): number {
  const wanted = first ?? usual;
  if (wanted < 1 || wanted > max) throw refuse('PAGE_SIZE_INVALID', { max });
  return wanted;
}

function checkedCodes(codes: readonly string[] | null | undefined): ReadonlySet<string> | undefined {
  if (codes == null) return undefined;
  if (codes.length > mostCodes) throw refuse('INPUT_INVALID', { detail: `codes ≤ ${mostCodes}` });
  return new Set(codes.map((code) => code.trim()));
}

/**
 * The age that is accepted, in milliseconds; undefined where the reader does not mind. A negative one counts as 0, as
 * it does wherever the contract has one.
 */
export function acceptedAge(maxAge: number | null | undefined): number | undefined {
  return maxAge == null ? undefined : Math.max(0, maxAge) * 1000;
}
