import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createGrantCache, lookMs, type GrantCache } from '../../gateway/security/grant-cache.js';
import { createGrantSource } from '../../gateway/security/grant-source.js';
import type { LinkCall } from '../../subgraphs/kit/base/link/link.js';
import { createLocalWakeBus } from '../../subgraphs/kit/base/wake.js';
import { home, idempotencyKey, secretariat, startInstitutions } from '../rooms/institutions-room.js';
import type { RoomOnPostgres } from '../rooms/room-on-postgres.js';
import { step } from '../rooms/governance-room.js';

let room: RoomOnPostgres;
let redisIsUp = true;
beforeAll(async () => {
  room = await startInstitutions(home);
});
afterAll(async () => room[Symbol.asyncDispose]());

/** A gateway's memory of grants: it asks the room, and hears the room's signals while Redis carries them. */
function gateway(): GrantCache {
  const { clock } = room;
  const wakeBus = createLocalWakeBus();
  room.wakeBus.subscribe((signal) => {
    if (redisIsUp) wakeBus.publish(signal);
  });
  const call = ({ principal, query, variables }: LinkCall) => room.ask(principal, query, variables);
  return createGrantCache({ clock, wakeBus, source: createGrantSource({ link: { call }, clock }) });
}

/** Gives somebody a grant. */
async function give(subject: string): Promise<{ id: string; version: number }> {
  const { grant } = await step(room, secretariat, 'giveGrant', 'grant { id version }', {
    subject,
    role: 'REGISTRAR',
    institutionId: home,
    idempotencyKey: idempotencyKey(),
  });
  return grant;
}

const revoke = ({ id, version }: { id: string; version: number }) =>
  step(room, secretariat, 'revokeGrant', 'grant { id }', {
    grantId: id,
    expectedVersion: version,
    reason: '离任',
  });

test('a revoked grant stops working at every gateway: at once where signals come, else within a second', async () => {
  const gateways = [gateway(), gateway()];
  const held = async (subject: string) =>
    Promise.all(gateways.map(async (one) => (await one.inForce(subject)).grants.length));
  const heard = await give('heard');
  const unheard = await give('unheard');
  const later = await give('later');
  expect(await held('heard')).toEqual([1, 1]);
  expect(await held('unheard')).toEqual([1, 1]);
  expect(await held('later')).toEqual([1, 1]);

  await revoke(heard);
  expect(await held('heard')).toEqual([0, 0]);

  redisIsUp = false;
  await revoke(unheard);
  room.clock.advance(lookMs);
  expect(await held('unheard')).toEqual([0, 0]);

  redisIsUp = true;
  await revoke(later);
  expect(await held('later')).toEqual([0, 0]);
  for (const one of gateways) one.close();
});
