import { StatementFault, isKeyword, spellingOf, type Span, type Token } from './statement-tokens.js';
import { forbiddenWords, keywords, pureFunctions } from './statement-words.js';

/** A name that WITH gives to a question. */
export interface GivenName {
  /** As databases that tell capitals apart compare it. */
  readonly spelling: string;
  /** The question in its bracket; the name means nothing before its end. */
  readonly question: Span;
}

/**
 * The names that WITH gives to questions, by their upper-case name.
 * @throws StatementFault where the beginning is no plain list of `name AS (question)`
 */
export function namesGiven(tokens: readonly Token[]): ReadonlyMap<string, GivenName> {
  const names = new Map<string, GivenName>();
  if (!isKeyword(tokens[0], 'WITH')) return names;
  for (let at = 1; ;) {
    const name = tokens[at];
    const plain =
      name?.kind === 'word' &&
      (name.quoted ||
        !(keywords.has(name.value) || forbiddenWords.has(name.value) || pureFunctions.has(name.value)));
    if (!plain || names.has(name.value)) throw new StatementFault('must give each WITH a name of its own');
    if (!isKeyword(tokens[at + 1], 'AS') || tokens[at + 2]?.value !== '(') {
      throw new StatementFault(`must write WITH ${name.value} AS (SELECT …)`);
    }
    const end = closingOf(tokens, at + 2);
    names.set(name.value, { spelling: spellingOf(name), question: { from: at + 3, to: end } });
    if (tokens[end + 1]?.value !== ',') return names;
    at = end + 2;
  }
}

/** The position of the bracket that closes the one at `opened`. */
function closingOf(tokens: readonly Token[], opened: number): number {
  let depth = 0;
  for (let at = opened; at < tokens.length; at += 1) {
    const { kind, value } = tokens[at]!;
    if (kind === 'sign' && value === '(') depth += 1;
    if (kind === 'sign' && value === ')') depth -= 1;
    if (depth === 0) return at;
  }
  throw new StatementFault('does not close every bracket');
}
