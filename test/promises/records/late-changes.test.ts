import { Writable } from 'node:stream';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { FakeClock } from '../../../subgraphs/kit/base/clock.js';
import { createSigner } from '../../../subgraphs/kit/base/identity/assertion.js';
import { createLocalWakeBus } from '../../../subgraphs/kit/base/wake.js';
import { contractSchema } from '../../../subgraphs/records/contract.js';
import { knownLinks, type StudentRecordKey } from '../../../subgraphs/records/link-source.js';
import { SchoolCalls } from '../../../subgraphs/records/school-calls.js';
import type { School } from '../../../subgraphs/records/school-directory.js';
import { createTestRouter, FakeSchool, names, record } from '../../rooms/records-fixture.js';
import { input, kept, write } from './write-back-operations.js';

describe('a link that is taken away while links are read', () => {
  test('is neither kept nor given to who asks after that', async () => {
    const wakes = createLocalWakeBus();
    const key = { institutionId: 'inst_a', studentNumber: '1' };
    const readings: ((links: readonly StudentRecordKey[]) => void)[] = [];
    const links = knownLinks(
      { linkedTo: () => new Promise((resolve) => readings.push(resolve)) },
      { clock: new FakeClock(), wakes },
    );
    const before = links.linkedTo('chen', [key]);
    wakes.publish({ type: 'StudentRecordLink', id: 'x' });
    const during = links.linkedTo('chen', [key]);
    expect(readings).toHaveLength(2);
    readings[1]!([]);
    expect((await during).size).toBe(0);
    // The older reading ends last, with what has been taken away since.
    readings[0]!([key]);
    expect((await before).size).toBe(1);
    expect((await links.linkedTo('chen', [])).size).toBe(0);
    expect(readings).toHaveLength(2);
  });
});

describe('a school that moves, leaves or is switched off while somebody holds its older line', () => {
  const line: School = { institutionId: 'inst_a', name: 'A', kind: 'SQL', endpoint: 'old', enabled: true };
  const directory = (...lines: School[]) => new Map(lines.map((one) => [one.institutionId, one]));
  let calls: SchoolCalls;
  let connected: string[];
  let closed: string[];
  beforeEach(async () => {
    [connected, closed] = [[], []];
    const clock = new FakeClock();
    const { signer } = await createSigner(undefined, clock);
    const connect = ({ endpoint }: School) => {
      connected.push(endpoint);
      return Object.assign(async () => ({ data: {} }), { close: async () => void closed.push(endpoint) });
    };
    calls = new SchoolCalls({ connect, signer, clock, schema: contractSchema() });
    calls.take(directory(line));
  });

  test('is reached where it is now, and stays there', () => {
    calls.to(line);
    const moved = { ...line, endpoint: 'new' };
    calls.take(directory(moved));
    for (const held of [moved, line, moved, line]) expect(calls.toAsk(held).school).toBe(moved);
    expect([connected, closed]).toEqual([['old', 'new'], ['old']]);
  });

  test('is not asked any more', () => {
    calls.take(directory({ ...line, enabled: false }));
    expect(() => calls.toAsk(line)).toThrow(expect.objectContaining({ code: 'SCHOOL_UNAVAILABLE' }));
    calls.take(directory());
    expect(() => calls.toAsk(line)).toThrow(expect.objectContaining({ code: 'SCHOOL_NOT_CONNECTED' }));
    expect(connected).toEqual([]);
  });
});

describe('somebody who leaves while an exemption is written', () => {
  let a: FakeSchool;
  let release: () => void;
  beforeEach(() => {
    a = new FakeSchool('inst_a', names());
    a.respond = ({ query }, usual) =>
      query.startsWith('mutation') ? new Promise((resolve) => (release = () => resolve(usual()))) : usual();
  });
  const about = { r: [record('inst_a', '1')] };

  test('waits no longer; what was sent runs to its end, and copies of before are gone then', async () => {
    const { ask } = await createTestRouter([a]);
    const leaving = new AbortController();
    const asked = ask(write, { input: input() }, { signal: leaving.signal });
    await a.untilAsked(2);
    leaving.abort();
    await expect(asked).rejects.toMatchObject({ code: 'REQUEST_CANCELLED' });
    expect(a.requests[1]!.signal.aborted).toBe(false);
    await ask(kept, about);
    await ask(kept, about);
    expect(a.asked).toHaveLength(2);
    release();
    while (a.written.length === 0) await new Promise(setImmediate);
    await new Promise(setImmediate);
    await ask(kept, about);
    expect(a.asked).toHaveLength(3);
  });

  test('leaves it the time of the school and no more', async () => {
    const { ask, clock } = await createTestRouter([a]);
    const leaving = new AbortController();
    const asked = ask(write, { input: input() }, { signal: leaving.signal });
    await a.untilAsked(2);
    leaving.abort();
    await expect(asked).rejects.toMatchObject({ code: 'REQUEST_CANCELLED' });
    clock.advance(200);
    expect(a.requests[1]!.signal.aborted).toBe(true);
    expect(clock.waiting).toEqual([]);
  });

  test('calls it off where it was not sent yet', async () => {
    const { ask } = await createTestRouter([a]);
    a.respond = () => new Promise(() => undefined);
    const leaving = new AbortController();
    const asked = ask(write, { input: input() }, { signal: leaving.signal });
    await a.untilAsked(1);
    leaving.abort();
    await expect(asked).rejects.toMatchObject({ code: 'REQUEST_CANCELLED' });
    expect(a.requests.map(({ signal }) => signal.aborted)).toEqual([true]);
    expect(a.written).toEqual([]);
  });

  test('has none of the others of the operation begun', async () => {
    const lines: string[] = [];
    const sink = new Writable({ write: (chunk, _, next) => (lines.push(String(chunk)), next()) });
    const { ask } = await createTestRouter([a], { log: pino({ level: 'info' }, sink) });
    const several = /* GraphQL */ `
      mutation ($x: WriteBackExemptionInput!, $y: WriteBackExemptionInput!) {
        x: writeBackExemption(input: $x) {
          writeBack {
            state
          }
        }
        y: writeBackExemption(input: $y) {
          writeBack {
            state
          }
        }
      }
    `;
    const y = input({ idempotencyKey: 'key-000002', certificateNumber: 'AMRLO-2026-0002' });
    const leaving = new AbortController();
    const asked = ask(several, { x: input(), y }, { signal: leaving.signal });
    await a.untilAsked(2);
    leaving.abort();
    release();
    await expect(asked).rejects.toMatchObject({ code: 'REQUEST_CANCELLED' });
    while (a.written.length === 0) await new Promise(setImmediate);
    await new Promise(setImmediate);
    expect(a.written).toMatchObject([{ certificateNumber: 'AMRLO-2026-0001' }]);
    expect(a.requests).toHaveLength(2);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ outcome: 'REQUEST_CANCELLED' }]);
  });
});
