import { beforeEach, describe, expect, test } from '@jest/globals';
import { AmrloError } from '../../../subgraphs/kit/base/errors/amrlo-error.js';
import { institutionsTrail, type WriteBackEntry } from '../../../subgraphs/records/write-back-trail.js';
import type { Link, LinkCall } from '../../../subgraphs/kit/base/link/link-call.js';
import type { SubgraphResponse } from '../../../subgraphs/kit/base/link/subgraph-request.js';
import { keptLog } from '../../kit/link-fixture.js';
import { createTestRouter, FakeSchool, names, person } from '../../rooms/records-fixture.js';
import { done, input, write } from './write-back-operations.js';

let a: FakeSchool;
beforeEach(() => {
  a = new FakeSchool('inst_a', names());
});
const registrar = person('r', 'REGISTRAR', 'inst_a');
const mutations = () => a.requests.filter(({ query }) => query.startsWith('mutation'));

describe('an exemption that is written', () => {
  test('is in the trail before it is sent and after, for the caller, under one reference', async () => {
    const { ask, trail } = await createTestRouter([a]);
    trail.before = async ({ outcome }) => expect(mutations()).toHaveLength(outcome === 'INTENDED' ? 0 : 1);
    expect(await ask(write, { input: input() }, { principal: registrar })).toEqual({ data: done() });
    const [intent, outcome] = trail.entries;
    expect(intent!.entry).toEqual({
      institutionId: 'inst_a',
      studentNumber: '1',
      courseCode: 'C1',
      certificateNumber: 'AMRLO-2026-0001',
      kind: 'BOTH',
      outcome: 'INTENDED',
      reference: expect.stringMatching(/^[\x21-\x7e]{8,64}$/),
    });
    expect(outcome!.entry).toEqual({ ...intent!.entry, outcome: 'WRITTEN' });
    for (const { by } of trail.entries)
      expect(by).toMatchObject({ principal: registrar, requestId: 'req_test' });
  });

  test('again is two entries of a reference of its own', async () => {
    const { ask, trail } = await createTestRouter([a]);
    await ask(write, { input: input() });
    await ask(write, { input: input() });
    expect(trail.outcomes).toEqual(['INTENDED', 'WRITTEN', 'INTENDED', 'ALREADY_WRITTEN']);
    expect(new Set(trail.entries.map(({ entry }) => entry.reference)).size).toBe(2);
  });

  test('and that the school refuses is noted as refused', async () => {
    const { ask, trail } = await createTestRouter([a]);
    const refusal = { code: 'WRITE_BACK_REFUSED', path: null, rule: null };
    a.respond = async ({ query }, usual) =>
      query.startsWith('mutation')
        ? {
            data: {
              done: { writeBack: null, userErrors: [refusal], amrloDone: null, amrloRefused: [refusal] },
            },
          }
        : usual();
    await ask(write, { input: input() });
    expect(trail.outcomes).toEqual(['INTENDED', 'REFUSED']);
  });

  test('has its outcome noted also for a caller without any time left', async () => {
    const { ask, trail, clock } = await createTestRouter([a], { lines: { timeoutMs: 5_000 } });
    a.respond = async ({ query }, usual) => {
      if (query.startsWith('mutation')) clock.advance(990);
      return usual();
    };
    await ask(write, { input: input() }, { budgetMs: 1_000 });
    const [intent, outcome] = trail.entries;
    const start = intent!.by.deadline - 1_000;
    expect(outcome!.by.deadline).toBe(start + 990 + 2_000);
  });

  test('whose outcome cannot be noted is answered all the same, and the log has the reference', async () => {
    const { log, lines } = keptLog();
    const { ask, trail } = await createTestRouter([a], { log });
    trail.before = async ({ outcome }) => {
      if (outcome !== 'INTENDED') throw new AmrloError('UPSTREAM_UNAVAILABLE', { subgraph: 'institutions' });
    };
    expect(await ask(write, { input: input() })).toEqual({ data: done() });
    expect(trail.outcomes).toEqual(['INTENDED']);
    const { reference } = trail.entries[0]!.entry;
    expect(lines.filter((line) => line['reference'] === reference)).toMatchObject([
      { level: 50, outcome: 'WRITTEN', institutionId: 'inst_a' },
    ]);
    expect(JSON.stringify(lines)).not.toContain('studentNumber');
  });
});

describe('an exemption of which nobody knows whether it was written', () => {
  test.each<[string, () => Promise<SubgraphResponse>]>([
    ['the adapter crashed', () => Promise.reject(new Error('connection lost'))],
    ['the answer is broken', async () => ({ data: { done: {} } })],
    [
      'the adapter gave an error',
      async () => ({
        data: { done: null },
        errors: [{ message: 'x', path: ['done'], extensions: { code: 'INTERNAL' } }],
      }),
    ],
  ])('has an intent and no outcome: %s', async (_, respond) => {
    const { ask, trail } = await createTestRouter([a]);
    a.respond = async ({ query }, usual) => (query.startsWith('mutation') ? respond() : usual());
    const answer = await ask(write, { input: input() });
    expect(answer.data).toEqual({ done: null });
    expect(trail.outcomes).toEqual(['INTENDED']);
  });
});

describe('an exemption is not sent', () => {
  test.each([
    ['cannot be reached', new AmrloError('UPSTREAM_UNAVAILABLE', { subgraph: 'institutions' })],
    ['does not answer', new AmrloError('UPSTREAM_TIMEOUT', { subgraph: 'institutions' })],
    ['fails', new Error('disk full')],
  ])('while the trail %s', async (_, failure) => {
    const { ask, trail } = await createTestRouter([a]);
    trail.before = () => Promise.reject(failure);
    expect(await ask(write, { input: input() })).toMatchObject({
      data: { done: null },
      errors: [{ path: ['done'], extensions: { code: 'UPSTREAM_UNAVAILABLE' } }],
    });
    expect(mutations()).toEqual([]);
    trail.before = undefined;
    expect(await ask(write, { input: input() })).toEqual({ data: done() });
  });

  test('nor noted, when its caller may not write, its input is wrong or its school is not there', async () => {
    const { ask, trail } = await createTestRouter([a]);
    await ask(write, { input: input() }, { principal: person('r', 'REGISTRAR', 'inst_b') });
    await ask(write, { input: input({ term: 'soon' }) });
    await ask(write, { input: input({ institutionId: 'inst_z' }) });
    expect(trail.entries).toEqual([]);
    expect(a.requests).toEqual([]);
  });
});

describe('the trail over the link', () => {
  const entry: WriteBackEntry = {
    institutionId: 'inst_a',
    studentNumber: '1',
    courseCode: 'C1',
    certificateNumber: 'n',
    kind: 'BOTH',
    reference: 'reference-1',
    outcome: 'INTENDED',
  };
  const by = {
    principal: registrar,
    requestId: 'req_1',
    locale: 'en' as const,
    deadline: 5,
    signal: new AbortController().signal,
  };
  function linkThatAnswers(answer: SubgraphResponse): { link: Link; calls: LinkCall[] } {
    const calls: LinkCall[] = [];
    const call = async (one: LinkCall) => {
      calls.push(one);
      return answer;
    };
    return { link: { call, state: () => [], close: async () => undefined }, calls };
  }
  const payload = (value: unknown): SubgraphResponse => ({ data: { recordExemptionWriteBack: value } });

  test('is written to once, as the caller', async () => {
    const { link, calls } = linkThatAnswers(payload({ entry: { reference: 'reference-1' }, userErrors: [] }));
    await institutionsTrail(link).note(entry, by);
    expect(calls).toMatchObject([
      { ...by, subgraph: 'institutions', isMutation: true, variables: { input: entry } },
    ]);
  });

  test.each([
    ['a refusal', payload({ entry: null, userErrors: [{ code: 'ACTION_FORBIDDEN' }] })],
    ['an error', { data: null, errors: [{ message: 'x', extensions: { code: 'INTERNAL' } }] }],
    ['nothing', {}],
    ['another entry', payload({ entry: { reference: 'another' }, userErrors: [] })],
  ])('takes nothing when it answers %s', async (_, answer) => {
    await expect(institutionsTrail(linkThatAnswers(answer).link).note(entry, by)).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
    });
  });
});
