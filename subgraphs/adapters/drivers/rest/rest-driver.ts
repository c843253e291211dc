import { AmrloError } from '../../../kit/base/errors/amrlo-error.js';
import type { DriverParts } from '../../kit/driver-parts.js';
import type { ReadContext, RecordsDriver, StudentSource } from '../../kit/driver.js';
import { readChanges } from './changed-rows.js';
import { asReading, type Reading } from './reading.js';
import { createReferences } from './references.js';
import { createRestClient } from './rest-client.js';
import type { DeclaredRest } from './rest-declaration.js';
import { createSourceReader, narrow, type WideRows } from './source-reader.js';
import { writeExemption } from './write-back.js';

export { restDriverSchema } from './rest-declaration.js';

/** What a student's record is made of. */
const recordSources = [
  'students',
  'results',
  'enrolments',
  'certificates',
] as const satisfies StudentSource[];

/**
 * A driver for web services of paged JSON: what is asked, how pages go on and what is kept of the answers stand in the
 * school file; a cancelled reading closes its connection.
 * @throws Error with one sentence when the address or a secret is missing or not acceptable
 */
export function createRestDriver(declared: DeclaredRest, parts: DriverParts): RecordsDriver {
  const { institution, clock } = parts;
  const client = createRestClient(declared, parts);
  const readingParts = { institution, clock, limitMs: declared.readTimeoutMs };
  const references = createReferences(declared, client, readingParts);
  const reader = createSourceReader(declared, client, references, institution);
  const { sources, writeBack } = declared;
  /** What was read for one question to the adapter: results need the student's row, and completeness both. */
  const operations = new WeakMap<ReadContext, Map<string, Promise<WideRows>>>();

  function rowsOf(
    source: StudentSource,
    studentNumber: string,
    reading: Reading,
    known: Map<string, Promise<WideRows>>,
  ): Promise<WideRows> {
    const key = `${source}|${studentNumber}`;
    let rows = known.get(key);
    if (rows === undefined) {
      rows = reader.student(source, studentNumber, reading, (of) =>
        rowsOf(of, studentNumber, reading, known),
      );
      known.set(key, rows);
      rows.catch(() => known.delete(key));
    }
    return rows;
  }

  function knownOf(context: ReadContext): Map<string, Promise<WideRows>> {
    let known = operations.get(context);
    if (known === undefined) operations.set(context, (known = new Map()));
    return known;
  }

  const driver: RecordsDriver = {
    method: 'REST',
    cancels: true,
    supplies: async (source) => sources[source] !== undefined,
    async read(source, studentNumbers, context) {
      const declaredSource = sources[source];
      if (declaredSource === undefined) {
        throw new AmrloError('RECORD_NOT_SUPPLIED', { institution, what: source });
      }
      const found = await asReading(readingParts, context, (reading) =>
        Promise.all(
          [...new Set(studentNumbers)].map((number) => rowsOf(source, number, reading, knownOf(context))),
        ),
      );
      return narrow(
        declaredSource,
        found.flatMap(({ rows }) => rows),
      );
    },
    async list(source, context) {
      const declaredSource = sources[source];
      if (declaredSource === undefined) {
        throw new AmrloError('RECORD_NOT_SUPPLIED', { institution, what: source });
      }
      const { rows, complete } = await asReading(readingParts, context, (reading) =>
        reader.list(source, declaredSource, () => undefined, reading),
      );
      return { rows: narrow(declaredSource, rows), complete };
    },
    hasRejectedRows: (studentNumber, context) =>
      asReading(readingParts, context, async (reading) => {
        const asked = recordSources.filter((source) => sources[source] !== undefined);
        const found = await Promise.all(
          asked.map((source) => rowsOf(source, studentNumber, reading, knownOf(context))),
        );
        return found.some(({ complete }) => !complete);
      }),
    delivery: async () => null,
    stop: () => client.close(),
  };
  const { changes } = sources;
  return {
    ...driver,
    ...(changes !== undefined && {
      changedSince: (since, limit, context) =>
        asReading(readingParts, context, (reading) =>
          readChanges(changes, { institution, now: clock.now(), reader }, { since, limit }, reading),
        ),
    }),
    ...(writeBack !== undefined && {
      writeBack: (exemption, context) =>
        asReading(readingParts, context, (reading) =>
          writeExemption(
            writeBack,
            {
              institution,
              now: clock.now(),
              client,
              rows: () => rowsOf(writeBack.of, exemption.studentNumber, reading, new Map()),
            },
            exemption,
            reading,
          ),
        ),
    }),
  };
}
