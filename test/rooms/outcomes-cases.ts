import { afterAll, beforeAll, expect } from '@jest/globals';
import { newId } from '../../subgraphs/kit/base/ids.js';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { startOutcomes, type OutcomesRoom, type Tree } from './outcomes-room.js';
import { person } from './room-on-postgres.js';

export const school = newId('Institution');
export const otherSchool = newId('Institution');
export const registrar = person('registrar', `REGISTRAR@${school}`);
export const stranger = person('stranger', `INSTITUTION_ADMIN@${otherSchool}`);
export const secretariat = person('secretariat', 'SECRETARIAT');
export const expert = person('expert', 'EXPERT');
export const otherExpert = person('other-expert', 'EXPERT');
/** Somebody who holds both roles, to try what the two-person rule forbids. */
export const both = person('both', `REGISTRAR@${school}`, 'EXPERT');

/** The running room. */
export let outcomes: OutcomesRoom;
beforeAll(async () => {
  outcomes = await startOutcomes();
});
afterAll(() => outcomes.stop());

const fields = `id outcomeCode edition state version dueAt note supplement recognisedFrom validUntil
  issuer { id } course { code } availableActions { action allowed reason }`;

export async function send(principal: Principal, mutation: string, input: object) {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
  const { data, errors } = await outcomes.ask(
    principal,
    `mutation ($input: ${type}!) { ${mutation}(input: $input) { outcome { ${fields} } userErrors { code path } } }`,
    { input },
  );
  expect(errors).toEqual([]);
  return data[mutation];
}

let number = 0;
export async function propose(principal: Principal = registrar, extra: object = {}) {
  number += 1;
  const payload = await send(principal, 'proposeOutcome', {
    issuerId: school,
    outcomeCode: `LO-${number}`,
    title: `成果 ${number}`,
    kind: 'COURSE',
    idempotencyKey: newId('Request'),
    ...extra,
  });
  expect(payload.userErrors).toEqual([]);
  return payload.outcome;
}

/** Takes steps one after the other and gives the outcome after the last. */
export async function walk(outcome: Tree, ...steps: [Principal, string, object?][]) {
  let current = outcome;
  for (const [principal, mutation, extra] of steps) {
    const step = { outcomeId: current.id, expectedVersion: current.version, ...extra };
    const payload = await send(principal, mutation, step);
    expect([mutation, payload.userErrors]).toEqual([mutation, []]);
    current = payload.outcome;
  }
  return current;
}

export const reason = { reason: '材料不全' };
export const toReview: [Principal, string][] = [
  [secretariat, 'beginOutcomeCheck'],
  [secretariat, 'acceptOutcomeCheck'],
];
export const seenBy = async (principal: Principal, id: string) =>
  (await outcomes.ask(principal, `query ($id: ID!) { outcome(id: $id) { state note } }`, { id })).data
    .outcome;
