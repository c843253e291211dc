import { residentIdentityCheckCharacter } from '../../kit/base/identity/resident-identity.js';
import { maskName } from '../kit/holder.js';
import { secretOf } from '../kit/secret-columns.js';

/** What a value is shown as: itself, a name of which the first character is left, or nothing of it. */
export type Masking = 'NAME' | 'SECRET' | null;

/** How values of a column are shown; `isMappedName`: the mapping itself calls it the name of a person. */
export function maskingOf(column: string, isMappedName: boolean): Masking {
  if (secretOf(column) !== null) return 'SECRET';
  return isMappedName || isPersonName(column) ? 'NAME' : null;
}

/**
 * A value for eyes other than the registrar's. Numbers that are built like a person's identity number are covered in any
 * column, because schools keep them where nobody expects them; `isOwnKey` spares the student number that was asked for
 * from the rules that an ordinary number of eleven digits can fulfil by chance.
 */
export function masked(value: string, masking: Masking, isOwnKey = false): string {
  if (value.trim() === '') return value;
  if (masking === 'SECRET') return '***';
  if (masking === 'NAME') return maskName(value);
  const sure = forms.reduce((text, { pattern, holds }) => text.replace(pattern, coverIf(holds)), value);
  return isOwnKey ? sure : sure.replace(elevenDigits, coverIf(isPesel));
}

/** Names of people in the initials of Chinese systems (XM is also 项目, therefore only with whose), in Chinese and English. */
const personNames: readonly RegExp[] = [
  /^(?:(?:XS|JS|JZG|YH|RKJS|LS|FQ|MQ|JZ|JHR|LXR|ZDJS|DS|BR|KS|CJR|CZR|SHR|FDY|BZR)?XM|XMPY|CYM|YWXM|ZWXM)$/,
  /姓名|曾用名|^(?:学生|教师|父亲|母亲|监护人|联系人|任课教师|班主任|辅导员)名?$/,
  /(?:FULL|GIVEN|FAMILY|FIRST|LAST|MIDDLE|SUR|MAIDEN|BIRTH|PREFERRED|STUDENT|PERSON|TEACHER|LECTURER|PARENT|GUARDIAN|FATHER|MOTHER)NAMES?$/,
  /^(?:FORENAMES?|SURNAMES?|SURNAMEPREFIX|INITIALS|ETUNIMI|ETUNIMET|SUKUNIMI|IMIE|IMIONA|NAZWISKO|FORNAMN|EFTERNAMN|VOORNAAM|ACHTERNAAM|VORNAME|NACHNAME)$/,
];

function isPersonName(column: string): boolean {
  const last = column.normalize('NFKC').split(/[./]/).at(-1) ?? '';
  const whole = last.toUpperCase().replace(/[^\p{L}\p{Nd}]/gu, '');
  return personNames.some((name) => name.test(whole));
}

interface IdentityForm {
  readonly pattern: RegExp;
  readonly holds: (found: string) => boolean;
}

const always = (): boolean => true;
const day = '(?:0[1-9]|[12]\\d|3[01])';
const month = '(?:0[1-9]|1[0-2])';

/** Numbers of people that show what they are by their form. */
const forms: readonly IdentityForm[] = [
  // GB 11643: 18 characters; a wrong check digit is a typing error in a person's number all the same.
  {
    pattern: new RegExp(`(?<![\\dA-Z])\\d{6}(?:18|19|20)\\d{2}${month}${day}\\d{3}[\\dX](?![\\dA-Z])`, 'gi'),
    holds: always,
  },
  { pattern: /(?<![\dA-Z])\d{17}[\dX](?![\dA-Z])/gi, holds: hasChineseCheckCharacter },
  // The first generation, invalid since 2013 and still in tables: 15 digits.
  { pattern: new RegExp(`(?<![\\dA-Z])[1-8]\\d{7}${month}${day}\\d{3}(?![\\dA-Z])`, 'gi'), holds: always },
  // Finland, Sweden (with and without its century), the United States.
  {
    pattern: new RegExp(`(?<![\\dA-Z])${day}${month}\\d{2}[-+A-FU-Y]\\d{3}[\\dA-Y](?![\\dA-Z])`, 'gi'),
    holds: always,
  },
  { pattern: new RegExp(`(?<!\\d)(?:\\d{2})?\\d{2}${month}${day}[-+]\\d{4}(?!\\d)`, 'g'), holds: always },
  { pattern: /(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])/g, holds: always },
];

const elevenDigits = /(?<![\dA-Z])\d{11}(?![\dA-Z])/gi;

/** PESEL, Poland: eleven digits with a date (its month tells the century) and a check digit. */
function isPesel(number: string): boolean {
  const [monthNumber, dayNumber] = [Number(number.slice(2, 4)) % 20, Number(number.slice(4, 6))];
  const sum = [1, 3, 7, 9, 1, 3, 7, 9, 1, 3].reduce(
    (all, weight, at) => all + weight * Number(number[at]),
    0,
  );
  const isDate = monthNumber >= 1 && monthNumber <= 12 && dayNumber >= 1 && dayNumber <= 31;
  return isDate && (10 - (sum % 10)) % 10 === Number(number[10]);
}

function hasChineseCheckCharacter(number: string): boolean {
  return residentIdentityCheckCharacter(number.slice(0, 17)) === number.slice(17).toUpperCase();
}

function coverIf(holds: (found: string) => boolean): (found: string) => string {
  return (found) => (holds(found) ? '***' : found);
}
