/** JSON whose numbers are kept as the text that stood in the answer: `3.50` is not 3.5 and never becomes a float. */
export type ExactJson =
  string | boolean | null | readonly ExactJson[] | { readonly [name: string]: ExactJson };

type Reviver = (
  this: unknown,
  name: string,
  value: unknown,
  context: { readonly source?: string },
) => unknown;

/**
 * Parses JSON with every number as text, by the reviver's source text (ECMAScript 2026, Node 22 and later). A number
 * with an exponent (Java writes ten as `1E+1`) becomes the same number without one.
 * @throws SyntaxError when the text is no JSON, RangeError when it is nested too deeply
 */
export function parseExactJson(text: string): ExactJson {
  const parse = JSON.parse as (json: string, reviver: Reviver) => ExactJson;
  return parse(text, (_, value, { source }) =>
    typeof value === 'number' ? plainNumber(source ?? String(value)) : value,
  );
}

/** Exponents beyond this are no amounts; such a number stays as it is and is then no decimal for the mapping. */
const largestExponent = 30;

/** A JSON number without its exponent, digit by digit: `1.25e2` is `125`, `5E-3` is `0.005`. */
export function plainNumber(source: string): string {
  const parts = /^(-?)(\d+)(?:\.(\d+))?[eE]([+-]?\d+)$/.exec(source);
  if (parts === null) return source;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts;
  const shift = Number(exponent);
  if (Math.abs(shift) > largestExponent) return source;
  const digits = whole + fraction;
  const point = whole.length + shift;
  const left = point <= 0 ? '0' : digits.slice(0, point).padEnd(point, '0');
  const right = point < 0 ? '0'.repeat(-point) + digits : digits.slice(point);
  const integer = left.replace(/^0+(?=\d)/, '');
  return `${sign}${integer}${right === '' ? '' : `.${right}`}`;
}

/** The value at a dotted path; '' is the value itself, undefined where nothing stands there. */
export function valueAt(value: ExactJson | undefined, path: string): ExactJson | undefined {
  if (path === '') return value;
  let found = value;
  for (const name of path.split('.')) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    found = (found as Record<string, ExactJson>)[name];
  }
  return found;
}

/** The text of a value that is no list and no object; null for everything else. */
export function scalarText(value: ExactJson | undefined): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'boolean' ? String(value) : null;
}
