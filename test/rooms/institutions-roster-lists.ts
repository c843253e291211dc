import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { expect } from '@jest/globals';
import { createFileRoutes } from '../../subgraphs/kit/room/files/file-routes.js';
import { sharedData } from '../support/shared-data.js';
import { idempotencyKey, secretariat } from './institutions-room.js';
import { endOfJob, type RoomOnPostgres } from './room-on-postgres.js';

/** The Ministry's list of 2025 as its sheet exports it; undefined where the shared data are not at hand. */
export const ministryList = await readFile(sharedData('cn/moe_institutions_2025.json'), 'utf8').catch(
  () => undefined,
);
if (ministryList === undefined)
  process.stdout.write(`The Ministry's list is not at hand; its import is not tested.\n`);

/** The header of the sheet. */
export const header = {
  A: '序号',
  B: '学校名称',
  C: '学校标识码',
  D: '主管部门',
  E: '所在地',
  F: '办学层次',
  G: '备注',
};

/** The title of the sheet, with the date of the list. */
export const titleOf = (asOf: string) => {
  const [year, month, day] = asOf.split('-').map(Number);
  return { A: `全国普通高等学校名单（截至${year}年${month}月${day}日）` };
};

/** The title that a list has where its date does not matter. */
export const title = titleOf('2025-06-20');

/** An institution of a test's own list; `n` makes its name and its code. */
export const school = (n: number, more: object = {}) => ({
  A: n,
  B: `学校${n}`,
  C: `41110${String(n).padStart(5, '0')}`,
  D: '教育部',
  E: '银川市',
  F: '本科',
  ...more,
});

/** A list of one province. */
export const listOf = (asOf: string, ...rows: object[]) =>
  JSON.stringify([titleOf(asOf), header, { A: `宁夏回族自治区（${rows.length}所）` }, ...rows]);

/** What an import reports. */
const report = `query ($id: ID!) { rosterImport(id: $id) {
  job { state errorCode } asOf added changed unchanged rejectedCount rejected { row field code }
  comparison { id version state asOf previousAsOf dueAt availableActions { action allowed }
    counts { added returned renamed moved gone mergeCandidates unchanged membersConcerned } } } }`;

/** Uploads and imports a list, and waits for the end. @returns the import with its comparison */
export async function importList(
  room: RoomOnPostgres,
  content: string | Uint8Array,
  by = secretariat,
  // oxlint-disable-next-line typescript/no-explicit-any -- the report's shape is the query's, as in an Answer
): Promise<any> {
  const { uploadId, url } = await room.files.createUpload({
    owner: by.subject,
    purpose: 'roster',
    maxBytes: 16 * 1024 * 1024,
  });
  await putBytes(room, url, content);
  const start = await room.ask(
    by,
    'mutation ($input: ImportRosterInput!) { importRoster(input: $input) { rosterImport { id } userErrors { code } } }',
    { input: { uploadId, idempotencyKey: idempotencyKey() } },
  );
  expect(start.data.importRoster.userErrors).toEqual([]);
  const { id } = start.data.importRoster.rosterImport;
  return endOfJob(room.wakeBus, id, async () => (await room.ask(by, report, { id })).data.rosterImport);
}

async function putBytes(room: RoomOnPostgres, url: string, content: string | Uint8Array): Promise<void> {
  const routes = createFileRoutes(room.files);
  const server = createServer((request, response) => void routes(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const answer = await fetch(new URL(url, `http://127.0.0.1:${port}`), {
    method: 'PUT',
    body: content as never,
  });
  server.close();
  expect(answer.ok).toBe(true);
}

/** What a person confirms of one institution. */
export interface Confirmation {
  readonly moeCode: string;
  readonly decision: 'MERGED_INTO' | 'GONE' | 'KEEP';
  readonly successorMoeCode?: string;
}

/** Applies a comparison. @returns the payload */
export async function applyComparison(
  room: RoomOnPostgres,
  comparison: { readonly id: string; readonly version: number },
  confirmations: readonly Confirmation[],
  by = secretariat,
  key = idempotencyKey(),
  // oxlint-disable-next-line typescript/no-explicit-any -- the payload's shape is the query's, as in an Answer
): Promise<any> {
  const { data } = await room.ask(
    by,
    `mutation ($input: ApplyRosterComparisonInput!) { applyRosterComparison(input: $input) {
       rosterComparison { id state version } userErrors { code path } } }`,
    {
      input: {
        comparisonId: comparison.id,
        expectedVersion: comparison.version,
        confirmations,
        idempotencyKey: key,
      },
    },
  );
  return data.applyRosterComparison;
}

/** Confirms one school of {@link firstList}. */
export const gone = (
  n: number,
  decision: Confirmation['decision'],
  successorMoeCode?: string,
): Confirmation => ({
  moeCode: school(n).C,
  decision,
  ...(successorMoeCode === undefined ? {} : { successorMoeCode }),
});

/** Five schools; the fifth lies alone in its place. */
const firstList = () =>
  listOf('2025-06-20', ...[1, 2, 3, 4].map((n) => school(n)), school(5, { E: '石嘴山市' }));

/** 1 as it was; 2 renamed; 3 moved; 4 and 5 gone, 4 with a new school of its own five digits; 6 new. */
export const newer = () =>
  listOf(
    '2026-06-20',
    school(1),
    school(2, { B: '学校2大学', E: '吴忠市' }),
    school(3, { E: '吴忠市' }),
    school(6, { E: '固原市' }),
    school(4, { C: '4211000004', B: '职业大学四' }),
  );

/** What a person confirms of {@link newer}. */
export const bothGone = [gone(4, 'MERGED_INTO', '4211000004'), gone(5, 'GONE')];

/** Empties the roster and imports five schools. */
export async function startWithFirstList(room: RoomOnPostgres): Promise<void> {
  await room.sql.query('truncate institution, roster_edition, roster_comparison, outbox_event cascade');
  expect(await importList(room, firstList())).toMatchObject({ added: 5 });
}
