/**
 * What PostgreSQL says of a text with the character U+0000, which JSON can carry and PostgreSQL cannot store: as a text
 * (22021), inside a JSON value (22P05), or as a parameter, whose message it cuts short (08P01).
 */
const codes: readonly unknown[] = ['22021', '22P05', '08P01'];

/** Whether a statement failed because of a text that cannot be stored; it came from the client, who can mend it. */
export function isUnstorableText(error: unknown): boolean {
  return error instanceof Error && 'code' in error && codes.includes(error.code);
}
