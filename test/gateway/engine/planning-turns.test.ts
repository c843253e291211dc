import { expect, test } from '@jest/globals';
import { anonymous } from '../../../subgraphs/kit/base/identity/principal.js';
import { composeGraph, type Part } from './composed-graph.js';

const books: Part = {
  sdl: 'type Query { book(id: ID!): Book } type Book { id: ID! }',
  resolvers: { Query: { book: (_: unknown, { id }: { id: string }) => ({ id }) } },
};
const asking = (id: number) => `{ book(id: "${id}") { id } }`;
test('the event loop turns between two plans, however many operations come at once', async () => {
  const { ask } = await composeGraph({ books });
  const happened: string[] = [];
  let over = false;
  const turn = (): void => {
    happened.push('turn');
    if (!over) setImmediate(turn);
  };
  turn();
  const onPlanned = () => void happened.push('plan');
  await Promise.all(Array.from({ length: 8 }, (_, id) => ask(asking(id), {}, { onPlanned })));
  over = true;
  expect(happened.filter((one) => one === 'plan')).toHaveLength(8);
  expect(happened.join(' ')).not.toContain('plan plan');
});

test('an operation that is kept waits for no turn and is planned for nobody', async () => {
  const { ask, engine } = await composeGraph({ books });
  const planned: number[] = [];
  const onPlanned = (milliseconds: number) => void planned.push(milliseconds);
  await Promise.all([1, 1, 1].map((id) => ask(asking(id), {}, { onPlanned })));
  await ask(asking(1), {}, { onPlanned });
  expect(planned).toHaveLength(1);
  expect(planned[0]).toBeGreaterThan(0);
  expect(engine.figures()).toMatchObject({ misses: 1, hits: 3 });
});

test('what nobody waits for any more is not planned', async () => {
  const { ask, engine } = await composeGraph({ books });
  const client = new AbortController();
  const answer = ask(
    asking(1),
    {},
    {
      context: {
        principal: anonymous,
        requestId: 'req-1',
        locale: 'en',
        deadline: Date.now() + 10_000,
        signal: client.signal,
      },
    },
  );
  client.abort();
  expect((await answer).errors).toEqual([['', 'REQUEST_CANCELLED']]);
  expect(engine.figures().misses).toBe(0);
});
