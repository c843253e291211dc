import { StatementFault, isKeyword, type Token } from './statement-tokens.js';

const setOf = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/));

/** Keywords that end a list of tables. */
const ends = setOf('SELECT WHERE GROUP HAVING ORDER UNION INTERSECT EXCEPT MINUS OFFSET FETCH LIMIT');

/** What may stand after a table and its alias, beside a comma, a bracket and the end. */
const afterTable = setOf('JOIN INNER LEFT RIGHT FULL CROSS ON USING');

/** What may stand between two values of a join's condition. */
const inConditions = setOf(
  'ON USING JOIN INNER LEFT RIGHT FULL OUTER CROSS AND OR NOT IN EXISTS LIKE ILIKE BETWEEN IS DISTINCT FROM CASE WHEN THEN ELSE ESCAPE COLLATE ANY ALL SOME INTERVAL DATE',
);
/** Keywords that are values, or end one. */
const values = setOf('NULL END TRUE FALSE');

/** What must follow a keyword: without it some database takes the keyword for an alias, and a table after it is unseen. */
const followedBy: Readonly<Record<string, RegExp>> = {
  INNER: /^JOIN$/,
  CROSS: /^JOIN$/,
  OUTER: /^JOIN$/,
  FULL: /^(?:JOIN|OUTER)$/,
  LEFT: /^(?:JOIN|OUTER|\()$/,
  RIGHT: /^(?:JOIN|OUTER|\()$/,
  GROUP: /^BY$/,
  ORDER: /^BY$/,
  UNION: /^(?:ALL|DISTINCT|SELECT|\()$/,
  INTERSECT: /^(?:ALL|DISTINCT|SELECT|\()$/,
  EXCEPT: /^(?:ALL|DISTINCT|SELECT|\()$/,
  MINUS: /^(?:SELECT|\()$/,
  OFFSET: /^\d+$/,
  LIMIT: /^\d+$/,
  FETCH: /^(?:FIRST|NEXT)$/,
};

/** Whether a word ends a list of tables. */
export function endsFrom({ value }: Token): boolean {
  return ends.has(value);
}

/** @throws StatementFault where something else than a join or the next clause follows a table */
export function checkAfterTable(tokens: readonly Token[], at: number): void {
  const token = tokens[at];
  if (token === undefined) return;
  const plain =
    (token.kind === 'sign' && (token.value === ',' || token.value === ')')) ||
    (token.kind === 'hole' && token.value === 'limit') ||
    (token.kind === 'word' && !token.quoted && (afterTable.has(token.value) || ends.has(token.value)));
  if (!plain) throw new StatementFault(`has ${token.value} after a table; join tables by JOIN … ON`);
}

/**
 * Between tables two values never stand side by side, so a word that follows one is a join that is not known here, or
 * an alias that hides one.
 * @throws StatementFault
 */
export function checkInsideFrom(tokens: readonly Token[], at: number): void {
  const token = tokens[at]!;
  const before = tokens[at - 1];
  if (token.kind !== 'word' || before?.value === '.') return;
  const keyword = !token.quoted && (inConditions.has(token.value) || ends.has(token.value));
  if (keyword) {
    checkFollowed(tokens, at);
    return;
  }
  // INTERVAL '1' DAY
  if (before?.kind === 'text' && isKeyword(tokens[at - 2], 'INTERVAL')) return;
  const endsValue =
    before?.kind === 'number' ||
    before?.kind === 'text' ||
    before?.kind === 'hole' ||
    (before?.kind === 'sign' && before.value === ')') ||
    (before?.kind === 'word' &&
      (before.quoted ||
        tokens[at - 2]?.value === '.' ||
        values.has(before.value) ||
        !inConditions.has(before.value)));
  if (endsValue && !(values.has(token.value) && !token.quoted)) {
    throw new StatementFault(`has ${token.value} between its tables; join tables by JOIN … ON`);
  }
}

/** @throws StatementFault where a keyword that ends the list of tables begins no clause */
export function checkEndOfFrom(tokens: readonly Token[], at: number): void {
  checkFollowed(tokens, at);
  const next = tokens[at + 1];
  if (next === undefined || (next.kind === 'sign' && (next.value === ',' || next.value === ')'))) {
    throw new StatementFault(`has ${tokens[at]!.value} and nothing after it`);
  }
}

function checkFollowed(tokens: readonly Token[], at: number): void {
  const { value } = tokens[at]!;
  const wanted = followedBy[value];
  const next = tokens[at + 1];
  if (wanted !== undefined && (next === undefined || next.quoted || !wanted.test(next.value))) {
    throw new StatementFault(`has ${value} in a way that databases read differently`);
  }
}
