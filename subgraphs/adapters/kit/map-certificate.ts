import { firstThatHolds, flagsOf } from './conditions.js';
import { parseNativeDate } from './dates.js';
import type { OrError } from './map-student.js';
import type { Mapping } from './mapping.js';
import { rowKeyOf } from './native-key.js';
import { soundTextOf, textOf, wholeTextOf, type Columns, type NativeRow } from './native-row.js';
import { unreadIn } from './unread.js';

/** The fields of a SchoolCertificate that come from one native row. */
export interface MappedCertificate {
  readonly nativeKey: string;
  readonly studentNumber: string;
  readonly kind: string;
  readonly number: string | null;
  readonly name: OrError<string | null>;
  readonly nativeLevel: string | null;
  readonly nativeGrade: string | null;
  readonly issuer: OrError<string | null>;
  readonly awardedOn: string | null;
  readonly awardedMonth: string | null;
  readonly validUntil: string | null;
  readonly flags: readonly string[];
  readonly unread: readonly string[];
}

/** One certificate in the words of the contract; null for a row without a key, which nobody could refer to. */
export function mapCertificate(
  row: NativeRow,
  certificate: NonNullable<Mapping['certificate']>,
  institution: string,
): MappedCertificate | null {
  const key = rowKeyOf(row, certificate);
  if (key === null) return null;
  const awarded = parseNativeDate(textOf(row, certificate.awardedOn));
  const number = wholeTextOf(row, certificate.number);
  const nameIn = (columns: Columns | undefined, field: string) =>
    soundTextOf(row, columns, { institution, field: `SchoolCertificate.${field}` });
  return {
    ...key,
    kind: firstThatHolds(row, certificate.kind)?.kind ?? 'OTHER',
    number,
    name: nameIn(certificate.name, 'name'),
    nativeLevel: wholeTextOf(row, certificate.level),
    nativeGrade: wholeTextOf(row, certificate.grade),
    issuer: nameIn(certificate.issuer, 'issuer'),
    awardedOn: awarded.date,
    awardedMonth: awarded.month,
    validUntil: parseNativeDate(textOf(row, certificate.validUntil)).date,
    flags: [
      ...(number === null ? ['NUMBER_UNKNOWN'] : []),
      ...(awarded.month === null ? ['AWARD_DATE_UNKNOWN'] : []),
      ...flagsOf(row, certificate.flags),
    ],
    unread: unreadIn(row, {
      texts: {
        number: certificate.number,
        name: certificate.name,
        nativeLevel: certificate.level,
        nativeGrade: certificate.grade,
        issuer: certificate.issuer,
      },
      dates: { awardedOn: certificate.awardedOn, validUntil: certificate.validUntil },
    }),
  };
}
