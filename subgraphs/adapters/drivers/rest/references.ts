import { LRUCache } from 'lru-cache';
import type { ReadContext } from '../../kit/driver.js';
import type { NativeRow } from '../../kit/native-row.js';
import { fits, rowsOf } from './json-rows.js';
import { readList, type Items } from './pages.js';
import { asReading, type Reading, type ReadingParts } from './reading.js';
import type { RestClient } from './rest-client.js';
import type { DeclaredReference, DeclaredRest, DeclaredRows } from './rest-declaration.js';
import { SharedAnswer } from './shared-answer.js';
import { placeholdersOf, type Values } from './template.js';

/** What rows refer to: classes, courses, offerings, terms. */
export interface References {
  /** The row with the columns of all that it refers to; incomplete where something is not found. */
  lookUp(
    row: NativeRow,
    lookups: DeclaredRows['lookups'],
    reading: Reading,
  ): Promise<{ readonly row: NativeRow; readonly complete: boolean }>;
}

/** Most items that are kept of a reference that is asked one by one. */
const mostKept = 5_000;

type Index = { readonly byKey: ReadonlyMap<string, NativeRow>; readonly complete: boolean };
type Find = (key: string, reading: Reading) => Promise<{ row: NativeRow | null; complete: boolean }>;

/**
 * The references that a school file declares. A list is read whole once and kept; an item with `{key}` in its path is
 * asked when a row refers to it.
 */
export function createReferences(
  declared: DeclaredRest,
  client: RestClient,
  parts: ReadingParts,
): References {
  const finds = new Map<string, Find>(
    Object.entries(declared.references).map(([name, reference]) => [
      name,
      (isOneByOne(reference) ? oneByOne : whole)(
        reference,
        parts,
        // A reading of its own, because many wait for it; it ends when the last of them leaves.
        (values, context) =>
          asReading(parts, context, (reading) => itemsOf(reference, values, client, reading, declared)),
      ),
    ]),
  );
  return {
    async lookUp(row, lookups, reading) {
      let complete = true;
      const found: Record<string, string | null> = { ...row };
      // One after the other: a later one may go by a column of an earlier one (line item, class, course).
      for (const { in: name, by, as, optional } of lookups) {
        const key = found[by]?.trim();
        if (!key) continue;
        const answer = await (finds.get(name) as Find)(key, reading);
        if (answer.row !== null) Object.assign(found, prefixed(answer.row, as));
        else if (!optional) complete = false;
      }
      return { row: found, complete };
    },
  };
}

function isOneByOne({ path, query, form }: DeclaredReference): boolean {
  const templates = [path, ...Object.values(query), ...Object.values(form ?? {})];
  return templates.some((template) => placeholdersOf(template).includes('key'));
}

function prefixed(row: NativeRow, prefix: string): NativeRow {
  return Object.fromEntries(Object.entries(row).map(([column, value]) => [`${prefix}.${column}`, value]));
}

const noValues: Values = () => undefined;

type Fetch = (values: Values, context: ReadContext) => Promise<Items>;

function whole(reference: DeclaredReference, { clock, limitMs }: ReadingParts, fetch: Fetch): Find {
  const index = new SharedAnswer<Index>(clock, limitMs, async (context) => {
    const value = indexOf(await fetch(noValues, context), reference);
    // A list that is not whole is not kept: the next question may find more.
    return { value, keepMs: value.complete ? reference.keepSeconds * 1_000 : 0 };
  });
  return async (key, reading) => {
    const { byKey, complete } = await index.get(reading.signal);
    return { row: byKey.get(key) ?? null, complete };
  };
}

function oneByOne(reference: DeclaredReference, { clock, limitMs }: ReadingParts, fetch: Fetch): Find {
  const kept = new LRUCache<string, SharedAnswer<NativeRow | null>>({ max: mostKept });
  return async (key, reading) => {
    let answer = kept.get(key);
    if (answer === undefined) {
      const values: Values = (name) => (name === 'key' ? key : undefined);
      answer = new SharedAnswer(clock, limitMs, async (context) => {
        const value = indexOf(await fetch(values, context), reference).byKey.get(key) ?? null;
        return { value, keepMs: value === null ? 0 : reference.keepSeconds * 1_000 };
      });
      kept.set(key, answer);
    }
    return { row: await answer.get(reading.signal), complete: true };
  };
}

async function itemsOf(
  reference: DeclaredReference,
  values: Values,
  client: RestClient,
  reading: Reading,
  { maxRows }: DeclaredRest,
): Promise<Items> {
  const question = client.question(reference, values);
  if (question === null) return { items: [], complete: true };
  const { items: at, paging, key } = reference;
  let missing = false;
  const found = await readList({ question, items: at, paging, key, maxRows }, async (asked) => {
    const answer = await client.ask(asked, reading, { source: undefined, keys: 0 });
    if (answer.status !== 404) return answer;
    missing = true;
    return { ...answer, body: emptyAt(at) };
  });
  return { items: found.items, complete: found.complete && !missing };
}

/** An answer in which nothing stands at a path. */
function emptyAt(path: string): null | { readonly [name: string]: null } {
  return path === ''
    ? null
    : (path.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), null) as never);
}

function indexOf(found: Items, reference: DeclaredReference): Index {
  const byKey = new Map<string, NativeRow>();
  let complete = found.complete;
  for (const item of found.items) {
    const rows = rowsOf(item, reference);
    if (rows === null) complete = false;
    for (const row of rows ?? []) {
      const key = row[reference.key]?.trim();
      if (key && fits(row, reference.where, noValues) && !byKey.has(key)) byKey.set(key, row);
    }
  }
  return { byKey, complete };
}
