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
        `mutation { connectRecordsSystem(input: { institutionId: "${institutionId}", kind: ${kinds}, endpoint: "local:nxu", idempotencyKey: "${idempotencyKey()}" }) { school { enabled } userErrors { code } } }`,
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
