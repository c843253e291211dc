import { expect, test } from '@jest/globals';
import { createCompiledEngine } from '../../../gateway/engine/compiled-engine.js';
import { campaign } from './campaign.js';
import type { CreateEngine } from './federation.js';
import { asKeptCase, runCase, type KeptCase } from './regressions.js';
import { shrink } from './shrink.js';

/** Milliseconds that no machine needs: these end when they are done. */
const forever = 900_000;

/** An executor that takes every title for a null. */
const forgetful: CreateEngine = (options) => {
  const engine = createCompiledEngine(options);
  return {
    stop: () => engine.stop(),
    async load() {
      const graph = await engine.load();
      return {
        schema: graph.schema,
        async execute(operation) {
          const result = await graph.execute({ ...operation, textWanted: false });
          const text = JSON.stringify(result.data).replaceAll(/"title":"[^"]*"/g, '"title":null');
          return { ...result, data: JSON.parse(text) as Record<string, unknown> };
        },
      };
    },
  };
};

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])';
const large = {
  subgraphs: {
    library: `${link} type Query { books: [Book!]! count: Int }
      type Book @key(fields: "id") { id: ID!  title: String!  pages: Int }`,
    reviews: `${link} type Query { stars: Int } type Book @key(fields: "id") { id: ID!  stars(of: Int): Int }`,
  },
  operation: `query($n: Int, $yes: Boolean!) { count books { id ...B @include(if: $yes) stars(of: $n) } }
    fragment B on Book { pages ... on Book { title } }`,
  variables: { n: 1, yes: true },
  failures: [{ kind: 'field' as const, type: 'Book', field: 'pages', of: 1, at: 0 }],
};

test(
  'a failing case loses what has nothing to do with its fault',
  async () => {
    const small = await shrink(large, forgetful, { milliseconds: forever });
    expect(small.operation.replaceAll(/\s+/g, ' ')).toBe('{ books { title } }');
    expect([Object.keys(small.subgraphs), small.variables, small.failures]).toEqual([['library'], {}, []]);
    expect(small.subgraphs['library']).not.toMatch(/pages|count/);
  },
  forever,
);

test(
  'what a campaign prints of a failing case can be kept and fails again',
  async () => {
    const { failing } = await campaign({
      seed: 1,
      milliseconds: forever,
      engine: forgetful,
      stock: createCompiledEngine,
      shrinkMilliseconds: 0,
      tolerated: ({ faults }) => (/title/.test(faults.join()) ? undefined : 'not the one that is looked for'),
    });
    const kept = JSON.parse(asKeptCase(failing!.failing, failing!.faults)) as KeptCase;
    expect((await runCase(kept, forgetful)).faults).toEqual(failing!.faults);
  },
  forever,
);

test(
  'a campaign whose time is over before it begins tries a case all the same, the one of its seed',
  async () => {
    const once = () =>
      campaign({
        seed: 7,
        milliseconds: 0,
        engine: createCompiledEngine,
        stock: createCompiledEngine,
        shrinkMilliseconds: 0,
      });
    const seen = await once();
    expect(seen).toMatchObject({ federations: 1, operations: 1, failing: undefined });
    expect(await once()).toEqual(seen);
  },
  forever,
);

test('subgraphs that do not compose are refused with the reason of the composition', async () => {
  const broken = {
    ...large,
    subgraphs: { ...large.subgraphs, other: `${link} type Query { count: String }` },
  };
  await expect(runCase(broken, createCompiledEngine)).rejects.toThrow(/count/);
});
