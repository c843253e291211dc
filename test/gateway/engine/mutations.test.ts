import { expect, test } from '@jest/globals';
import { composeGraph, refusal, type Part } from './composed-graph.js';

/** A counter, a mirror in another subgraph that shows the counter as it is when asked, and what ran, in order. */
function counters() {
  const ran: string[] = [];
  let count = 0;
  const run = (text: string) => {
    ran.push(text);
    count += 1;
  };
  const tally: Part = {
    sdl: `
      type Query { tally: Tally }
      input Step { by: Int  why: String }
      type Mutation {
        add: Int!
        step(step: Step, times: Int = 1): Int
        open(name: String): Tally
        fails: Int
      }
      type Tally @key(fields: "id") { id: ID!  count: Int }
    `,
    resolvers: {
      Query: { tally: () => ({ id: 't', count }) },
      Mutation: {
        add: () => {
          run('add');
          return count;
        },
        step: (_: unknown, { step, times }: { step?: { by?: number; why?: string }; times: number }) => {
          run(`step ${step?.by} ${step?.why} ${times}`);
          return count;
        },
        open: (_: unknown, { name }: { name: string }) => {
          run(`open ${name}`);
          return { id: name, count };
        },
        fails: () => {
          run('fails');
          throw refusal();
        },
      },
      Tally: { __resolveReference: ({ id }: { id: string }) => ({ id, count }) },
    },
  };
  const mirror: Part = {
    sdl: `
      type Mutation { mark: Int }
      type Tally @key(fields: "id") { id: ID!  mirrored: Int }
    `,
    resolvers: {
      Mutation: {
        mark: () => {
          run('mark');
          return count;
        },
      },
      Tally: { __resolveReference: ({ id }: { id: string }) => ({ id }), mirrored: () => count },
    },
  };
  return { ran, parts: { tally, mirror } };
}

test('a mutation runs once for each name, whether its arguments are equal or not, in one request', async () => {
  const { ran, parts } = counters();
  const { ask, calls } = await composeGraph(parts);
  const { data, errors } = await ask(
    'mutation($two: Int) { add second: add a: step(times: $two) b: step(times: $two) c: step(times: 3) add }',
    { two: 2 },
  );
  expect(errors).toEqual([]);
  expect(data).toEqual({ add: 1, second: 2, a: 3, b: 4, c: 5 });
  expect(ran).toEqual([
    'add',
    'add',
    'step undefined undefined 2',
    'step undefined undefined 2',
    'step undefined undefined 3',
  ]);
  expect(calls).toHaveLength(1);
});

test('one name is one change, however often and however written it is selected', async () => {
  const { ran, parts } = counters();
  const { ask } = await composeGraph(parts);
  const { data } = await ask(`
    mutation {
      step(step: { by: 1, why: "x" })
      ...Again
      ... { open(name: "t") { id } }
      step(step: { why: "x", by: 1 })
    }
    fragment Again on Mutation { step(step: { why: "x", by: 1 }, ) open(name: "t") { count mirrored } }
  `);
  expect(data).toEqual({ step: 1, open: { count: 2, mirrored: 2, id: 't' } });
  expect(ran).toEqual(['step 1 x 1', 'open t']);
});

test('changes run in the order in which they are asked for, through fragments and across subgraphs', async () => {
  const { ran, parts } = counters();
  const { ask, calls } = await composeGraph(parts);
  const { data } = await ask(`
    mutation { ... { first: mark } add ...More last: mark again: add }
    fragment More on Mutation { between: mark  ... on Mutation { twice: mark } }
  `);
  expect(data).toEqual({ first: 1, add: 2, between: 3, twice: 4, last: 5, again: 6 });
  expect(Object.keys(data as object)).toEqual(['first', 'add', 'between', 'twice', 'last', 'again']);
  expect(ran).toEqual(['mark', 'add', 'mark', 'mark', 'mark', 'add']);
  expect(calls.map(({ subgraph }) => subgraph)).toEqual(['mirror', 'tally', 'mirror', 'tally']);
});

test('what lies below a change, in other subgraphs too, is complete before the next change runs', async () => {
  const { parts } = counters();
  const { ask } = await composeGraph(parts);
  const { data } = await ask(
    'mutation { a: open(name: "t") { count mirrored } b: open(name: "t") { count mirrored } }',
  );
  expect(data).toEqual({ a: { count: 1, mirrored: 1 }, b: { count: 2, mirrored: 2 } });
});

test('a change that fails is not tried again, and those after it run', async () => {
  const { ran, parts } = counters();
  const { ask } = await composeGraph(parts);
  const { data, errors } = await ask('mutation { fails other: fails add }');
  expect(data).toEqual({ fails: null, other: null, add: 3 });
  expect(errors).toEqual([
    ['fails', 'STORE_UNAVAILABLE'],
    ['other', 'STORE_UNAVAILABLE'],
  ]);
  expect(ran).toEqual(['fails', 'fails', 'add']);
});

test('equal mutations at one moment run each', async () => {
  const { ran, parts } = counters();
  const { ask } = await composeGraph(parts);
  await Promise.all([ask('mutation { add }'), ask('mutation { add }')]);
  expect(ran).toEqual(['add', 'add']);
});

test('what is read after a change is not the answer of an equal query that began before it', async () => {
  const { parts } = counters();
  const began = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  let reads = 0;
  const { ask } = await composeGraph(parts, {
    answer(subgraph) {
      if (subgraph !== 'mirror') return undefined;
      reads += 1;
      if (reads > 1) return { data: { _entities: [{ mirrored: 7 }] } };
      began.resolve();
      return released.promise.then(() => ({ data: { _entities: [{ mirrored: -1 }] } }));
    },
  });
  const query = ask('query Q { tally { mirrored } }');
  await began.promise;
  const changed = await ask('mutation Q { open(name: "t") { mirrored } }');
  released.resolve();
  expect(changed.data).toEqual({ open: { mirrored: 7 } });
  expect((await query).data).toEqual({ tally: { mirrored: -1 } });
  expect(reads).toBe(2);
});
