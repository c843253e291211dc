/** What fills the placeholders of a template; undefined or null for a name without a value. */
export type Values = (name: string) => string | null | undefined;

const placeholder = /\{([^{}]+)\}/g;

/** Characters that would end a quoted text inside a filter; no key of a record has them. */
const unsafeInside = /['"\\]|\p{Cc}/u;

/** The names of a template's placeholders. */
export function placeholdersOf(template: string): string[] {
  return Array.from(template.matchAll(placeholder), ([, name = '']) => name);
}

/** A template with its placeholders filled; null where one has no value. */
export function fillText(template: string, values: Values): string | null {
  let known = true;
  const text = template.replace(placeholder, (_, name: string) => {
    const value = values(name) ?? '';
    known &&= value !== '';
    return value;
  });
  return known ? text : null;
}

/**
 * A part of a question with its placeholders filled; null also for a value that could change the meaning of the text
 * around it (a quotation mark inside a filter): such a question is not asked.
 */
export function fill(template: string, values: Values): string | null {
  const alone = /^\{[^{}]+\}$/.test(template);
  return fillText(template, (name) => {
    const value = values(name);
    return value == null || (!alone && unsafeInside.test(value)) ? null : value;
  });
}

/** All templates filled; null as soon as one cannot be. */
export function fillAll(
  templates: Readonly<Record<string, string>>,
  values: Values,
): Record<string, string> | null {
  const filled: Record<string, string> = {};
  for (const [name, template] of Object.entries(templates)) {
    const text = fill(template, values);
    if (text === null) return null;
    filled[name] = text;
  }
  return filled;
}

/** A path with its placeholders filled and encoded; null as `fill` is, and for a value that would leave the path. */
export function fillPath(template: string, values: Values): string | null {
  return fill(template, (name) => {
    const value = values(name);
    return value == null || value === '.' || value === '..' ? null : encodeURIComponent(value);
  });
}
