import { isNode, LineCounter, parseDocument, visit, type Document } from 'yaml';
import type { z } from 'zod';
import { ProblemsError } from '../../kit/base/problems-error.js';
import { mistakeOf } from './declaration-mistake.js';

/** A file of plain data that declares something, with the lines on which its parts stand. */
export interface Declaration {
  /** For messages. */
  readonly file: string;
  readonly value: unknown;
  /**
   * The line, from 1, of the part at this path, or of the nearest part above it that exists; with a word, the line
   * inside that part on which the word stands first.
   */
  readonly lineOf: (path: ReadonlyArray<PropertyKey>, word?: string) => number;
}

/**
 * Reads YAML 1.2 (JSON is YAML too). Aliases are not followed and no tag is known: the file is data and nothing else.
 * @throws ProblemsError `<file>:<line>: <what is wrong>`, one for each mistake
 */
export function readDeclaration(file: string, text: string): Declaration {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const lineAt = (offset: number): number => lines.linePos(offset).line;
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    throw new ProblemsError(faults.map(({ pos, message }) => `${file}:${lineAt(pos[0])}: ${message}`));
  }
  const aliases: string[] = [];
  visit(document, {
    Alias: (_, { range, source }) => {
      aliases.push(
        `${file}:${lineAt(range?.[0] ?? 0)}: *${source}: aliases are not followed; write it out, or put it in quotes`,
      );
    },
  });
  if (aliases.length > 0) throw new ProblemsError(aliases);
  return {
    file,
    value: document.toJS({ maxAliasCount: 0 }),
    lineOf: (path, word) =>
      lineAt(
        (word === undefined ? undefined : placeOfWord(text, document, path, word)) ??
          offsetOf(document, path),
      ),
  };
}

/**
 * Checks a declaration, or the part of it at `at`, against a schema.
 * @throws ProblemsError `<file>:<line>: <path>: <what is wrong>`, one for each mistake
 */
export function checkDeclaration<S extends z.ZodType>(
  schema: S,
  declaration: Declaration,
  value: unknown = declaration.value,
  at: readonly string[] = [],
): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ProblemsError(
    parsed.error.issues.flatMap((issue) =>
      // Unknown names are reported together at the object around them; each has a line of its own.
      (issue.code === 'unrecognized_keys' ? issue.keys : [null]).map((key) => {
        const place = [...at, ...issue.path, ...(key === null ? [] : [key])];
        const where = place.length === 0 ? '' : `${place.map(String).join('.')}: `;
        return `${declaration.file}:${declaration.lineOf(place)}: ${where}${mistakeOf(issue, value)}`;
      }),
    ),
  );
}

/** Where a word stands first in the text of a part; undefined where it does not. */
function placeOfWord(
  text: string,
  document: Document,
  path: ReadonlyArray<PropertyKey>,
  word: string,
): number | undefined {
  const node: unknown = document.getIn(path, true);
  const range = isNode(node) ? node.range : undefined;
  if (!range) return undefined;
  const escaped = word.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  const alone = new RegExp(`(?<![\\p{L}\\p{Nd}_])${escaped}(?![\\p{L}\\p{Nd}_])`, 'iu');
  const at = text.slice(range[0], range[1]).search(alone);
  return at < 0 ? undefined : range[0] + at;
}

function offsetOf(document: Document, path: ReadonlyArray<PropertyKey>): number {
  for (let length = path.length; length > 0; length -= 1) {
    const parent: unknown = document.getIn(path.slice(0, length - 1), true);
    const pair = (parent as { items?: { key?: unknown }[] } | undefined)?.items?.find(
      (item) =>
        isNode(item.key) && String((item.key as { value?: unknown }).value) === String(path[length - 1]),
    );
    if (isNode(pair?.key)) return pair.key.range?.[0] ?? 0;
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (isNode(node)) return node.range?.[0] ?? 0;
  }
  return 0;
}
