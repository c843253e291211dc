import { beforeEach, describe, expect, test } from '@jest/globals';
import { anonymous } from '../../../subgraphs/kit/base/identity/principal.js';
import type { SubgraphResponse } from '../../../subgraphs/kit/base/link/subgraph-request.js';
import { createTestRouter, FakeSchool, names, person, record } from '../../rooms/records-fixture.js';
import { done, input, kept, write } from './write-back-operations.js';

/** The fake school's payload, with what the router asks besides. */
type Payload = Record<'writeBack' | 'amrloDone', Record<string, unknown>>;

let a: FakeSchool;
let b: FakeSchool;
beforeEach(() => {
  a = new FakeSchool('inst_a', names());
  b = new FakeSchool('inst_b', names());
});

describe('writeBackExemption', () => {
  test('goes to the one school that its input names, after that was seen to serve the contract', async () => {
    const { ask, verifier } = await createTestRouter([a, b]);
    expect(await ask(write, { input: input() })).toEqual({ data: done() });
    expect(a.requests.map(({ query }) => query.slice(0, 8))).toEqual(['query ($', 'mutation']);
    expect(a.written).toMatchObject([{ studentNumber: '1', certificateNumber: 'AMRLO-2026-0001' }]);
    expect(b.requests).toEqual([]);
    const principal = await verifier.verify(a.requests[1]!.assertion, 'adapter:inst_a');
    expect(principal.subject).toBe('service:records');
    await ask(write, {
      input: input({ certificateNumber: 'AMRLO-2026-0002', idempotencyKey: 'key-000002' }),
    });
    expect(a.requests).toHaveLength(3);
  });

  test('again finds what is there, and is sent each time', async () => {
    const { ask } = await createTestRouter([a]);
    await ask(write, { input: input() });
    const again = await Promise.all([ask(write, { input: input() }), ask(write, { input: input() })]);
    expect(again).toEqual([{ data: done('ALREADY_WRITTEN') }, { data: done('ALREADY_WRITTEN') }]);
    expect(a.written).toHaveLength(1);
    expect(a.requests.filter(({ query }) => query.startsWith('mutation'))).toHaveLength(3);
  });

  test('several of one operation are written one after the other, each by its input', async () => {
    const { ask } = await createTestRouter([a, b]);
    const several = /* GraphQL */ `
      mutation ($x: WriteBackExemptionInput!, $y: WriteBackExemptionInput!) {
        __typename
        x: writeBackExemption(input: $x) {
          writeBack {
            institutionId
          }
        }
        y: writeBackExemption(input: $y) {
          writeBack {
            institutionId
          }
          userErrors {
            code
          }
        }
        z: writeBackExemption(input: $x) {
          writeBack {
            state
          }
        }
      }
    `;
    const y = input({ institutionId: 'inst_b', idempotencyKey: 'key-000002' });
    expect(await ask(several, { x: input(), y })).toEqual({
      data: {
        __typename: 'Mutation',
        x: { writeBack: { institutionId: 'inst_a' } },
        y: { writeBack: { institutionId: 'inst_b' }, userErrors: [] },
        z: { writeBack: { state: 'ALREADY_WRITTEN' } },
      },
    });
  });

  test.each([
    ['a registrar of the school', person('r', 'REGISTRAR', 'inst_a'), true],
    ['an administrator of the school', person('i', 'INSTITUTION_ADMIN', 'inst_a'), true],
    ['a registrar of another school', person('r', 'REGISTRAR', 'inst_b'), false],
    ['the secretariat', person('s', 'SECRETARIAT'), false],
    ['the student', person('1'), false],
    ['nobody', anonymous, false],
  ])('of %s is let through only with the right', async (_, principal, may) => {
    const { ask } = await createTestRouter([a]);
    const answer = await ask(write, { input: input() }, { principal });
    if (may) return expect(answer).toEqual({ data: done() });
    expect(answer).toEqual({
      data: {
        done: {
          writeBack: null,
          userErrors: [{ code: 'ACTION_FORBIDDEN', path: ['input', 'institutionId'], rule: null }],
        },
      },
    });
    expect(a.requests).toEqual([]);
  });

  test.each([
    ['idempotencyKey', 'that is short', 'short'],
    ['idempotencyKey', 'that is long', 'x'.repeat(65)],
    ['term', 'without its number', '2026-2027'],
    ['credits', 'in exponent form', '1e3'],
    ['studentNumber', 'that is empty', ''],
    ['certificateNumber', 'that is long', 'x'.repeat(201)],
  ])('with a %s %s is refused before anything is sent', async (field, _, value) => {
    const { ask } = await createTestRouter([a]);
    const answer = await ask(write, { input: input({ [field]: value }) });
    expect(answer.data).toMatchObject({
      done: { writeBack: null, userErrors: [{ code: 'INPUT_INVALID', path: ['input', field] }] },
    });
    expect(a.requests).toEqual([]);
  });

  test('with a key that was used for another exemption is refused for a day, for the same caller', async () => {
    const { ask, clock } = await createTestRouter([a]);
    await ask(write, { input: input() });
    const other = { input: input({ courseCode: 'C2' }) };
    expect((await ask(write, other)).data).toMatchObject({
      done: { userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED' }] },
    });
    expect(a.written).toHaveLength(1);
    const registrar = person('r', 'REGISTRAR', 'inst_a');
    expect((await ask(write, other, { principal: registrar })).data).toMatchObject({
      done: { userErrors: [] },
    });
    clock.advance(25 * 3_600_000);
    expect((await ask(write, other)).data).toMatchObject({ done: { userErrors: [] } });
  });
});

describe('a school that cannot be written to', () => {
  const failed = async (answer: Promise<SubgraphResponse>, code: string) =>
    expect(await answer).toMatchObject({
      data: { done: null },
      errors: [{ path: ['done'], extensions: { code } }],
    });

  test('not connected or switched off: the code says so', async () => {
    const { ask, lines, wakes } = await createTestRouter([a]);
    await failed(ask(write, { input: input({ institutionId: 'inst_z' }) }), 'SCHOOL_NOT_CONNECTED');
    lines[0] = { ...lines[0]!, enabled: false };
    wakes.publish({ type: 'RecordsDirectory', id: 'inst_a' });
    await failed(ask(write, { input: input() }), 'SCHOOL_UNAVAILABLE');
    expect(a.requests).toEqual([]);
  });

  test('without the capability: the reason of the adapter', async () => {
    const { ask } = await createTestRouter([a]);
    const error = { message: 'no', path: ['done'], extensions: { code: 'RECORD_NOT_SUPPLIED' } };
    a.respond = async ({ query }, usual) =>
      query.startsWith('mutation') ? { data: { done: null }, errors: [error] } : usual();
    await failed(ask(write, { input: input() }), 'RECORD_NOT_SUPPLIED');
  });

  test('behind an open breaker: at once, and nothing is sent', async () => {
    const { ask } = await createTestRouter([a], { guard: { failures: 2 } });
    a.respond = () => Promise.reject(new Error('down'));
    for (let round = 0; round < 4; round += 1)
      await failed(ask(write, { input: input() }), 'SCHOOL_UNAVAILABLE');
    expect(a.requests).toHaveLength(2);
  });

  test('in time: once, and never again by itself', async () => {
    const { ask, clock } = await createTestRouter([a]);
    await ask(kept, { r: [record('inst_a', '1')] });
    a.respond = () => new Promise(() => undefined);
    const asked = ask(write, { input: input() });
    await a.untilAsked(2);
    clock.advance(200);
    await failed(asked, 'SCHOOL_TIMEOUT');
    const short = ask(write, { input: input() }, { budgetMs: 50 });
    await a.untilAsked(3);
    clock.advance(50);
    await failed(short, 'SCHOOL_TIMEOUT');
    expect(a.requests).toHaveLength(3);
    expect(a.requests[2]!.signal.aborted).toBe(true);
  });

  test('serving another contract: nothing is written there', async () => {
    const { ask } = await createTestRouter([a]);
    a.respond = async (_, usual) =>
      JSON.parse(JSON.stringify(await usual()).replace('scalar Decimal', 'scalar Other')) as SubgraphResponse;
    await failed(ask(write, { input: input() }), 'SCHOOL_CONTRACT_BROKEN');
    expect(a.written).toEqual([]);
  });

  test.each<[string, (data: { readonly done: Payload }) => SubgraphResponse]>([
    ['nothing', () => ({ data: { done: null } })],
    [
      'neither an exemption nor a refusal',
      ({ done: own }) => ({ data: { done: { ...own, writeBack: null, amrloDone: null } } }),
    ],
    [
      'another certificate',
      ({ done: own }) => ({
        data: { done: { ...own, amrloDone: { ...own.amrloDone, certificateNumber: 'x' } } },
      }),
    ],
    [
      'another student',
      ({ done: own }) => ({
        data: { done: { ...own, amrloDone: { ...own.amrloDone, studentNumber: '2' } } },
      }),
    ],
    [
      'both an exemption and a refusal',
      ({ done: own }) => ({ data: { done: { ...own, amrloRefused: [{ code: 'WRITE_BACK_REFUSED' }] } } }),
    ],
    [
      'a refusal of its own invention',
      ({ done: own }) => ({ data: { done: { ...own, amrloDone: null, amrloRefused: [{ code: 'NO' }] } } }),
    ],
    [
      'a state that does not exist',
      ({ done: own }) => ({ data: { done: { ...own, writeBack: { ...own.writeBack, state: 'MAYBE' } } } }),
    ],
    ['an error about something else', (data) => ({ data, errors: [{ message: 'x', path: ['other'] }] })],
  ])('that answers %s has broken its contract', async (_, spoil) => {
    const { ask } = await createTestRouter([a]);
    a.respond = async ({ query }, usual) => {
      const answer = await usual();
      return query.startsWith('mutation') ? spoil(answer.data as { done: Payload }) : answer;
    };
    await failed(ask(write, { input: input() }), 'SCHOOL_CONTRACT_BROKEN');
  });

  test('that refuses says why, in its own payload', async () => {
    const { ask } = await createTestRouter([a]);
    const refusal = { code: 'WRITE_BACK_REFUSED', path: ['input', 'courseCode'], rule: 'charter 12(8)' };
    a.respond = async ({ query }, usual) =>
      query.startsWith('mutation')
        ? {
            data: {
              done: { writeBack: null, userErrors: [refusal], amrloDone: null, amrloRefused: [refusal] },
            },
          }
        : usual();
    expect(await ask(write, { input: input() })).toEqual({
      data: { done: { writeBack: null, userErrors: [refusal] } },
    });
  });
});
