import { secretOf } from '../../kit/secret-columns.js';
import { columnsOf, type ColumnReference } from './statement-columns.js';
import { tablesOf, type TableReference } from './statement-tables.js';
import { StatementFault, isKeyword, tokensOf, type Token } from './statement-tokens.js';
import { beforeBrackets, forbiddenWords, pureFunctions, rowFunctions, types } from './statement-words.js';

/** What a statement may do, beside reading columns by name. */
export interface StatementRules {
  /** Schemas whose tables it may read, beside `{schema}`. */
  readonly schemas: readonly string[];
  /** The holes that it may have. */
  readonly holes: readonly string[];
  /** Whether it may read identity numbers: for the source `identities` only. */
  readonly identities: boolean;
}

/** A statement that was found to be acceptable. */
export interface CheckedStatement {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly tables: readonly TableReference[];
  /** What it takes for columns of its tables; the database must have each (column-check.ts). */
  readonly columns: readonly ColumnReference[];
}

/**
 * Checks that a statement is one question that reads named columns of the school's own tables and does nothing else:
 * no second statement, no comment, no function but those that compute, no lock, no whole row, no password column.
 * It guards against mistakes and bad changes of a school file; the account's own rights are the other wall.
 * @throws StatementFault that says what is wrong
 */
export function checkQuestion(text: string, rules: StatementRules): CheckedStatement {
  const tokens = tokensOf(text);
  if (!isKeyword(tokens[0], 'SELECT') && !isKeyword(tokens[0], 'WITH')) {
    throw new StatementFault('must be a SELECT');
  }
  return checkTokens(text, tokens, rules);
}

/**
 * Checks an INSERT of a write-back: into one named table of the school's own, from values or from one question.
 * @throws StatementFault that says what is wrong
 */
export function checkInsert(
  text: string,
  rules: StatementRules,
): CheckedStatement & { readonly into: string } {
  const tokens = tokensOf(text);
  const [insert, into, schema, dot, table, opened] = tokens;
  const own = schema !== undefined && isOwn(schema, rules);
  if (!isKeyword(insert, 'INSERT') || !isKeyword(into, 'INTO') || !own || dot?.value !== '.') {
    throw new StatementFault('must begin with INSERT INTO {schema}.TABLE (columns)');
  }
  if (table?.kind !== 'word' || opened?.value !== '(') throw new StatementFault('must name its columns');
  const end = tokens.findIndex(({ value }, at) => at > 5 && value === ')');
  const source = tokens.slice(end + 1);
  if (end < 0 || !(isKeyword(source[0], 'VALUES') || isKeyword(source[0], 'SELECT'))) {
    throw new StatementFault('must insert VALUES or the rows of a SELECT');
  }
  const columns = tokens.slice(6, end);
  if (columns.some((token, at) => (at % 2 === 0 ? token.kind !== 'word' : token.value !== ','))) {
    throw new StatementFault('must name its columns');
  }
  for (const { value } of columns) refuseSecret(value, rules);
  const checked = checkTokens(text, source, rules);
  return { ...checked, tokens, into: text.slice(schema.start, table.end) };
}

function checkTokens(text: string, tokens: readonly Token[], rules: StatementRules): CheckedStatement {
  const found = tablesOf(tokens, (schema) => isOwn(schema, rules));
  const { tables, named } = found;
  const rows = new Set(tables.flatMap(({ alias, table }) => [alias, table]));
  tokens.forEach((token, at) => {
    if (token.kind === 'hole') checkHole(tokens, at, rules, named);
    else if (token.kind === 'word') checkWord(tokens, at, rules, named, rows);
    else if (token.kind === 'sign' && token.value === '*') checkStar(tokens, at);
  });
  return { text, tokens, tables, columns: columnsOf(tokens, found) };
}

/** Schemas are written as they are declared: `base`, `BASE` and `"base"` are three for some database. */
function isOwn({ kind, written, quoted }: Token, { schemas }: StatementRules): boolean {
  return kind === 'hole' ? written === 'schema' : kind === 'word' && !quoted && schemas.includes(written);
}

function checkHole(
  tokens: readonly Token[],
  at: number,
  { holes }: StatementRules,
  named: ReadonlySet<number>,
): void {
  const { value } = tokens[at]!;
  if (value === 'schema') {
    if (!named.has(at)) throw new StatementFault('may have {schema} before the name of a table only');
  } else if (!holes.includes(value)) {
    throw new StatementFault(`has no {${value}}; it may have ${holes.map((hole) => `{${hole}}`).join(', ')}`);
  }
}

function checkWord(
  tokens: readonly Token[],
  at: number,
  rules: StatementRules,
  named: ReadonlySet<number>,
  rows: ReadonlySet<string>,
): void {
  const { value, quoted } = tokens[at]!;
  const [before, after] = [tokens[at - 1], tokens[at + 1]];
  refuseSecret(value, rules);
  const qualified = before?.kind === 'sign' && before.value === '.';
  const called = after?.kind === 'sign' && after.value === '(';
  if (qualified && (rowFunctions.has(value) || value === 'NEXTVAL' || value === 'CURRVAL')) {
    throw new StatementFault(`uses ${value}, which is more than a column in some databases`);
  }
  if (called) {
    const known = pureFunctions.has(value) || types.has(value) || beforeBrackets.has(value);
    if (quoted || qualified || !known) {
      throw new StatementFault(`calls ${value}, which is not known to compute and nothing else`);
    }
    return;
  }
  if (!quoted && !qualified && forbiddenWords.has(value)) {
    throw new StatementFault(`may not contain ${value}; it asks and does nothing else`);
  }
  if (!quoted && value === 'WITH' && at > 0)
    throw new StatementFault('may not contain WITH but at its beginning');
  const qualifies = after?.kind === 'sign' && after.value === '.';
  const names = named.has(at) || isKeyword(before, 'AS') || (at === 1 && isKeyword(before, 'WITH'));
  const isGiven = isKeyword(after, 'AS') && tokens[at + 2]?.value === '(';
  if (rows.has(value) && !qualified && !qualifies && !names && !isGiven) {
    throw new StatementFault(`uses ${value} as a whole row; it must name its columns`);
  }
}

function refuseSecret(word: string, { identities }: StatementRules): void {
  const secret = secretOf(word);
  if (secret === 'PASSWORD') throw new StatementFault(`names ${word}, a password column`);
  if (!identities && secret === 'IDENTITY') {
    throw new StatementFault(`names ${word}; identity numbers belong to the source identities only`);
  }
}

/** Words after which `*` multiplied nothing. */
const endsList = /^(?:FROM|INTO|WHERE|UNION|BULK|GROUP|ORDER|HAVING|INTERSECT|EXCEPT|MINUS|LIMIT)$/;

function checkStar(tokens: readonly Token[], at: number): void {
  const [before, after] = [tokens[at - 1], tokens[at + 1]];
  const counts = before?.value === '(' && isKeyword(tokens[at - 2], 'COUNT') && after?.value === ')';
  const left =
    before?.kind === 'number' ||
    before?.kind === 'hole' ||
    (before?.kind === 'sign' && before.value === ')') ||
    (before?.kind === 'word' && (before.quoted || tokens[at - 2]?.value === '.'));
  const right =
    after?.kind === 'number' ||
    after?.kind === 'hole' ||
    (after?.kind === 'sign' && after.value === '(') ||
    (after?.kind === 'word' && (after.quoted || !endsList.test(after.value)));
  if (!counts && !(left && right)) {
    throw new StatementFault('must name its columns; * would fetch passwords too');
  }
}
