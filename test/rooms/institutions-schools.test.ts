import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { servicePrincipal } from '../../subgraphs/kit/base/identity/principal.js';
import {
  admin,
  away,
  home,
  idempotencyKey,
  recordFoundingMember,
  secretariat,
  startInstitutions,
} from './institutions-room.js';
import { person, type RoomOnPostgres } from './room-on-postgres.js';

let room: RoomOnPostgres;
beforeAll(async () => {
  room = await startInstitutions(home, away);
  await recordFoundingMember(room, secretariat);
});
afterAll(async () => room[Symbol.asyncDispose]());

test("the directory is for services, the secretariat and the institution's own administrator", async () => {
  const kinds = (await room.ask(secretariat, '{ __type(name: "RecordsSystemKind") { enumValues { name } } }'))
    .data.__type.enumValues[0].name as string;
  const connectAs = async (by: ReturnType<typeof person>, institutionId: string) =>
    (
      await room.ask(
        by,
        `mutation { connectRecordsSystem(input: { institutionId: "${institutionId}", kind: ${kinds}, endpoint: "https://nxu.example/graphql", idempotencyKey: "${idempotencyKey()}" }) { school { enabled } userErrors { code } } }`,
      )
    ).data.connectRecordsSystem;
  expect((await connectAs(person('x', `INSTITUTION_ADMIN@${away}`), home)).userErrors).toEqual([
    { code: 'ACTION_FORBIDDEN' },
  ]);
  expect((await connectAs(secretariat, away)).userErrors).toEqual([{ code: 'INSTITUTION_NOT_MEMBER' }]);
  expect(await connectAs(admin, home)).toEqual({ school: { enabled: true }, userErrors: [] });
  expect((await connectAs(admin, home)).userErrors).toEqual([{ code: 'SCHOOL_CONNECTED' }]);
  const seen = async (by: Parameters<typeof room.ask>[0]) =>
    (await room.ask(by, '{ recordsDirectory { institutionId } }')).data.recordsDirectory;
  for (const by of [secretariat, admin, servicePrincipal('records')])
    expect(await seen(by)).toEqual([{ institutionId: home }]);
  for (const by of [person('y'), person('z', `INSTITUTION_ADMIN@${away}`, `REGISTRAR@${home}`)])
    expect(await seen(by)).toEqual([]);
});

type Asked = { school: Record<string, unknown> | null; userErrors: { code: string }[] };

async function step(by: ReturnType<typeof person>, mutation: string, input: string): Promise<Asked> {
  const { data } = await room.ask(
    by,
    `mutation { step: ${mutation}(input: { institutionId: "${home}", ${input} }) {
      school { kind endpoint timeoutMs maxConcurrent enabled version } userErrors { code } } }`,
  );
  return data.step;
}

async function directory(): Promise<unknown[]> {
  const { data } = await room.ask(
    servicePrincipal('records'),
    '{ recordsDirectory { endpoint timeoutMs maxConcurrent } }',
  );
  return data.recordsDirectory;
}

test('a school moves, leaves and comes back on the same line, each step on the version that was seen', async () => {
  const terms = 'kind: REST, endpoint: "https://school.example/graphql"';
  const moved = await step(
    admin,
    'moveRecordsSystem',
    `${terms}, timeoutMs: 900, maxConcurrent: 4, expectedVersion: 1`,
  );
  expect(moved.school).toMatchObject({ kind: 'REST', timeoutMs: 900, maxConcurrent: 4, version: 2 });
  expect(await directory()).toEqual([
    { endpoint: 'https://school.example/graphql', timeoutMs: 900, maxConcurrent: 4 },
  ]);

  const late = await step(admin, 'moveRecordsSystem', `${terms}, expectedVersion: 1`);
  expect(late).toMatchObject({
    school: { version: 2, timeoutMs: 900 },
    userErrors: [{ code: 'VERSION_CONFLICT' }],
  });

  const left = await step(admin, 'disconnectRecordsSystem', 'expectedVersion: 2, reason: "系统更换"');
  expect(left.userErrors).toEqual([]);
  expect(await directory()).toEqual([]);
  for (const again of ['disconnectRecordsSystem', 'switchRecordsSystem', 'moveRecordsSystem']) {
    const rest =
      { disconnectRecordsSystem: 'reason: "x"', switchRecordsSystem: 'enabled: true' }[again] ?? terms;
    const refused = await step(admin, again, `expectedVersion: 3, ${rest}`);
    expect(refused.userErrors).toEqual([{ code: 'NOT_FOUND' }]);
  }

  const connect = () =>
    step(admin, 'connectRecordsSystem', `${terms}, idempotencyKey: "${idempotencyKey()}"`);
  const [first, second] = await Promise.all([connect(), connect()]);
  expect([first, second].map(({ userErrors }) => userErrors[0]?.code ?? 'DONE').sort()).toEqual([
    'DONE',
    'SCHOOL_CONNECTED',
  ]);
  expect(await directory()).toEqual([
    { endpoint: 'https://school.example/graphql', timeoutMs: null, maxConcurrent: null },
  ]);
});

test('only the secretariat and the own administrator move a school, and only to an acceptable address', async () => {
  const { data } = await room.ask(admin, '{ recordsDirectory { version } }');
  const version = `expectedVersion: ${data.recordsDirectory[0].version}, kind: SQL`;
  const stranger = person('x', `INSTITUTION_ADMIN@${away}`);
  const move = async (by: ReturnType<typeof person>, rest: string) =>
    (await step(by, 'moveRecordsSystem', `${version}, ${rest}`)).userErrors.map(({ code }) => code);
  expect(await move(stranger, 'endpoint: "local:nxu"')).toEqual(['ACTION_FORBIDDEN']);
  for (const bad of ['file:///etc/passwd', 'local:NXU', 'https://a b', 'ftp://school.example']) {
    expect(await move(secretariat, `endpoint: "${bad}"`)).toEqual(['SCHOOL_ENDPOINT_INVALID']);
  }
  expect(await move(admin, 'endpoint: "local:nxu"')).toEqual(['SCHOOL_ENDPOINT_RESERVED']);
  for (const bad of ['timeoutMs: 99', 'timeoutMs: 30001', 'maxConcurrent: 0', 'maxConcurrent: 257']) {
    expect(await move(admin, `endpoint: "local:nxu", ${bad}`)).toEqual(['INPUT_INVALID']);
  }
  expect(await move(secretariat, 'endpoint: "local:nxu"')).toEqual([]);
});
