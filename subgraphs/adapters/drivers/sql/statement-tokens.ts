/** One token of a statement. */
export interface Token {
  /**
   * A `word` is an identifier or a keyword, quoted or not; a `hole` is a placeholder of the school file; a `text` is a
   * literal, whose content says nothing about the statement.
   */
  readonly kind: 'word' | 'hole' | 'text' | 'number' | 'sign';
  /** A word without its quotes in upper case, the name of a hole, a sign as it stands. */
  readonly value: string;
  /** As it stands in the statement, without quotes. */
  readonly written: string;
  /** A quoted word is a name and never a keyword. */
  readonly quoted: boolean;
  /** Where it begins and ends in the statement. */
  readonly start: number;
  readonly end: number;
}

/** Tokens from a position up to, and without, another. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Whether the token is this keyword and no quoted name. */
export function isKeyword(token: Token | undefined, word: string): boolean {
  return token?.kind === 'word' && !token.quoted && token.value === word;
}

/** A name as databases that tell capitals apart compare it: quoted as it stands, otherwise without its capitals. */
export function spellingOf({ written, quoted }: Token): string {
  return quoted ? written : written.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** What is wrong with the text of a statement, in words that follow its name. */
export class StatementFault extends Error {}

/** Words may be Chinese: views of a shared data centre have such columns. */
const name = '[\\p{L}_][\\p{L}\\p{Nd}_$]*';

/**
 * What a statement may be made of. Every dialect must read it in the same way, so whatever one of them reads
 * differently has no rule here: comments (`--x` is none for MySQL, `/*!` is code for it), backslashes and the strings
 * E'', U&'', q'[]', $$…$$, `@`, `:`, `?`, `#`, and every blank or sign outside ASCII.
 */
const rules: readonly { readonly kind: Token['kind'] | 'blank'; readonly pattern: RegExp }[] = [
  { kind: 'blank', pattern: /[ \t\r\n]+/y },
  { kind: 'hole', pattern: /\{([A-Za-z]+)\}/y },
  { kind: 'number', pattern: /\d+(?:\.\d+)?(?![\p{L}\p{Nd}_$.])/uy },
  // N'…' is how SQL Server writes text beyond its code page; every other dialect takes it as plain text.
  { kind: 'text', pattern: /(?:[Nn](?='))?'((?:[^'\\]|'')*)'(?!')/y },
  { kind: 'word', pattern: new RegExp(`(${name})(?!['"])`, 'uy') },
  { kind: 'word', pattern: new RegExp(`"(${name})"|\`(${name})\`|\\[(${name})\\]`, 'uy') },
  { kind: 'sign', pattern: /<=|>=|<>|!=|\|\||[-+*/%=<>,.()]/y },
];

/**
 * The tokens of a statement.
 * @throws StatementFault at the first place that is not plain SQL
 */
export function tokensOf(statement: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < statement.length) {
    const found = matchAt(statement, at);
    if (found === undefined) throw new StatementFault(refusalOf(statement.slice(at)));
    const { kind, match } = found;
    const end = at + match[0].length;
    if (kind !== 'blank') {
      const inner = match.slice(1).find((group) => group !== undefined) ?? match[0];
      const word = kind === 'word';
      tokens.push({
        kind,
        // NFKC: ＭＭ is the column MM for a server that folds full-width letters.
        value: word ? inner.normalize('NFKC').toUpperCase() : inner,
        written: inner,
        quoted: word && /^["`[]/.test(match[0]),
        start: at,
        end,
      });
    }
    at = end;
  }
  return tokens;
}

function matchAt(
  statement: string,
  at: number,
): { kind: Token['kind'] | 'blank'; match: RegExpExecArray } | undefined {
  for (const { kind, pattern } of rules) {
    pattern.lastIndex = at;
    const match = pattern.exec(statement);
    // `--` and `/*` begin comments in one dialect at least.
    if (match !== null && !(kind === 'sign' && /^(?:--|\/\*)/.test(statement.slice(at)))) {
      return { kind, match };
    }
  }
  return undefined;
}

function refusalOf(rest: string): string {
  if (/^(?:--|\/\*|#)/.test(rest)) return 'must have no comments; put them beside it in the file';
  if (rest.startsWith(';')) return 'must be one statement without a semicolon';
  if (/^(?:[a-z]\w*|[a-z]+&)?['"]/i.test(rest))
    return `has a literal that databases read differently: ${cut(rest)}`;
  return `has something that databases read differently, or that is no SQL: ${cut(rest)}`;
}

function cut(rest: string): string {
  return JSON.stringify(rest.slice(0, 24));
}
