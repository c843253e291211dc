import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';
import {
  giveScope,
  idempotencyKey,
  openVisit,
  secretariat,
  send,
  startFigures,
  supervisor,
} from './institutions-figures.js';
import { endOfJob, person, type RoomOnPostgres } from './room-on-postgres.js';

let room: RoomOnPostgres;
beforeAll(async () => {
  room = await startFigures();
  room.room.start();
});
afterAll(async () => room[Symbol.asyncDispose]());

const read = (id: string, by: Principal = secretariat) =>
  room.ask(by, `{ figureExport(id: "${id}") { job { state errorCode } rows keptUntil downloadUrl } }`);

async function exported(
  input: object,
  by: Principal = secretariat,
): Promise<{ id: string; url: string; rows: number }> {
  const { figureExport, userErrors } = await send(room, by, 'exportFigures', 'figureExport { id }', {
    idempotencyKey: idempotencyKey(),
    ...input,
  });
  if (userErrors.length > 0) throw new Error(JSON.stringify(userErrors));
  const report = await endOfJob(
    room.wakeBus,
    figureExport.id,
    async () => (await read(figureExport.id, by)).data.figureExport,
  );
  if (report.job.state !== 'SUCCEEDED') throw new Error(room.logged());
  return { id: figureExport.id, url: report.downloadUrl, rows: report.rows };
}

/** What is behind a link. */
async function fileAt(url: string): Promise<string> {
  const { routing } = room.files;
  const { file } = await routing.admitDownload(decodeURIComponent(url.split('/downloads/')[1]!), true);
  return (await buffer(Readable.from(await routing.storage.readBlob(file.blob)))).toString('utf8');
}
const rowsAt = async (url: string) =>
  parse(await fileAt(url), { bom: true, columns: true }) as Record<string, string>[];

test('an export has one row per member and group, as Excel in Chinese reads it', async () => {
  await room.sql.query(
    `update institution set name = '=HYPERLINK("http://evil","点我")' where id = 'inst_a'`,
  );
  const { url, rows } = await exported({ groups: ['MEMBERS', 'ADAPTERS'] });
  expect(rows).toBe(8);
  const content = await fileAt(url);
  expect(content.startsWith('\u{feff}Institution,Member code,Name,')).toBe(true);
  expect(content.split('\r\n')).toHaveLength(10);
  const lines = await rowsAt(url);
  expect(lines[0]).toMatchObject({
    Institution: 'inst_a',
    'Member code': 'M-A',
    Name: `'=HYPERLINK("http://evil","点我")`,
    Group: 'MEMBERS',
    'Joined on': '2019-05-01',
    'Calls in 24 hours': '',
  });
  expect(lines[1]).toMatchObject({
    Institution: 'inst_a',
    Group: 'ADAPTERS',
    'Joined on': '',
    'Calls in 24 hours': '0',
  });
});

test('a filter, and a supervisor’s scope, narrow an export like a dashboard', async () => {
  const one = await rowsAt((await exported({ groups: ['MEMBERS'], filter: { provinces: ['上海市'] } })).url);
  expect(one.map((row) => row['Institution'])).toEqual(['inst_c']);
  const scope = await giveScope(room, { provinces: ['宁夏回族自治区'] });
  const { supervisionVisit } = await openVisit(room, scope.id);
  const { id, url } = await exported({ groups: ['MEMBERS'] }, supervisor);
  expect((await rowsAt(url)).map((row) => row['Institution'])).toEqual(['inst_a', 'inst_b']);
  await send(room, supervisor, 'closeSupervision', 'supervisionVisit { id }', {
    visitId: supervisionVisit.id,
    expectedVersion: supervisionVisit.version,
  });
  expect((await read(id, supervisor)).errors?.[0]?.extensions?.['code']).toBe('FIGURES_NEED_A_VISIT');
  await openVisit(room, scope.id);
  expect((await read(id, supervisor)).errors?.[0]?.extensions?.['code']).toBe('FIGURES_NEED_A_VISIT');
});

test('an export of any length is read page by page, and no member is lost or repeated', async () => {
  await room.sql.query(
    `insert into institution (id, name, kind, source, created_at)
     select 'inst_m' || n, '成员' || n, 'ENTERPRISE', 't', now() from generate_series(1, 1201) n`,
  );
  await room.sql.query(
    `insert into membership (id, institution_id, member_code, state, state_since, joined_on, charter_version, created_at)
     select 'mem_m' || n, 'inst_m' || n, 'X' || n, 'ACTIVE', now(), '2020-01-01', '1', now() from generate_series(1, 1201) n`,
  );
  const lines = await rowsAt((await exported({ groups: ['MEMBERS'] })).url);
  expect(lines).toHaveLength(1_205);
  expect(new Set(lines.map((row) => row['Institution'])).size).toBe(1_205);
});

test('counts of few people are left out, the others are told in tens, as in the graph', async () => {
  const teachers = { inst_a: 124, inst_b: 9, inst_c: 30, inst_d: 0 };
  for (const [id, count] of Object.entries(teachers)) {
    await room.sql.query(
      `insert into member_report (id, institution_id, year, edition, state, state_since, teachers, reformed_courses,
         beneficiaries, provinces, created_at)
       values ('mrep_' || $1, $1, 2025, 1, 'ACCEPTED', now(), $2, 1, 5000, '{上海市}', now())`,
      [id, count],
    );
  }
  const filter = { institutionIds: Object.keys(teachers) };
  const lines = await rowsAt((await exported({ groups: ['MEMBER_REPORTS'], filter, year: 2025 })).url);
  expect(lines.map((row) => row['Teachers'])).toEqual(['120', '', '30', '0']);
  expect(lines.every((row) => row['Beneficiaries'] === '5000' && row['Provinces served'] === '1')).toBe(true);
});

test('an export is for the one who asked; its links and their use are in the trail, and the file goes after a day', async () => {
  const { id, url } = await exported({ groups: ['MEMBERS'] });
  await fileAt(url);
  const other = await read(id, person('other', 'SECRETARIAT'));
  expect(other.data.figureExport).toMatchObject({ job: { state: 'SUCCEEDED' }, downloadUrl: null });
  expect((await read(id, supervisor)).data.figureExport).toBeNull();
  const { rows } = await room.sql.query(
    `select action from audit_event where actor = 'sec' and subject_id in ($1, 'figures-' || $1) order by id`,
    [id],
  );
  expect(rows.map((row: { action: string }) => row.action)).toEqual(
    expect.arrayContaining(['ENQUEUE_JOB', 'EXPORT_FIGURES', 'DOWNLOAD_FILE']),
  );
  room.clock.advance(11 * 60_000);
  await expect(fileAt(url)).rejects.toThrow();
  room.clock.advance(24 * 3_600_000);
  expect((await read(id)).data.figureExport.downloadUrl).toBeNull();
  await exported({ groups: ['MEMBERS'] });
  await expect(
    room.files.download({ key: `figures-${id}`, fileName: 'x.csv', contentType: 'text/csv', subject: 'sec' }),
  ).rejects.toThrow();
});

test('an export without a group, or for somebody without the right, is refused', async () => {
  await expect(exported({ groups: [] })).rejects.toThrow('INPUT_INVALID');
  await expect(exported({ groups: ['MEMBERS', 'MEMBERS'] })).rejects.toThrow('INPUT_INVALID');
  await expect(exported({ groups: ['MEMBERS'] }, person('x', 'REGISTRAR@inst_a'))).rejects.toThrow(
    'ACTION_FORBIDDEN',
  );
  await expect(exported({ groups: ['MEMBERS'] }, person('y', 'SUPERVISOR'))).rejects.toThrow(
    'FIGURES_NEED_A_VISIT',
  );
});
