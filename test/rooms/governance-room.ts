import { stableId } from '../../subgraphs/kit/base/ids.js';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { idempotencyKey, secretariat, startInstitutions } from './institutions-room.js';
import { person, type Answer, type RoomOnPostgres } from './room-on-postgres.js';

/** Members of the alliance, `inst_1` and so on, and the people whom they send, `person_1` and so on. */
export const member = (n: number): string => `inst_${n}`;
export const sent = (n: number, ...held: string[]): Principal => person(`person_${n}`, ...held);

/** The ids of the bodies that the charter establishes. */
export const body = (kind: string): string => stableId('Body', kind);

/** The room with so many active members. */
export async function startGovernance(members: number): Promise<RoomOnPostgres> {
  const ids = Array.from({ length: members }, (_, index) => member(index + 1));
  const room = await startInstitutions(...ids);
  for (const [index, id] of ids.entries()) {
    await room.sql.query(
      `insert into membership (id, institution_id, member_code, state, state_since, joined_on, charter_version, created_at)
       values ($1, $2, $3, 'ACTIVE', '2020-01-01', '2020-01-01', '2016-07-15', now())`,
      [`mem_${index + 1}`, id, `M${index + 1}`],
    );
  }
  return room;
}

/**
 * Calls a mutation by its name with its input; selects the codes of its refusals and what is asked for.
 * @param selection for example `seat { id }`
 */
export async function step(
  room: RoomOnPostgres,
  by: Principal,
  mutation: string,
  selection: string,
  input: object,
): Promise<Answer['data']> {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
  const answer = await room.ask(
    by,
    `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${selection} userErrors { code path } } }`,
    { input },
  );
  if (answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors));
  return answer.data[mutation];
}

/** The codes with which a step was refused; empty when it was taken. */
export const codesOf = (payload: Answer['data']): string[] =>
  payload.userErrors.map((error: { code: string }) => error.code);

/** Appoints the person `n` of the member `n` to a body, where the input says nothing else. */
export function appoint(
  room: RoomOnPostgres,
  n: number,
  kind: string,
  input: object = {},
): Promise<Answer['data']> {
  return step(room, secretariat, 'appointSeat', 'seat { id version state from to inForce }', {
    bodyId: body(kind),
    institutionId: member(n),
    subject: `person_${n}`,
    holderName: `代表${n}`,
    office: 'MEMBER',
    idempotencyKey: idempotencyKey(),
    ...input,
  });
}

/** Opens a general motion of a body, where the input says nothing else. */
export function openMotion(
  room: RoomOnPostgres,
  by: Principal,
  kind: string,
  input: object = {},
): Promise<Answer['data']> {
  return step(
    room,
    by,
    'openMotion',
    'motion { id version motionNo state electorate threshold isElector secret availableActions { action allowed reason } }',
    {
      bodyId: body(kind),
      kind: 'GENERAL',
      title: { zh: '关于年度计划', en: 'On the plan of the year' },
      text: '请表决。',
      idempotencyKey: idempotencyKey(),
      ...input,
    },
  );
}

/** Casts a vote. */
export function vote(
  room: RoomOnPostgres,
  by: Principal,
  motionId: string,
  choice: 'YES' | 'NO' | 'ABSTAIN',
): Promise<Answer['data']> {
  return step(room, by, 'castBallot', 'motion { id version voted }', {
    motionId,
    choice,
    idempotencyKey: idempotencyKey(),
  });
}

/** Counts the votes of a motion, on its version of now. */
export async function closeMotion(room: RoomOnPostgres, motionId: string): Promise<Answer['data']> {
  const { data } = await room.ask(secretariat, 'query ($id: ID!) { motion(id: $id) { version } }', {
    id: motionId,
  });
  return step(
    room,
    secretariat,
    'closeMotion',
    'motion { state closedAt result { carried quorate yes no abstain } version }',
    { motionId, expectedVersion: data.motion.version },
  );
}
