import type { Decimal } from '../../kit/base/decimal.js';
import { parseAmount } from './amounts.js';
import { levelOf, type CodedWord } from './coded-words.js';
import { firstThatHolds } from './conditions.js';
import { parseNativeDate } from './dates.js';
import type { OrError } from './map-student.js';
import type { Mapping } from './mapping.js';
import { soundTextOf, textOf, wholeTextOf, type NativeRow } from './native-row.js';

/** The fields of a SchoolProgramme that come from one row. */
export interface MappedProgramme {
  readonly code: string;
  readonly name: OrError<string | null>;
  readonly nationalCode: string | null;
  readonly level: CodedWord | null;
  readonly credits: Decimal | null;
  readonly creditScheme: string | null;
  readonly years: Decimal | null;
  readonly version: string | null;
  readonly validFrom: string | null;
  readonly validTo: string | null;
  readonly flags: readonly string[];
}

/** A group of courses that a programme requires. */
export interface MappedRequirement {
  readonly code: string;
  readonly name: OrError<string | null>;
  readonly credits: Decimal | null;
  readonly compulsory: boolean | null;
  readonly exemptable: boolean | null;
  readonly courseCodes: readonly string[];
}

/** One programme in the words of the contract; null for a row without a code. */
export function mapProgramme(
  row: NativeRow,
  programme: NonNullable<Mapping['programme']>,
  institution: string,
): MappedProgramme | null {
  const code = wholeTextOf(row, programme.code);
  if (code === null) return null;
  const credits = parseAmount(textOf(row, programme.credits));
  return {
    code,
    name: soundTextOf(row, programme.name, { institution, field: 'SchoolProgramme.name' }),
    nationalCode: wholeTextOf(row, programme.nationalCode),
    level: levelOf(row, programme.level),
    credits,
    creditScheme: credits === null ? null : programme.creditScheme,
    years: parseAmount(textOf(row, programme.years)),
    version: wholeTextOf(row, programme.version),
    validFrom: parseNativeDate(textOf(row, programme.validFrom)).date,
    validTo: parseNativeDate(textOf(row, programme.validTo)).date,
    flags: credits === null ? ['CREDITS_UNKNOWN'] : [],
  };
}

/** What programmes require, found by programme and version. */
export interface RequirementTable {
  /**
   * The groups of one programme in the order of the rows; null where the table says nothing about it, because every
   * programme requires something. A table that does not name versions says nothing about a programme that has several.
   */
  requirementsOf(
    programme: Pick<MappedProgramme, 'code' | 'version'>,
    hasVersions: boolean,
  ): readonly MappedRequirement[] | null;
  /** Whether every row could be understood. */
  readonly understood: boolean;
}

interface Group {
  readonly programme: string;
  readonly version: string | null;
  readonly rows: NativeRow[];
  readonly code: string;
}

/** Gathers the rows of requirements into groups. */
export function requirementTable(
  rows: readonly NativeRow[],
  columns: NonNullable<Mapping['requirement']>,
  institution: string,
): RequirementTable {
  const groups = new Map<string, Group>();
  let understood = true;
  for (const row of rows) {
    const programme = wholeTextOf(row, columns.programmeCode);
    const code = wholeTextOf(row, columns.group);
    const version = wholeTextOf(row, columns.version);
    if (programme === null || code === null) {
      understood = false;
      continue;
    }
    const key = JSON.stringify([programme, version, code]);
    const group = groups.get(key) ?? { programme, version, code, rows: [] };
    group.rows.push(row);
    groups.set(key, group);
  }
  const byProgramme = Map.groupBy(groups.values(), ({ programme }) => programme);
  return {
    understood,
    requirementsOf({ code, version }, hasVersions) {
      const own = byProgramme.get(code) ?? [];
      if (columns.version === undefined && hasVersions) return null;
      const found = own.filter((group) => columns.version === undefined || group.version === version);
      return found.length === 0 ? null : found.map((group) => mapRequirement(group, columns, institution));
    },
  };
}

function mapRequirement(
  { code, rows }: Group,
  columns: NonNullable<Mapping['requirement']>,
  institution: string,
): MappedRequirement {
  const names = rows.map((row) =>
    soundTextOf(row, columns.name, { institution, field: 'SchoolRequirement.name' }),
  );
  return {
    code,
    name: names.find((name) => name !== null) ?? null,
    credits: agreed(rows.map((row) => parseAmount(textOf(row, columns.credits)))),
    compulsory: agreed(rows.map((row) => firstThatHolds(row, columns.compulsory)?.is ?? null)),
    exemptable: agreed(rows.map((row) => firstThatHolds(row, columns.exemptable)?.is ?? null)),
    courseCodes: [...new Set(rows.map((row) => wholeTextOf(row, columns.courseCode)))].filter(
      (course) => course !== null,
    ),
  };
}

/** What all rows of a group that say something say; null where they contradict each other, because nothing is guessed. */
function agreed<T>(values: readonly (T | null)[]): T | null {
  const said = new Set(values.filter((value) => value !== null));
  const [one = null] = said;
  return said.size === 1 ? one : null;
}
