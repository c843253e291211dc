import { institutionsModule } from '../../subgraphs/institutions/institutions.module.js';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { person, startRoomOnPostgres, type Answer, type RoomOnPostgres } from './room-on-postgres.js';

export const home = 'inst_home';
export const away = 'inst_away';
export const secretariat = person('sec', 'SECRETARIAT');
export const admin = person('adm', `INSTITUTION_ADMIN@${home}`);

let keys = 0;

/** An idempotency key that no other mutation of the test file has. */
export const idempotencyKey = (): string => `test-key-${(keys += 1)}`;

/** The room of institutions with its jobs running and the named institutions in it. */
export async function startInstitutions(...ids: string[]): Promise<RoomOnPostgres> {
  const room = await startRoomOnPostgres(institutionsModule, undefined, { firstSecretariat: 'sec' });
  room.room.start();
  for (const id of ids) {
    await room.sql.query(
      `insert into institution (id, name, kind, source, created_at) values ($1, $1, 'HIGHER_EDUCATION', 't', now())`,
      [id],
    );
  }
  return room;
}

/** Records home as a founding member, where the input says nothing else. */
export async function recordFoundingMember(
  room: RoomOnPostgres,
  by: Principal,
  input: object = {},
): Promise<Answer['data']> {
  const { data } = await room.ask(
    by,
    'mutation ($input: RecordFoundingMemberInput!) { recordFoundingMember(input: $input) { membership { id state version } userErrors { code } } }',
    {
      input: {
        institutionId: home,
        memberCode: 'NXU',
        joinedOn: '2020-01-01',
        charterVersion: '1',
        idempotencyKey: idempotencyKey(),
        ...input,
      },
    },
  );
  return data.recordFoundingMember;
}
