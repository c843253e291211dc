import { checkInsideFrom, checkAfterTable, checkEndOfFrom, endsFrom } from './statement-joins.js';
import { StatementFault, isKeyword, spellingOf, type Span, type Token } from './statement-tokens.js';
import { namesGiven } from './statement-with.js';
import { keywords } from './statement-words.js';

/** A table that a statement reads. */
export interface TableReference {
  /** Null for a name that the statement itself gave (WITH). */
  readonly schema: string | null;
  readonly table: string;
  /** What the statement calls it. */
  readonly alias: string;
}

/** What stands behind an alias: a table of the school's, or a question of the statement itself. */
export type AliasMeaning =
  | { readonly kind: 'TABLE'; readonly schema: Token; readonly table: Token }
  | { readonly kind: 'QUESTION'; readonly question: Span };

/** The aliases that one SELECT gives, and those around it that it sees too. */
export interface Scope {
  readonly around: Scope | null;
  readonly aliases: Map<string, AliasMeaning>;
}

/** The tables of a statement, and which of its tokens name them. */
export interface StatementTables {
  readonly tables: readonly TableReference[];
  /** Positions of tokens that name a table or its alias. */
  readonly named: ReadonlySet<number>;
  /** For each token the SELECT that it stands in. */
  readonly scopes: readonly Scope[];
}

/** What a bracket, or the statement itself, holds. */
interface Frame {
  /** Whether it holds a question or a list of tables; otherwise commas in it are a function's. */
  clauses: boolean;
  inFrom: boolean;
  expectsTable: boolean;
  /** Where it opened; the bracket stands where a table can stand, so an alias may follow it. */
  readonly opened: number;
  readonly isTable: boolean;
  /** How many aliases were given before it opened. */
  readonly before: number;
  readonly around: Scope | null;
  scope: Scope;
}

/** Functions whose arguments have a FROM. */
const functionsWithFrom = /^(?:EXTRACT|TRIM|SUBSTRING)$/;

/**
 * Finds the tables that a statement reads, with their aliases, by following its clauses. What may stand between tables
 * is listed, not what may not: each database has joins of its own (STRAIGHT_JOIN, APPLY, ONLY …).
 * @param isOwn whether a table of this schema may be read
 * @throws StatementFault when a table cannot be told, or is not the school's own
 */
export function tablesOf(tokens: readonly Token[], isOwn: (schema: Token) => boolean): StatementTables {
  const tables: TableReference[] = [];
  const named = new Set<number>();
  const scopes: Scope[] = [];
  const spellings = new Map<string, string>();
  const given = namesGiven(tokens);
  const outermost: Scope = { around: null, aliases: new Map() };
  const frames: Frame[] = [
    { ...noTables, clauses: true, opened: -1, isTable: false, before: 0, around: null, scope: outermost },
  ];

  /** Reads an alias at `at`, if there is one, and gives the position after it. */
  function aliasAt(at: number): { alias: Token | undefined; next: number } {
    const as = isKeyword(tokens[at], 'AS') ? at + 1 : at;
    const token = tokens[as];
    if (token?.kind !== 'word' || (!token.quoted && keywords.has(token.value))) {
      if (as !== at) throw new StatementFault('has AS without an alias');
      return { alias: undefined, next: at };
    }
    named.add(as);
    return { alias: token, next: as + 1 };
  }

  function give(scope: Scope, alias: Token, meaning: AliasMeaning): void {
    const spelling = spellingOf(alias);
    if (scope.aliases.has(alias.value) || (spellings.get(alias.value) ?? spelling) !== spelling) {
      // "A" and a are two aliases for one database and one for another.
      throw new StatementFault(`gives two tables the alias ${alias.value}`);
    }
    spellings.set(alias.value, spelling);
    scope.aliases.set(alias.value, meaning);
  }

  function tableAt(at: number, scope: Scope): number {
    let next = at;
    const path: Token[] = [];
    for (;;) {
      const part = tokens[next];
      if (part === undefined || (part.kind !== 'word' && part.kind !== 'hole')) break;
      path.push(part);
      named.add(next);
      next += 1;
      if (tokens[next]?.value !== '.' || tokens[next]?.kind !== 'sign') break;
      next += 1;
    }
    const table = path.at(-1);
    const schema = path.length === 2 ? path[0] : undefined;
    if (table?.kind !== 'word' || path.length > 2 || (schema?.kind === 'hole' && schema.value !== 'schema')) {
      throw new StatementFault('must name each table as {schema}.TABLE');
    }
    const meaning = meaningOf(schema, table, at);
    const found = aliasAt(next);
    give(scope, found.alias ?? table, meaning);
    tables.push({
      schema: schema === undefined ? null : schema.kind === 'hole' ? '{schema}' : schema.value,
      table: table.value,
      alias: found.alias?.value ?? table.value,
    });
    checkAfterTable(tokens, found.next);
    return found.next;
  }

  function meaningOf(schema: Token | undefined, table: Token, at: number): AliasMeaning {
    if (schema !== undefined && isOwn(schema)) return { kind: 'TABLE', schema, table };
    const name = schema === undefined ? given.get(table.value) : undefined;
    // Before its bracket closes, and in other capitals, the same word is a table of the database.
    if (name !== undefined && name.question.to < at && name.spelling === spellingOf(table)) {
      return { kind: 'QUESTION', question: name.question };
    }
    throw new StatementFault(`reads ${table.value} outside its schemas; write {schema}.${table.value}`);
  }

  function open(at: number, frame: Frame): void {
    const isTable = frame.expectsTable;
    frame.expectsTable = false;
    const lists = isTable && !isKeyword(tokens[at + 1], 'SELECT');
    frames.push({
      clauses: lists,
      inFrom: lists,
      expectsTable: lists,
      opened: at,
      isTable,
      around: frame.scope,
      scope: frame.scope,
      before: frame.scope.aliases.size,
    });
  }

  function close(at: number): number {
    const { isTable, opened, scope, around, before } = frames.pop()!;
    if (frames.length === 0) throw new StatementFault('closes a bracket that it did not open');
    if (!isTable) return at + 1;
    const { alias, next } = aliasAt(at + 1);
    if (alias !== undefined) {
      // PostgreSQL takes the alias of a bracket with a join for whole rows of its tables.
      if (scope === around && scope.aliases.size > before)
        throw new StatementFault(`gives a join the alias ${alias.value}`);
      give(frames.at(-1)!.scope, alias, { kind: 'QUESTION', question: { from: opened + 1, to: at } });
    }
    checkAfterTable(tokens, next);
    return next;
  }

  for (let at = 0; at < tokens.length;) {
    const token = tokens[at]!;
    const frame = frames.at(-1)!;
    let next = at + 1;
    if (token.kind === 'sign' && token.value === '(') open(at, frame);
    else if (token.kind === 'sign' && token.value === ')') next = close(at);
    else if (frame.clauses && frame.expectsTable) {
      frame.expectsTable = false;
      next = tableAt(at, frame.scope);
    } else follow(frame, tokens, at);
    scopes.push(...Array.from({ length: next - at }, () => frame.scope));
    at = next;
  }
  if (frames.length !== 1) throw new StatementFault('does not close every bracket');
  return { tables, named, scopes };
}

const noTables = { inFrom: false, expectsTable: false };

function follow(frame: Frame, tokens: readonly Token[], at: number): void {
  const token = tokens[at]!;
  if (frame.inFrom) checkInsideFrom(tokens, at);
  if (token.kind === 'sign' && token.value === ',' && frame.inFrom) frame.expectsTable = true;
  if (token.kind !== 'word' || token.quoted || tokens[at - 1]?.value === '.') return;
  if (token.value === 'SELECT') {
    Object.assign(frame, noTables, { clauses: true, scope: { around: frame.around, aliases: new Map() } });
  } else if (token.value === 'JOIN' || (token.value === 'FROM' && !comparesAt(tokens, at))) {
    if (frame.clauses) Object.assign(frame, { inFrom: true, expectsTable: true });
    else if (!functionsWithFrom.test(tokens[frame.opened - 1]?.value ?? '')) {
      throw new StatementFault(`has ${token.value} where no table can stand`);
    }
  } else if (endsFrom(token)) {
    if (frame.inFrom) checkEndOfFrom(tokens, at);
    Object.assign(frame, noTables);
  }
}

/** `a IS DISTINCT FROM b` compares. */
function comparesAt(tokens: readonly Token[], at: number): boolean {
  return (
    isKeyword(tokens[at - 1], 'DISTINCT') &&
    (isKeyword(tokens[at - 2], 'IS') || (isKeyword(tokens[at - 2], 'NOT') && isKeyword(tokens[at - 3], 'IS')))
  );
}
