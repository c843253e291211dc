import { expect, test } from '@jest/globals';
import { createGatewayMetrics } from '../../../gateway/telemetry/gateway-metrics.js';
import { composeGraph, type Part } from './composed-graph.js';

const list: Part = {
  sdl: `
    type Query { first: Book  books: [Book!]! }
    type Book @key(fields: "id") { id: ID! }
  `,
  resolvers: {
    Query: { first: () => ({ id: '1' }), books: () => ['1', '2', '1', '1'].map((id) => ({ id })) },
  },
};
const titles: Part = {
  sdl: 'type Book @key(fields: "id") { id: ID!  title: String }',
  resolvers: {
    Book: {
      __resolveReference: async ({ id }: { id: string }) => ({ id }),
      title: ({ id }: { id: string }) => `book ${id}`,
    },
  },
};

test('metrics tell how the plan cache does and what plans save the subgraphs, as it is when they are asked for', async () => {
  const { ask, engine } = await composeGraph({ list, titles });
  const metrics = createGatewayMetrics();
  metrics.watch({ state: () => [] }, engine);
  const value = async (name: string) => {
    const line = (await metrics.text()).split('\n').find((one) => one.startsWith(`${name} `));
    return Number(line?.split(' ')[1]);
  };
  expect(await value('amrlo_plan_cache_misses_total')).toBe(0);
  // Two fetches to the titles start together, and four books are two.
  for (let time = 0; time < 3; time += 1) await ask('{ first { title } books { title } }');
  expect(await value('amrlo_plans_kept')).toBe(1);
  expect(await value('amrlo_plan_cache_misses_total')).toBe(1);
  expect(await value('amrlo_plan_cache_hits_total')).toBe(2);
  expect(await value('amrlo_plan_compile_seconds_total')).toBeGreaterThan(0);
  expect(await value('amrlo_plan_merged_requests_total')).toBe(3);
  expect(await value('amrlo_plan_deduplicated_representations_total')).toBe(6);
  // Asking twice counts nothing twice.
  expect(await value('amrlo_plan_merged_requests_total')).toBe(3);
});

test('a gateway whose engine is not watched has the metrics and nothing in them', async () => {
  const text = await createGatewayMetrics().text();
  expect(text).toContain('amrlo_plan_cache_hits_total 0');
});
