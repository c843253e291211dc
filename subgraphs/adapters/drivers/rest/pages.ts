import { scalarText, valueAt, type ExactJson } from './exact-json.js';
import type { Answer, Question } from './rest-client.js';
import type { DeclaredPaging } from './rest-declaration.js';

/** The items of a list, and whether they are all there are. */
export interface Items {
  readonly items: readonly ExactJson[];
  /** False when the service does not say how much there is, or when what it says does not come out. */
  readonly complete: boolean;
}

/** What is asked of a list. */
export interface ListQuestion {
  readonly question: Question;
  readonly items: string;
  readonly paging?: DeclaredPaging | undefined;
  /** Where an item's own key stands. */
  readonly key?: string | undefined;
  readonly maxRows: number;
  /** Asked after each page; what is read ends there, and is not complete, when it is enough. */
  readonly enough?: ((items: readonly ExactJson[]) => boolean) | undefined;
}

/** A list that is longer than its limit. */
export class TooManyItems extends Error {}
/** The list became another one while it was read. */
class ListChanged extends Error {}

/** A service that goes on longer than this goes on for ever. */
const mostPages = 5_000;

/**
 * Reads a list to its end. Every trap that is known of such services ends in `complete: false`, never in an endless
 * loop and never in a claim: no total, a total that does not come out or keeps changing, a page that comes again, a
 * page without items while more are promised, a next link to another host.
 * @throws TooManyItems, and whatever asking throws; Error when an answer holds no such list
 */
export async function readList(
  list: ListQuestion,
  ask: (question: Question) => Promise<Answer>,
): Promise<Items> {
  const { paging } = list;
  if (paging === undefined) {
    const found = itemsIn(await ask(list.question), list.items);
    if (found.length > list.maxRows) throw new TooManyItems();
    return withoutNulls(found, true);
  }
  try {
    return await readPages(list, paging, ask);
  } catch (error) {
    if (!(error instanceof ListChanged)) throw error;
  }
  try {
    return await readPages(list, paging, ask);
  } catch (error) {
    if (!(error instanceof ListChanged)) throw error;
    return { ...(await readPages(list, paging, ask, true)), complete: false };
  }
}

function at(question: Question, paging: DeclaredPaging, position: number): Question {
  const parameters = {
    [paging.sizeParameter]: String(paging.size),
    [paging.positionParameter]: String(position),
  };
  if (question.form !== undefined) return { ...question, form: { ...question.form, ...parameters } };
  return { ...question, query: { ...question.query, ...parameters } };
}

async function readPages(
  list: ListQuestion,
  paging: DeclaredPaging,
  ask: (question: Question) => Promise<Answer>,
  changing = false,
): Promise<Items> {
  const items: ExactJson[] = [];
  const seen = new Set<string>();
  let question = at(list.question, paging, paging.by === 'offset' ? 0 : paging.firstPage);
  let total: number | null = null;
  let repeated = false;
  for (let page = 1; page <= mostPages; page += 1) {
    const answer = await ask(question);
    const found = itemsIn(answer, list.items);
    const said = totalIn(answer, paging);
    if (page > 1 && said !== total && !changing) throw new ListChanged();
    total = said;
    const fresh = found.filter((item) => isNew(item, list.key, seen));
    items.push(...fresh);
    repeated ||= fresh.length < found.length;
    if (items.length > list.maxRows) throw new TooManyItems();
    const end = endOf(answer, paging, { page, found: found.length, sofar: items.length, total });
    if (end !== 'MORE') {
      // Without a count, items that came twice may stand where others should.
      const counted = total === null ? !repeated : items.length === total;
      return withoutNulls(items, end === 'END' && counted);
    }
    if (list.enough?.(items)) return withoutNulls(items, false);
    // A page of nothing new: the service repeats itself, or promises what does not come.
    if (fresh.length === 0) return withoutNulls(items, false);
    const next = nextQuestion(list, paging, answer, { page, received: items.length });
    if (next === null) return withoutNulls(items, false);
    question = next;
  }
  return withoutNulls(items, false);
}

/** The list at its place: null stands for none, one object for one item. */
function itemsIn({ body }: Answer, path: string): readonly ExactJson[] {
  const found = valueAt(body, path);
  if (found === null) return [];
  if (found === undefined) throw new Error(`the answer holds nothing at ${JSON.stringify(path)}`);
  if (Array.isArray(found)) return found as readonly ExactJson[];
  if (typeof found === 'object') return [found];
  throw new Error(`the answer holds no list at ${JSON.stringify(path)}`);
}

/** `[null]` says that there is nothing (QZ); a null among items is an item that was lost. */
function withoutNulls(items: readonly ExactJson[], complete: boolean): Items {
  const held = items.filter((item) => item !== null);
  return { items: held, complete: complete && (held.length === items.length || items.length === 1) };
}

function isNew(item: ExactJson, key: string | undefined, seen: Set<string>): boolean {
  const own = (key === undefined ? null : scalarText(valueAt(item, key))) ?? JSON.stringify(item);
  if (seen.has(own)) return false;
  seen.add(own);
  return true;
}

function numberAt(
  answer: Answer,
  where: { readonly header: string } | { readonly at: string },
): number | null {
  const text =
    'header' in where
      ? answer.header(where.header.toLowerCase())
      : scalarText(valueAt(answer.body, where.at));
  return /^\d{1,15}$/.test(text?.trim() ?? '') ? Number(text) : null;
}

function totalIn(answer: Answer, { total }: DeclaredPaging): number | null {
  return total === undefined ? null : numberAt(answer, total);
}

/**
 * Whether a list goes on after a page. `END` is the service's own word; `SEEMS_ENDED` is a short page of a service that
 * says nothing.
 */
function endOf(
  answer: Answer,
  paging: DeclaredPaging,
  read: { page: number; found: number; sofar: number; total: number | null },
): 'MORE' | 'END' | 'SEEMS_ENDED' {
  const words: boolean[] = [];
  if (read.total !== null) words.push(read.sofar < read.total);
  const more = paging.more === undefined ? undefined : valueAt(answer.body, paging.more);
  if (typeof more === 'boolean') words.push(more);
  const pages = paging.totalPages === undefined ? null : numberAt(answer, { at: paging.totalPages });
  if (pages !== null) words.push(read.page < pages);
  const link = paging.link ? answer.header('link') : undefined;
  if (link !== undefined) words.push(nextLink(link) !== null);
  if (words.length === 0) return read.found < paging.size ? 'SEEMS_ENDED' : 'MORE';
  // Words that contradict each other: what is promised is asked for, and the count decides in the end.
  return words.includes(true) ? 'MORE' : 'END';
}

function nextQuestion(
  list: ListQuestion,
  paging: DeclaredPaging,
  answer: Answer,
  { page, received }: { page: number; received: number },
): Question | null {
  const link = paging.link ? nextLink(answer.header('link') ?? '') : null;
  if (link !== null) {
    const target = URL.canParse(link, answer.url.href) ? new URL(link, answer.url) : null;
    // Credentials go to the school's host and to no other.
    if (target === null || target.origin !== answer.url.origin || list.question.method !== 'GET') return null;
    return { method: 'GET', path: target.pathname, query: Object.fromEntries(target.searchParams) };
  }
  return at(list.question, paging, paging.by === 'offset' ? received : paging.firstPage + page);
}

/** The target of `rel="next"` in a Link header (RFC 8288); null without one. */
export function nextLink(header: string): string | null {
  for (const [, target = '', parameters = ''] of header.matchAll(/<([^<>]*)>([^<]*)/g)) {
    const rel = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))/i.exec(parameters);
    if ((rel?.[1] ?? rel?.[2] ?? '').toLowerCase().split(/\s+/).includes('next')) return target;
  }
  return null;
}
