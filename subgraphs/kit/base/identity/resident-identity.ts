import { legalDate, systemClock, type Clock } from '../clock.js';
import { refuse } from '../errors/amrlo-error.js';

/** What a resident identity number says about its holder. */
export interface ResidentIdentity {
  /** The number in its normal form: 18 characters, `X` upper-case, no spaces. */
  readonly number: string;
  /** A legal date, `YYYY-MM-DD`. */
  readonly birthDate: string;
  readonly sex: 'MALE' | 'FEMALE';
}

/** First two digits of the place of registration: GB/T 2260, and 83 of the residence permit for Taiwan residents. */
const provinces = new Set(
  '11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83'.split(
    ' ',
  ),
);

/** GB 11643-1999 appendix: the weights 2^(17-i) mod 11 of ISO 7064 MOD 11-2, and the check character by remainder. */
const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const checkCharacters = '10X98765432';

/** Nobody alive was born before; an older date is a typing error that the check digit happened to miss. */
const oldestYear = 1880;

/**
 * Reads a resident identity number of the People's Republic of China (GB 11643-1999): place, a birth date that exists
 * and is not in the future, sequence number, check character. A lower-case `x` and spaces around are accepted.
 * The 15-digit numbers of the first generation are refused; they are invalid since 2013.
 *
 * @throws AmrloError `IDENTITY_NUMBER_INVALID`, which never holds the number.
 */
export function parseResidentIdentityNumber(text: string, clock: Clock = systemClock): ResidentIdentity {
  const number = text.trim().toUpperCase();
  const parts = /^(\d{2})\d{4}(\d{4})(\d{2})(\d{2})\d{2}(\d)[\dX]$/.exec(number);
  if (parts === null) throw refuse('IDENTITY_NUMBER_INVALID');
  const [, province = '', year = '', month = '', day = '', sequenceEnd = ''] = parts;
  const birthDate = `${year}-${month}-${day}`;
  const acceptable =
    provinces.has(province) &&
    dateExists(birthDate) &&
    Number(year) >= oldestYear &&
    birthDate <= legalDate(clock.now()) &&
    residentIdentityCheckCharacter(number.slice(0, 17)) === number.slice(17);
  if (!acceptable) throw refuse('IDENTITY_NUMBER_INVALID');
  return { number, birthDate, sex: Number(sequenceEnd) % 2 === 1 ? 'MALE' : 'FEMALE' };
}

/** The check character of the first 17 digits, `0` to `9` or `X` (ISO 7064 MOD 11-2); for invented people too. */
export function residentIdentityCheckCharacter(first17: string): string {
  const sum = weights.reduce((total, weight, at) => total + weight * Number(first17[at]), 0);
  return checkCharacters.charAt(sum % 11);
}

function dateExists(date: string): boolean {
  const instant = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(date);
}
