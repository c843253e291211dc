import { afterAll, beforeAll, describe, test } from '@jest/globals';
import type { Adapter } from '../../subgraphs/adapters/kit/create-adapter.js';
import { openSchool } from '../../subgraphs/adapters/open-school.js';
import { schoolNamed } from '../../subgraphs/adapters/schools.js';
import { systemClock, type Clock } from '../../subgraphs/kit/base/clock.js';
import { absenceOf, sqlServers } from '../support/sql-servers.js';
import { createAdapterClient, entitiesOf, type AdapterClient } from './adapter-client.js';
import { withDriver } from './altered-school.js';
import { openZhengfang, type OpenZhengfang } from './fixtures/ningxia-university-fixture.js';
import { stateFolder } from './state-folder.js';

const dialects = ['POSTGRESQL', 'MYSQL', 'ORACLE'] as const;
const reasons = await Promise.all(dialects.map((dialect) => absenceOf(sqlServers[dialect])));

type DriverOptions = Readonly<Record<string, unknown>>;

/** 宁夏大学 over its invented Zhengfang system on one kind of database; there from the first test to the last. */
export interface ZhengfangSchool {
  readonly client: AdapterClient;
  readonly system: OpenZhengfang;
  readonly adapter: Adapter;
  /** A further adapter of the school; who opens it stops it. */
  readonly open: (options?: DriverOptions, clock?: Clock) => Adapter;
  /** What the adapter says of a student's results, by the native key without the student number. */
  readonly resultsOf: (studentNumber: string) => Promise<ReadonlyMap<string, Record<string, unknown>>>;
}

/**
 * Declares tests for every kind of database on which a Zhengfang system runs; where none is at hand they are skipped with
 * the reason.
 * @param behaviour what they show, in a few words
 * @param options of the adapter's driver, beside those of the school
 */
export function describeZhengfang(
  behaviour: string,
  options: DriverOptions,
  declare: (school: ZhengfangSchool) => void,
): void {
  describe.each(dialects)('a Zhengfang system on %s', (dialect) => {
    const reason = reasons[dialects.indexOf(dialect)];
    if (reason !== undefined) {
      process.stderr.write(`skipped: ${behaviour} of Zhengfang: ${reason}\n`);
      test.skip(behaviour, () => undefined);
      return;
    }
    let client: AdapterClient;
    let system: OpenZhengfang;
    let adapter: Adapter;
    let state: ReturnType<typeof stateFolder>;

    const open = (more: DriverOptions = {}, clock: Clock = systemClock): Adapter =>
      openSchool(
        withDriver(schoolNamed('ningxia-university'), { schema: system.schema, ...options, ...more }),
        {
          institutionId: 'inst_nxu',
          verifier: client.verifier,
          clock,
          address: { databaseUrl: system.url, writeDatabaseUrl: system.url },
          stateDir: state.stateDir,
        },
      );

    beforeAll(async () => {
      state = stateFolder();
      client = await createAdapterClient();
      system = await openZhengfang(dialect);
      adapter = open();
    });
    afterAll(async () => {
      await adapter.stop();
      await system.drop();
      state.remove();
    });

    declare({
      get client() {
        return client;
      },
      get system() {
        return system;
      },
      get adapter() {
        return adapter;
      },
      open,
      resultsOf: async (studentNumber) => {
        const answer = await client.students(
          adapter,
          [studentNumber],
          'results { nativeKey courseCode credits creditScheme hours nativeGrade gradeScale percentage passed attemptKind exempted recordedOn flags term { code nativeCode } }',
        );
        const rows = entitiesOf(answer)[0]!['results'] as Record<string, unknown>[];
        return new Map(rows.map((row) => [String(row['nativeKey']).replace(/^.*?\|/, ''), row]));
      },
    });
  });
}
