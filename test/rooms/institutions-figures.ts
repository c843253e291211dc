import { institutionsModule } from '../../subgraphs/institutions/institutions.module.js';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';
import type { RoomModule } from '../../subgraphs/kit/room/room-module.js';
import { idempotencyKey, secretariat } from './institutions-room.js';
import { person, startRoomOnPostgres, type RemoteAnswer, type RoomOnPostgres } from './room-on-postgres.js';

export { idempotencyKey, secretariat };
export const supervisor = person('inspector', 'SUPERVISOR');
export const otherSupervisor = person('other-inspector', 'SUPERVISOR');

/** Four members: two in Ningxia, one in Shanghai, one suspended enterprise of no province; and one that is none. */
const members = [
  {
    id: 'inst_a',
    kind: 'HIGHER_EDUCATION',
    province: '宁夏回族自治区',
    joined: '2019-05-01',
    state: 'ACTIVE',
  },
  {
    id: 'inst_b',
    kind: 'HIGHER_EDUCATION',
    province: '宁夏回族自治区',
    joined: '2025-03-01',
    state: 'ACTIVE',
  },
  { id: 'inst_c', kind: 'ASSOCIATION', province: '上海市', joined: '2025-11-30', state: 'ACTIVE' },
  { id: 'inst_d', kind: 'ENTERPRISE', province: null, joined: '2026-01-01', state: 'SUSPENDED' },
] as const;

/** The room of institutions with a few members. */
export async function startFigures(
  remote?: RemoteAnswer,
  module: RoomModule = institutionsModule,
): Promise<RoomOnPostgres> {
  const room = await startRoomOnPostgres(module, remote, { firstSecretariat: 'sec' });
  for (const { id, kind, province } of [
    ...members,
    { id: 'inst_none', kind: 'ENTERPRISE', province: '上海市' },
  ]) {
    await room.sql.query(
      `insert into institution (id, name, kind, province, source, created_at) values ($1, $1, $2, $3, 't', now())`,
      [id, kind, province],
    );
  }
  for (const { id, joined, state } of members) {
    await room.sql.query(
      `insert into membership (id, institution_id, member_code, state, state_since, joined_on, charter_version, created_at)
       values ($1, $2, $3, 'ACTIVE', $4::date::timestamp at time zone 'Asia/Shanghai', $4, '1', now())`,
      [`mem_${id}`, id, id.replace('inst_', 'M-').toUpperCase(), joined],
    );
    if (state === 'ACTIVE') continue;
    // A membership begins active, and is suspended afterwards.
    await room.sql.query(
      `update membership set state = $2, state_since = '2026-01-10T00:00:00Z' where institution_id = $1`,
      [id, state],
    );
  }
  return room;
}

/** What a mutation answers. */
export interface Sent {
  readonly userErrors: { readonly code: string }[];
  // oxlint-disable-next-line typescript/no-explicit-any -- its shape is the selection's; naming it again would say it twice
  readonly [field: string]: any;
}

/** Sends a mutation with one input and gives what it answers. */
export async function send(
  room: RoomOnPostgres,
  by: Principal,
  mutation: string,
  selection: string,
  input: object,
): Promise<Sent> {
  const type = `${mutation.replace(/^./, (first) => first.toUpperCase())}Input`;
  const { data, errors } = await room.ask(
    by,
    `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${selection} userErrors { code } } }`,
    { input },
  );
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data[mutation];
}

/** Gives a scope to the supervisor, where the input says nothing else. */
export async function giveScope(
  room: RoomOnPostgres,
  input: object = {},
): Promise<{ id: string; version: number }> {
  const { supervisionScope, userErrors } = await send(
    room,
    secretariat,
    'giveSupervisionScope',
    'supervisionScope { id version }',
    {
      authority: '宁夏回族自治区教育厅',
      subject: supervisor.subject,
      from: '2026-01-01',
      to: '2026-02-01',
      legalBasis: '宁教督〔2026〕1号',
      idempotencyKey: idempotencyKey(),
      ...input,
    },
  );
  if (userErrors.length > 0) throw new Error(JSON.stringify(userErrors));
  return supervisionScope;
}

/** Opens a visit of the supervisor. */
export function openVisit(
  room: RoomOnPostgres,
  scopeId: string,
  input: object = {},
  by: Principal = supervisor,
) {
  return send(room, by, 'openSupervision', 'supervisionVisit { id version open expiresAt }', {
    scopeId,
    purpose: '年度例行检查',
    idempotencyKey: idempotencyKey(),
    ...input,
  });
}
