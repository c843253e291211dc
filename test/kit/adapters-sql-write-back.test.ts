import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Exemption, ReadContext } from '../../subgraphs/adapters/kit/driver.js';
import { createSqlDriver, sqlDriverSchema } from '../../subgraphs/adapters/drivers/sql/sql-driver.js';
import { systemClock } from '../../subgraphs/kit/base/clock.js';
import { eventually } from '../support/eventually.js';
import { openSqlSchool, type SqlSchool } from '../support/sql-school.js';
import { absenceOf, sqlServers } from '../support/sql-servers.js';

const context = () => ({ signal: new AbortController().signal, timeoutMs: 20_000 });
const { POSTGRESQL, MYSQL } = sqlServers;
const servers = await Promise.all(
  [POSTGRESQL, MYSQL].map(async (server) => ({ server, name: server.name, reason: await absenceOf(server) })),
);

const writeBack = {
  exists: `SELECT h.CERT AS CERTIFICATE_NUMBER, l.CJ AS RECORDED_GRADE, h.REASON AS KIND
    FROM {schema}.H h JOIN {schema}.L l ON l.ID = h.ID
    WHERE l.XH = {studentNumber} AND l.KCDM = {courseCode}`,
  insert: [
    `INSERT INTO {schema}.H (ID, CERT, REASON)
      SELECT {certificateNumber} || '-' || k.KCDM, {certificateNumber}, {kind}
      FROM {schema}.K k WHERE k.KCDM = {courseCode}`,
    `INSERT INTO {schema}.L (ID, XH, KCDM, XN, XQ, CJ, XF)
      SELECT {certificateNumber} || '-' || k.KCDM, {studentNumber}, k.KCDM, {academicYear}, {termNumber}, {recordedGrade},
        COALESCE({credits}, k.XF)
      FROM {schema}.K k WHERE k.KCDM = {courseCode}`,
  ],
  kinds: { BOTH: '免修免考' },
};
const exemption: Exemption = {
  studentNumber: '12019240001',
  courseCode: '24010101',
  term: '2026-2027-1',
  certificateNumber: 'NX-2026-000001',
  kind: 'BOTH',
  recordedGrade: '优秀',
  credits: null,
};

describe.each(servers)('writing exemptions back over $name', ({ server, name, reason }) => {
  if (reason !== undefined) {
    process.stderr.write(`skipped: write-back over ${name}: ${reason}\n`);
    test.skip('writes once', () => undefined);
    return;
  }
  let school: SqlSchool;
  beforeAll(async () => {
    school = await openSqlSchool(server, [
      'CREATE TABLE {schema}.K (KCDM VARCHAR(10) PRIMARY KEY, XF VARCHAR(5))',
      "INSERT INTO {schema}.K (KCDM, XF) VALUES ('24010101', '5.0')",
      'CREATE TABLE {schema}.H (ID VARCHAR(60), CERT VARCHAR(40), REASON VARCHAR(20))',
      'CREATE TABLE {schema}.L (ID VARCHAR(60), XH VARCHAR(20), KCDM VARCHAR(10), XN VARCHAR(9), XQ VARCHAR(1), CJ VARCHAR(4), XF VARCHAR(5))',
    ]);
  });
  afterAll(() => school.drop());
  beforeEach(async () => {
    for (const table of ['H', 'L'])
      await school.administrator.execute(`DELETE FROM ${school.schema}.${table}`);
  });

  /** What writes an exemption, over sessions of its own. */
  function writing(): (asked: Exemption, limits: ReadContext) => Promise<string> {
    const driver = school.driver({ writeBack });
    return (asked, limits) => driver.writeBack!(asked, limits);
  }

  test('writes once and finds it again, also after an answer was lost', async () => {
    const write = writing();
    expect(await write(exemption, context())).toBe('WRITTEN');
    expect(await write(exemption, context())).toBe('ALREADY_WRITTEN');
    // Another process, which knows nothing of the first answer.
    expect(await writing()(exemption, context())).toBe('ALREADY_WRITTEN');
    expect([await school.count('H'), await school.count('L')]).toEqual([1, 1]);
  });

  test('writes one row when many write the same at once', async () => {
    const writers = Array.from({ length: 4 }, writing);
    const outcomes = await Promise.all([...writers, ...writers].map((write) => write(exemption, context())));
    expect(outcomes.filter((outcome) => outcome === 'WRITTEN')).toHaveLength(1);
    expect([await school.count('H'), await school.count('L')]).toEqual([1, 1]);
  });

  test('refuses when something else stands in its place', async () => {
    const write = writing();
    await write(exemption, context());
    for (const [other, detail] of [
      [{ recordedGrade: '良好' }, 'ANOTHER_GRADE'],
      [{ recordedGrade: null }, 'ANOTHER_GRADE'],
      [{ kind: 'WAIVE_EXAM' }, 'ANOTHER_KIND'],
      [{ certificateNumber: 'NX-2026-000002' }, 'ANOTHER_ENTRY'],
    ] as const) {
      await expect(write({ ...exemption, ...other }, context())).rejects.toMatchObject({
        code: 'WRITE_BACK_REFUSED',
        parameters: { detail },
      });
    }
    expect([await school.count('H'), await school.count('L')]).toEqual([1, 1]);
  });

  test('writes nothing where the course is unknown, a rule is broken halfway or the term is unreadable', async () => {
    const write = writing();
    await expect(write({ ...exemption, courseCode: 'none' }, context())).rejects.toMatchObject({
      code: 'WRITE_BACK_REFUSED',
    });
    // The header fits, the line does not: the column takes four characters.
    const broken = write({ ...exemption, recordedGrade: '特别优秀等' }, context());
    await expect(broken).rejects.toMatchObject({ code: 'WRITE_BACK_REFUSED' });
    await expect(write({ ...exemption, term: '2026' }, context())).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
    expect([await school.count('H'), await school.count('L')]).toEqual([0, 0]);
  });

  (server.kind === 'POSTGRESQL' ? test : test.skip)(
    'writes nothing by halves when its session is killed between two inserts, and writes the next time',
    async () => {
      const lock = await server.administrator();
      await lock.execute(`BEGIN; LOCK TABLE ${school.schema}.L IN SHARE MODE`);
      const killed = writing()(exemption, context());
      killed.catch(() => undefined);
      const kill = `SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity
        WHERE query LIKE 'INSERT INTO ${school.schema}.L%' AND wait_event_type = 'Lock'`;
      await eventually(async () =>
        JSON.stringify(await school.administrator.execute(kill)).includes('"ended":true'),
      );
      await expect(killed).rejects.toMatchObject({ code: 'SCHOOL_UNAVAILABLE' });
      await lock.end();
      expect([await school.count('H'), await school.count('L')]).toEqual([0, 0]);
      expect(await writing()(exemption, context())).toBe('WRITTEN');
    },
  );

  test('writes nothing for somebody who has left', async () => {
    const write = writing();
    await expect(write(exemption, { signal: AbortSignal.abort(), timeoutMs: 1_000 })).rejects.toMatchObject({
      code: 'REQUEST_CANCELLED',
    });
    expect(await school.count('H')).toBe(0);
  });

  test('is absent without a writing account, and without statements', () => {
    const parts = { institution: 'A school', clock: systemClock };
    const declared = sqlDriverSchema.parse({ kind: 'sql', schema: 's', sources: {}, writeBack });
    const reading = createSqlDriver(declared, { ...parts, address: { databaseUrl: server.url } });
    for (const driver of [reading, school.driver({})]) expect(driver).not.toHaveProperty('writeBack');
    return reading.stop();
  });
});
