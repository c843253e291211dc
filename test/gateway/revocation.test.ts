import { afterAll, beforeAll, describe, expect, it, test } from '@jest/globals';
import { createGrantCache, lookMs } from '../../gateway/security/grant-cache.js';
import { liveResults } from '../../gateway/subscriptions/live-results.js';
import { FakeClock } from '../../subgraphs/kit/base/clock.js';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import { servicePrincipal, type Grant, type Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { createLocalWakeBus } from '../../subgraphs/kit/base/wake.js';
import { home, startInstitutions } from '../rooms/institutions-room.js';
import type { RoomOnPostgres } from '../rooms/room-on-postgres.js';

const grant = (id: string, to: string | null = null): Grant => ({
  id,
  role: 'REGISTRAR',
  institutionId: home,
  from: '2025-01-01T00:00:00Z',
  to,
});

/** A cache that no signal ever reaches, over grants that the test changes. */
function unheard() {
  const clock = new FakeClock();
  const held = new Map<string, Grant[]>();
  const source = { asked: 0, looks: 0, down: false, changed: [] as string[], forgetful: false };
  const refuseWhenDown = () => {
    if (source.down) throw new Error('connection refused');
  };
  const cache = createGrantCache({
    clock,
    source: {
      async grantsOf(subject) {
        refuseWhenDown();
        source.asked += 1;
        return { grants: held.get(subject) ?? [], epoch: 1 };
      },
      async changedSince(cursor) {
        source.looks += 1;
        refuseWhenDown();
        const changed = source.changed.splice(0);
        const subjects = cursor === undefined || source.forgetful ? null : changed;
        return { cursor: String(source.looks), subjects };
      },
    },
  });
  const ids = async (subject: string) => (await cache.inForce(subject)).grants.map(({ id }) => id);
  const change = (subject: string, ...now: Grant[]) => {
    held.set(subject, now);
    source.changed.push(subject);
  };
  return { clock, source, ids, change, cache };
}

describe('a gateway that no signal reaches', () => {
  it('uses a revoked grant for less than a second, and asks for no other one again', async () => {
    const { clock, source, ids, change } = unheard();
    change('li', grant('g1'));
    change('wang', grant('g2'));
    expect([await ids('li'), await ids('wang')]).toEqual([['g1'], ['g2']]);
    change('li');
    clock.advance(lookMs - 1);
    expect(await ids('li')).toEqual(['g1']);
    clock.advance(1);
    expect(await ids('li')).toEqual([]);
    expect(await ids('wang')).toEqual(['g2']);
    expect(source.asked).toBe(3);
  });

  it('looks once a second for everybody together, and not at all while nobody asks', async () => {
    const { clock, source, ids } = unheard();
    await Promise.all(Array.from({ length: 200 }, (_, n) => ids(`person-${n}`)));
    expect(source.looks).toBe(1);
    clock.advance(3_600_000);
    expect(source.looks).toBe(1);
    await Promise.all([ids('person-1'), ids('person-2')]);
    expect(source.looks).toBe(2);
  });

  it('forgets everything when the source cannot say what was changed', async () => {
    const { clock, source, ids, change } = unheard();
    change('li', grant('g1'));
    await ids('li');
    change('li');
    source.changed.length = 0;
    source.forgetful = true;
    clock.advance(lookMs);
    expect(await ids('li')).toEqual([]);
  });

  it('learns after an outage of the source what was changed in it', async () => {
    const { clock, source, ids, change } = unheard();
    change('li', grant('g1'));
    await ids('li');
    source.down = true;
    clock.advance(lookMs);
    expect(await ids('li')).toEqual(['g1']);
    change('li');
    source.down = false;
    clock.advance(lookMs);
    expect(await ids('li')).toEqual([]);
  });

  it('says when the next grant begins or ends', async () => {
    const { change, cache, clock } = unheard();
    change('li', grant('g1', '2026-01-15T08:00:10Z'), grant('g2'));
    expect((await cache.inForce('li')).changesAt).toEqual(new Date('2026-01-15T08:00:10Z'));
    clock.advance(10_000);
    expect((await cache.inForce('li')).changesAt).toBeUndefined();
  });
});

describe('a live query', () => {
  /** One that runs for a person whose rights the test changes, without a single signal. */
  function running() {
    const clock = new FakeClock();
    const state: { grants: Grant[]; refused?: boolean; changesAt?: Date } = { grants: [grant('g1')] };
    const results = liveResults({
      clock,
      wakeBus: createLocalWakeBus(),
      watched: () => [],
      coalesceMs: 50,
      spreadMs: 0,
      async authenticate() {
        if (state.refused) throw new AmrloError('GRANT_NOT_HELD', { grant: 'g1' });
        const principal: Principal = { kind: 'PERSON', subject: 'li', grants: state.grants, scopes: [] };
        return { principal, changesAt: state.changesAt };
      },
      execute: async (principal) => ({ data: { held: principal.grants.map(({ id }) => id) } }),
      failed: (error) => ({ data: { code: (error as AmrloError).code } }),
    });
    return { clock, state, next: async () => (await results.next()).value?.data, results };
  }

  it('is asked again with the rights that are left, within a second', async () => {
    const { clock, state, next, results } = running();
    expect(await next()).toEqual({ held: ['g1'] });
    state.grants = [];
    const after = next();
    await clock.untilWaiting(1_000);
    clock.advance(1_000);
    expect(await after).toEqual({ held: [] });
    await results.return();
    expect(clock.waiting).toEqual([]);
  });

  it('ends within a second when the grant that it acts with is gone', async () => {
    const { clock, state, next, results } = running();
    await next();
    state.refused = true;
    const after = next();
    await clock.untilWaiting(1_000);
    clock.advance(1_000);
    expect(await after).toEqual({ code: 'GRANT_NOT_HELD' });
    expect((await results.next()).done).toBe(true);
  });

  it('is asked again at the very instant at which a grant ends', async () => {
    const { clock, state, next, results } = running();
    state.changesAt = new Date(clock.now().getTime() + 400);
    await next();
    delete state.changesAt;
    state.grants = [];
    const after = next();
    await clock.untilWaiting(400);
    clock.advance(400);
    expect(await after).toEqual({ held: [] });
    await results.return();
  });
});

describe('what the room tells gateways of changes', () => {
  let room: RoomOnPostgres;
  beforeAll(async () => {
    room = await startInstitutions(home);
  });
  afterAll(async () => room[Symbol.asyncDispose]());

  const look = async (since?: string) =>
    (
      await room.ask(
        servicePrincipal('gateway'),
        'query ($since: String) { grantChanges(since: $since) { cursor complete subjects } }',
        { since },
      )
    ).data.grantChanges as { cursor: string; complete: boolean; subjects: string[] };
  const insert = `insert into role_grant (id, subject, role, institution_id, valid_from, given_by, created_at)
    values ($1, $2, 'REGISTRAR', '${home}', now(), 'sec', now())`;

  test('is everything that was committed after a look, also by a transaction that began before it', async () => {
    const slow = await room.connectAsApp();
    await slow.query('begin');
    await slow.query(`select set_config('app.kind', 'SERVICE', true)`);
    await slow.query(insert, ['grant_slow', 'slow']);
    const first = await look();
    expect(first.complete).toBe(false);
    await room.sql.query(insert, ['grant_quick', 'quick']);
    const second = await look(first.cursor);
    expect(second).toMatchObject({ complete: true, subjects: ['quick'] });
    await slow.query('commit');
    expect((await look(second.cursor)).subjects).toContain('slow');
  });

  test('is said to be unknown for a cursor from another life of the database, or no cursor at all', async () => {
    for (const since of ['9000000000000000000', 'not a cursor', "1'::xid8", '']) {
      expect((await look(since)).complete).toBe(false);
    }
  });
});
