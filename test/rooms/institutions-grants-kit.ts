import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { servicePrincipal } from '../../subgraphs/kit/base/identity/principal.js';
import { idempotencyKey } from './institutions-room.js';
import type { Answer, RoomOnPostgres } from './room-on-postgres.js';

type Payload = Answer['data'];

/** An instant so many milliseconds from the room's now. */
export const at = (room: RoomOnPostgres, ms: number): string =>
  new Date(room.clock.now().getTime() + ms).toISOString();

/** One mutation with the selection `grant { … } userErrors { code }`, or another one. */
export async function step(
  room: RoomOnPostgres,
  by: Principal,
  name: string,
  input: object,
  selection = 'grant { id role institutionId servicePointId delegatedFromId reviewDueAt version from to }',
): Promise<Payload> {
  const type = `${name.replace(/^./, (first) => first.toUpperCase())}Input`;
  const { data, errors } = await room.ask(
    by,
    `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} userErrors { code } } }`,
    { input },
  );
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data[name];
}

/** Gives the role of a registrar, where the input says no other. */
export const give = (room: RoomOnPostgres, by: Principal, input: object): Promise<Payload> =>
  step(room, by, 'giveGrant', { role: 'REGISTRAR', idempotencyKey: idempotencyKey(), ...input });

/** Delegates for a leave, where the input names no other purpose. */
export const delegate = (room: RoomOnPostgres, by: Principal, input: object): Promise<Payload> =>
  step(room, by, 'delegateGrant', { purpose: 'leave', idempotencyKey: idempotencyKey(), ...input });

/** Ends a grant. */
export const revoke = (
  room: RoomOnPostgres,
  by: Principal,
  grantId: string,
  expectedVersion = 1,
): Promise<Payload> => step(room, by, 'revokeGrant', { grantId, expectedVersion, reason: 'r' });

/** What the gateway is told of a person. */
export async function grantsOf(
  room: RoomOnPostgres,
  subject: string,
): Promise<{ grants: { id: string; servicePointId: string | null }[] }> {
  const { data } = await room.ask(
    servicePrincipal('gateway'),
    'query ($s: String!) { principalGrants(subject: $s) { grants { id servicePointId } } }',
    { s: subject },
  );
  return data.principalGrants;
}
