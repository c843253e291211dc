import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * The form in which an identity number is compared across systems: lower-case hex of HMAC-SHA256, the salt (UTF-8)
 * as key, over the number without spaces and with X upper-case. See `StudentRecord.heldBy` in the contract.
 */
export function identityNumberHash(identityNumber: string, salt: string): string {
  return createHmac('sha256', salt)
    .update(identityNumber.replace(/\s/g, '').toUpperCase(), 'utf8')
    .digest('hex');
}

/** A person as a question and as a school's row knows it. */
export interface HolderQuestion {
  readonly name: string;
  readonly identityNumberHash: string;
  readonly salt: string;
}

/**
 * Whether the person of the school's row is the person asked about; null when the row has no name or no identity
 * number, because then nobody can tell. Names are compared without spaces and middle dots.
 */
export function isHeldBy(
  held: { readonly name: string | null; readonly identityNumber: string | null },
  asked: HolderQuestion,
): boolean | null {
  if (!held.name || !held.identityNumber) return null;
  const own = Buffer.from(identityNumberHash(held.identityNumber, asked.salt));
  const given = Buffer.from(asked.identityNumberHash.toLowerCase());
  const sameNumber = own.length === given.length && timingSafeEqual(own, given);
  return sameNumber && plain(held.name) === plain(asked.name);
}

function plain(name: string): string {
  return name
    .normalize('NFKC')
    .replace(/[\s·•・.]/g, '')
    .toUpperCase();
}

/** A name of which only the first character is readable: 张*, 陈**, J*** (never more than three stars). */
export function maskName(name: string): string {
  const characters = Array.from(name.trim());
  return `${characters[0] ?? ''}${'*'.repeat(Math.min(3, Math.max(1, characters.length - 1)))}`;
}
