import type { z } from 'zod';

/**
 * A mistake of a declaration in words that say what may stand there. Schemas say it themselves where they have words of
 * their own; for the rest zod's "Invalid input: expected …" is put into the words of a file.
 * @param whole  The value that was checked, in which the issue's path leads to what is wrong.
 */
export function mistakeOf(issue: z.core.$ZodIssue, whole: unknown): string {
  // A schema's own words replace zod's.
  if (!/^(?:Invalid |Unrecognized |Too |$)/.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${kinds[issue.expected] ?? issue.expected}${foundAt(whole, issue.path)}`;
    case 'invalid_value':
      return `must be ${listed(issue.values)}${foundAt(whole, issue.path)}`;
    case 'unrecognized_keys':
      return 'is not known here; correct or remove it';
    case 'invalid_union':
      return unionMistake(issue, whole);
    case 'too_small':
      if (issue.origin === 'string' || issue.origin === 'array') return 'may not be empty';
      return `must be ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`;
    case 'too_big':
      return `must be ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}`;
    case 'invalid_format':
      return issue.pattern === undefined
        ? `must be a ${issue.format}`
        : `must have the form ${issue.pattern}`;
    case 'invalid_key':
      return issue.issues.map((one) => `its name ${mistakeOf(one, undefined)}`).join('; ');
    default:
      return issue.message;
  }
}

const kinds: Readonly<Record<string, string>> = {
  string: 'a text (a number in quotes)',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list: [one, other]',
  object: 'a section: names, each with its value',
  record: 'a section: names, each with its value',
};

function unionMistake(issue: z.core.$ZodIssueInvalidUnion, whole: unknown): string {
  // A union that is told apart by one field names that field.
  if (issue.discriminator !== undefined) {
    const { options } = issue as { options?: unknown };
    const known = Array.isArray(options) ? listed(options) : 'one that is known';
    return `must be ${known}${foundAt(whole, issue.path)}`;
  }
  const inner = valueAt(whole, issue.path);
  const ways = issue.errors.map((errors) => wayOf(errors, inner));
  const [only = '', ...others] = new Set(ways);
  return others.length === 0
    ? only
    : `must be written in one of these ways: ${[only, ...others].join('; or ')}`;
}

/** What one way of writing a part still wants. */
function wayOf(errors: readonly z.core.$ZodIssue[], value: unknown): string {
  const missing = errors.filter(({ path }) => path.length > 0 && valueAt(value, path) === undefined);
  const foreign = errors.flatMap((one) => (one.code === 'unrecognized_keys' ? one.keys : []));
  const others = errors.filter((one) => one.code !== 'unrecognized_keys' && !missing.includes(one));
  return [
    ...(missing.length === 0 ? [] : [`with ${missing.map(({ path }) => path.join('.')).join(', ')}`]),
    ...(foreign.length === 0 ? [] : [`without ${foreign.join(', ')}`]),
    ...others.map((one) => [...one.path, mistakeOf(one, value)].map(String).join(' ')),
  ].join(', ');
}

function listed(values: readonly unknown[]): string {
  const shown = values.map((one) => String(one));
  return shown.length === 1 ? shown[0]! : `one of ${shown.join(', ')}`;
}

/** What stands there instead. */
function foundAt(whole: unknown, path: readonly PropertyKey[]): string {
  if (whole === undefined) return '';
  const value = valueAt(whole, path);
  if (value === undefined) return '; it is missing';
  if (value === null) return '; nothing stands there';
  if (Array.isArray(value)) return '; a list stands there';
  if (typeof value === 'object') return '; a section stands there';
  return `, not ${JSON.stringify(value).slice(0, 60)}`;
}

function valueAt(whole: unknown, path: readonly PropertyKey[]): unknown {
  let value = whole;
  for (const part of path) {
    const isThere = typeof value === 'object' && value !== null && Object.hasOwn(value, part);
    value = isThere ? (value as Record<PropertyKey, unknown>)[part] : undefined;
  }
  return value;
}
