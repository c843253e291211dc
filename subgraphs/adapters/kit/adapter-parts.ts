import type { Clock } from '../../kit/base/clock.js';
import { AmrloError } from '../../kit/base/errors/amrlo-error.js';
import type { Locale } from '../../kit/base/locale.js';
import type { Freshness, RecordsMethod } from '../../records/contract.js';
import type { RecordChangeFinder } from './change-finder.js';
import type { RecordsDriver, ReadContext, Source } from './driver.js';
import { evidenceHash } from './evidence.js';
import type { KeptList } from './kept-lists.js';
import type { Mapping } from './mapping.js';
import type { NativeRow } from './native-row.js';
import type { AdapterSchool } from './school.js';
import type { SchoolReader } from './school-reader.js';
import type { StudentFacts } from './student-facts.js';

/** What an adapter is made of, as its resolvers see it. */
export interface AdapterParts {
  readonly school: AdapterSchool;
  readonly driver: RecordsDriver;
  readonly mapping: Mapping;
  readonly clock: Clock;
  /** Absent where the adapter cannot find changes. */
  readonly changes: RecordChangeFinder | undefined;
}

/** What the resolvers of one operation share. */
export interface AdapterContext {
  readonly reader: SchoolReader;
  readonly facts: StudentFacts;
  readonly read: ReadContext;
  readonly locale: Locale;
}

/** Where a fact comes from, in the words of the contract. */
export interface MappedProvenance {
  readonly system: string;
  readonly method: RecordsMethod;
  readonly asOf: string | null;
  readonly freshness: Freshness;
  readonly evidenceHash: string | null;
}

/** The provenance of what was read for this answer; of a copy it says when it was delivered. */
export async function provenanceOf(
  { driver, mapping, clock }: Pick<AdapterParts, 'driver' | 'mapping' | 'clock'>,
  row: NativeRow | null,
  read: ReadContext,
): Promise<MappedProvenance> {
  const delivery = await driver.delivery(read);
  return {
    system: mapping.system,
    method: driver.method,
    asOf: (delivery?.deliveredAt ?? clock.now()).toISOString(),
    freshness: delivery?.freshness ?? 'LIVE',
    evidenceHash: row === null ? null : evidenceHash(row),
  };
}

/** The provenance of a list: of one that was kept it says when it was read. */
export function provenanceOfList(
  { driver, mapping }: Pick<AdapterParts, 'driver' | 'mapping'>,
  { delivery, readAt, isNew }: KeptList,
): MappedProvenance {
  return {
    system: mapping.system,
    method: driver.method,
    asOf: (delivery?.deliveredAt ?? readAt).toISOString(),
    freshness: delivery?.freshness ?? (isNew ? 'LIVE' : 'CACHED'),
    evidenceHash: null,
  };
}

/** The provenance of what was not obtained. */
function noProvenance({ driver, mapping }: AdapterParts): MappedProvenance {
  return {
    system: mapping.system,
    method: driver.method,
    asOf: null,
    freshness: 'UNAVAILABLE',
    evidenceHash: null,
  };
}

/** A thing that exists by its key and of which nothing was obtained: an error stands at each of its fields. */
export function unobtained(
  parts: AdapterParts,
  key: object,
  fields: readonly string[],
  failure: AmrloError,
): object {
  if (failure.code === 'REQUEST_CANCELLED') throw failure;
  return {
    ...Object.fromEntries(fields.map((field) => [field, failure])),
    ...key,
    provenance: noProvenance(parts),
    failure,
  };
}

/** What could not be obtained, as an error of the catalogue; anything unforeseen is the school's unavailability. */
export function failureOf(error: unknown, institution: string): AmrloError {
  return error instanceof AmrloError
    ? error
    : new AmrloError('SCHOOL_UNAVAILABLE', { institution }, { cause: error });
}

/** The refusal of what a school's system does not supply; `what` is a coordinate of the contract. */
export function notSupplied(institution: string, what: string): AmrloError {
  return new AmrloError('RECORD_NOT_SUPPLIED', { institution, what });
}

/**
 * Makes sure that a source is mapped and that the system supplies it.
 * @returns the section of the mapping
 * @throws AmrloError `RECORD_NOT_SUPPLIED`
 */
export async function suppliedSection<T>(
  section: T | undefined,
  source: Source,
  what: string,
  { reader, institution }: { readonly reader: SchoolReader; readonly institution: string },
): Promise<T> {
  if (section !== undefined && (await reader.supplies(source))) return section;
  throw notSupplied(institution, what);
}
