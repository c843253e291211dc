import type { z } from 'zod';

/** The longest cursor that is looked at. */
const longest = 4_000;

/** A cursor that says nothing to those who carry it. */
export function writeCursor(content: unknown): string {
  return Buffer.from(JSON.stringify(content), 'utf8').toString('base64url');
}

/** What a cursor of ours holds; null for a text that is none. */
export function readCursor<S extends z.ZodType>(schema: S, cursor: string): z.output<S> | null {
  if (cursor.length > longest || !/^[\w-]+$/.test(cursor)) return null;
  try {
    const parsed = schema.safeParse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    // Not JSON, so none of ours.
    return null;
  }
}
