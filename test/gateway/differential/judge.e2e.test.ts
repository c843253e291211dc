import { describe, expect, test } from '@jest/globals';
import { createCompiledEngine } from '../../../gateway/engine/compiled-engine.js';
import type { GraphResult } from '../../../gateway/engine/graph-engine.js';
import type { Answer } from './compared.js';
import type { Failure, FederationCase, Plain } from './federation-case.js';
import type { CreateEngine } from './federation.js';
import { keptCases, runCase } from './regressions.js';
import { toleratedFault } from './tolerated-faults.js';

/** Our engine, whose answers are spoilt on their way out. */
function spoilt(spoil: (answer: Answer) => Answer): CreateEngine {
  return (options) => {
    const engine = createCompiledEngine(options);
    return {
      stop: () => engine.stop(),
      async load() {
        const graph = await engine.load();
        return {
          schema: graph.schema,
          async execute(operation) {
            const result = await graph.execute({ ...operation, textWanted: false });
            return spoil(JSON.parse(JSON.stringify(result)) as Answer) as GraphResult;
          },
        };
      },
    };
  };
}

/** Spoils every object of the list `stock` that is there; `told` beside the answer's errors is one at each of them. */
function everyGood(change: (good: Plain) => Plain | null, told = false) {
  return ({ data, errors = [] }: Answer): Answer => {
    const goods = data!['stock'] as (Plain | null)[];
    const there = goods.flatMap((good, at) => (good === null ? [] : [at]));
    return {
      data: { ...data, stock: goods.map((good) => (good === null ? null : change(good))) },
      errors: told ? [...errors, ...there.map((at) => ({ path: ['stock', at], message: 'x' }))] : errors,
    };
  };
}

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@requires", "@external"])';
/** Of the three goods in stock one is null, one is not hit by the failures below, and one is. */
const shop = {
  goods: `${link} type Query { stock: [Good]! }
    type Good @key(fields: "id") { id: ID!  name: String!  weight: Int! }`,
  post: `${link} type Good @key(fields: "id") { id: ID!  box: Boolean
    weight: Int! @external  postage: String @requires(fields: "weight") }`,
};
const asking = (fields: string, failure: Failure): FederationCase => ({
  subgraphs: shop,
  operation: `{ stock { ${fields} } }`,
  variables: {},
  failures: [failure],
});

const weightFails = asking('name postage', { kind: 'field', type: 'Good', field: 'weight', of: 2, at: 0 });
const reference = { kind: 'reference', subgraph: 'post', type: 'Good', of: 2, at: 0 } as const;
const isThrown = asking('name box', { ...reference, how: 'throws' });
const isAbsent = asking('name box', { ...reference, how: 'absent' });
const isDead = asking('name box', { kind: 'subgraph', subgraph: 'post' });

const wrong = everyGood((good) => ({ ...good, name: 'wrong' }));
const boxless = everyGood((good) => ({ ...good, box: null }));

describe('where more may be missing than what failed, the judge', () => {
  test.each([
    ['a required field that takes its object along', weightFails],
    ['a reference that fails', isThrown],
    ['a reference to nobody', isAbsent],
    ['a subgraph that does not answer', isDead],
  ])('takes what our engine answers to %s, and no wrong value', async (_, one) => {
    expect((await runCase(one, createCompiledEngine)).faults).toEqual([]);
    const { faults } = await runCase(one, spoilt(wrong));
    expect(faults).toContainEqual(expect.stringMatching(/^stock\.\d\.name is "wrong" and not/));
  });

  test.each([
    ['a required field that takes its object along', weightFails],
    ['a reference that fails', isThrown],
  ])('takes no further object for missing beside %s, whatever error is there', async (_, one) => {
    const { faults } = await runCase(one, spoilt(everyGood(() => null, true)));
    expect(faults).toContainEqual(expect.stringMatching(/^stock\.\d is null and no failure comes near it/));
  });

  test('takes null for an answer of those only who are not found', async () => {
    const { faults } = await runCase(isAbsent, spoilt(boxless));
    expect(faults).toContainEqual(expect.stringMatching(/^stock\.\d\.box is null and nothing says why/));
  });

  test('wants an error for all that a silent subgraph costs', async () => {
    const { faults } = await runCase(
      isDead,
      spoilt(({ data }) => ({ data, errors: [] })),
    );
    expect(faults).toContainEqual(expect.stringMatching(/^stock\.\d\.box is null and nothing says why/));
  });
});

describe('a known fault of ours', () => {
  const known = keptCases().find(({ openFault }) => openFault !== undefined)!;
  const explained = async (engine: CreateEngine) => {
    const { faults, untrue } = await runCase(known, engine);
    expect(faults).not.toEqual([]);
    return toleratedFault({ faults, untrue, failing: known });
  };

  test('explains the answers that it spoils', async () => {
    expect(await explained(createCompiledEngine)).toBe(known.openFault);
  });

  test.each<[string, (answer: Answer) => Answer]>([
    ['a value is wrong', ({ data, errors }) => ({ data: { ...data, things: 'wrong' }, errors })],
    ['nothing says what is missing', ({ data }) => ({ data, errors: [] })],
  ])('explains nothing where %s', async (_, spoil) => {
    expect(await explained(spoilt(spoil))).toBeUndefined();
  });
});
