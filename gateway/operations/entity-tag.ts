import { createHash } from 'node:crypto';

/** The strong entity tag of a body (RFC 9110 section 8.8.3): the same bytes, the same tag. */
export function entityTagOf(body: string): string {
  return `"${createHash('sha256').update(body).digest('base64url')}"`;
}

/** Whether `If-None-Match` names the tag; compared weakly, as RFC 9110 section 13.1.2 says. */
export function matchesEntityTag(ifNoneMatch: string | string[] | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const header = Array.isArray(ifNoneMatch) ? ifNoneMatch.join(',') : ifNoneMatch;
  if (header.trim() === '*') return true;
  return [...header.matchAll(/(?:W\/)?("[^"]*")/g)].some((match) => match[1] === tag);
}

/** What every answer to GET carries (DESIGN.md section 10, convention 15): personal data is asked for again each time. */
export const readHeaders = {
  vary: 'Authorization, Accept-Language',
  'cache-control': 'private, no-cache',
} as const;
