import { describe, expect, test } from '@jest/globals';
import type { SubgraphRequest, SubgraphResponse } from '../../../subgraphs/kit/base/link/subgraph-request.js';
import { contractSdl, isContract } from '../../../subgraphs/records/contract.js';
import {
  createTestRouter,
  entities,
  full,
  institution,
  live,
  record,
  twoSchools,
  unavailable,
} from '../../rooms/records-fixture.js';

const one = (institutionId = 'inst_a') => ({ r: [record(institutionId, '1')] });
const system = entities('... on Institution { recordsSystem { health name } }');
const itself = { r: [institution('inst_a')] };
const isIntroduced = ({ query }: SubgraphRequest) => query.includes('_service');

const differing = async (_: SubgraphRequest, usual: () => Promise<SubgraphResponse>) => {
  const answer = await usual();
  const service = answer.data!['amrloService'] as object | undefined;
  return service === undefined
    ? answer
    : {
        ...answer,
        data: { ...answer.data, amrloService: { sdl: contractSdl.replace('results(', 'result(') } },
      };
};

describe('what an adapter serves', () => {
  test('is asked with its first question, not by a call of its own, and again after five minutes', async () => {
    const [a] = twoSchools();
    const { ask, clock } = await createTestRouter([a], { ttlMs: 0 });
    for (let round = 0; round < 3; round += 1) await ask(full, one());
    expect(a.requests.map(isIntroduced)).toEqual([true, false, false]);
    clock.advance(5 * 60_000);
    await ask(full, one());
    await ask(system, itself);
    expect(a.requests.map(isIntroduced)).toEqual([true, false, false, true]);
  });

  test('that differs from the contract makes it a failure of that school only, and its health says so', async () => {
    const [a, b] = twoSchools();
    const { ask } = await createTestRouter([a, b], { ttlMs: 0, guard: { failures: 3 } });
    a.respond = differing;
    const both = { r: [record('inst_a', '1'), record('inst_b', '1')] };
    const answer = await ask(full, both);
    expect(answer.data).toEqual({ _entities: [unavailable('1'), live('1')] });
    expect(answer.errors).toMatchObject([
      { path: ['_entities', 0, 'grades'], extensions: { code: 'SCHOOL_CONTRACT_BROKEN' } },
    ]);
    const health = async () => (await ask(system, itself)).data;
    expect(await health()).toEqual({ _entities: [{ recordsSystem: { health: 'DEGRADED', name: null } }] });
    await ask(full, both);
    expect(await health()).toEqual({ _entities: [{ recordsSystem: { health: 'DOWN', name: null } }] });
    expect(a.requests.every(isIntroduced)).toBe(true);
  });

  test('and was corrected is listened to again at once', async () => {
    const [a] = twoSchools();
    const { ask } = await createTestRouter([a], { ttlMs: 0 });
    a.respond = differing;
    await ask(full, one());
    a.respond = undefined;
    expect(await ask(full, one())).toEqual({ data: { _entities: [live('1')] } });
    expect(await ask(system, itself)).toEqual({
      data: { _entities: [{ recordsSystem: { health: 'UP', name: 'Fake 1.0' } }] },
    });
  });

  test('is asked again after a failure and after the school has moved', async () => {
    const [a] = twoSchools();
    const { ask, lines, wakes } = await createTestRouter([a], { ttlMs: 0 });
    await ask(full, one());
    a.respond = () => Promise.reject(new Error('restarting'));
    await ask(full, one());
    a.respond = differing;
    expect(await ask(full, one())).toEqual({ data: { _entities: [live('1', 'STALE', false)] } });
    a.respond = undefined;
    await ask(full, one());
    lines[0] = { ...lines[0]!, endpoint: 'local:elsewhere' };
    wakes.publish({ type: 'RecordsDirectory', id: 'inst_a' });
    await ask(full, one());
    expect(a.requests.map(isIntroduced)).toEqual([true, false, true, true, true]);
  });

  test('is asked alone when only the system is asked for, and not twice at once', async () => {
    const [a] = twoSchools();
    const { ask } = await createTestRouter([a]);
    await Promise.all([ask(system, itself), ask(system, itself)]);
    expect(a.requests).toHaveLength(1);
    expect(a.asked).toEqual([]);
  });

  test.each<[string, unknown]>([
    ['a name that is no text', { name: 7, freshness: 'LIVE', coverage: null, capabilities: [] }],
    ['a freshness that does not exist', { name: 'x', freshness: 'WARM', coverage: null, capabilities: [] }],
    [
      'more than anybody keeps',
      { name: 'x'.repeat(70_000), freshness: 'LIVE', coverage: null, capabilities: [] },
    ],
    ['a list', []],
  ])('and says of its system %s breaks the contract too', async (_, recordsSystem) => {
    const [a] = twoSchools();
    const { ask } = await createTestRouter([a]);
    a.respond = async (_request, usual) => ({
      data: { ...(await usual()).data, amrloSystem: [{ recordsSystem }] },
    });
    expect((await ask(full, one())).errors).toMatchObject([
      { extensions: { code: 'SCHOOL_CONTRACT_BROKEN' } },
    ]);
  });

  test('and cannot say what its system is, is listened to all the same', async () => {
    const [a] = twoSchools();
    const { ask } = await createTestRouter([a]);
    a.respond = async (_request, usual) => ({
      data: { ...(await usual()).data, amrloSystem: [{ recordsSystem: null }] },
      errors: [
        { message: 'x', path: ['amrloSystem', 0, 'recordsSystem'], extensions: { code: 'SCHOOL_TIMEOUT' } },
      ],
    });
    expect(await ask(full, one())).toEqual({ data: { _entities: [live('1')] } });
  });
});

describe('an SDL', () => {
  test('is the contract whatever its white space, descriptions and order of definitions', () => {
    expect(isContract(contractSdl)).toBe(true);
    expect(isContract(contractSdl.replaceAll('\n\n', '\n# a comment\n\n'))).toBe(true);
    expect(isContract(contractSdl.replace(/"""[\s\S]*?"""/g, '"other words"'))).toBe(true);
    const types = contractSdl.split(/\n\n(?=["a-z])/);
    expect(isContract([...types.slice(1), types[0]].join('\n\n'))).toBe(true);
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['an empty text', ''],
    ['no SDL', '<html>'],
    ['a field less', contractSdl.replace('  hours: Decimal @authenticated\n', '')],
    ['another type', contractSdl.replace('total: Int', 'total: Decimal')],
    ['a right less', contractSdl.replace('@policy(policies: [["SERVICE"]])', '@authenticated')],
    ['a value more', contractSdl.replace('enum Freshness {', 'enum Freshness {\n  WARM')],
    ['a text without end', contractSdl.repeat(5)],
  ])('is not the contract with %s', (_, sdl) => {
    expect(isContract(sdl)).toBe(false);
  });
});
