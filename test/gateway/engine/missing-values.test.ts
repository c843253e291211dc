import { expect, test } from '@jest/globals';
import { AmrloError } from '../../../subgraphs/kit/base/errors/amrlo-error.js';
import { composeGraph, refusal, type Part } from './composed-graph.js';

type Behaviour = Readonly<Record<string, unknown>>;

/** Every resolver gives what the behaviour says for `Type.field`, or throws it where it is an error. */
function house(behaviour: Behaviour = {}): Record<string, Part> {
  const of = (coordinate: string, otherwise: unknown) => () => {
    const value = coordinate in behaviour ? behaviour[coordinate] : otherwise;
    if (value instanceof Error) throw value;
    return value;
  };
  return {
    rooms: {
      sdl: `
        type Query { rooms: [Room]  must: [Room!]!  room: Room  strict: Room!  tree: Tree }
        type Room @key(fields: "id") { id: ID!  name: String  code: String!  desk: Desk!  desks: [Desk!]  chairs: [Desk]! }
        type Desk { no: Int!  owner: Person }
        type Person @key(fields: "id") { id: ID! }
        type Tree { left: Tree  value: Int! }
      `,
      resolvers: {
        Query: {
          rooms: of('Query.rooms', [{ id: '1' }, null, { id: '2' }, { id: '1' }]),
          must: () => [{ id: '1' }, { id: '2' }],
          room: () => ({ id: '1' }),
          strict: () => ({ id: '1' }),
          tree: () => ({ value: 1, left: { value: 2, left: { value: null } } }),
        },
        Room: {
          __resolveReference: async (one: unknown) => one,
          name: of('Room.name', 'n'),
          code: of('Room.code', 'c'),
          desk: of('Room.desk', { no: 1, owner: { id: 'p' } }),
          desks: of('Room.desks', [{ no: 1 }, { no: 2 }]),
          chairs: of('Room.chairs', [{ no: 1 }, null]),
        },
        Desk: { no: of('Desk.no', 1) },
      },
    },
    people: {
      sdl: `
        type Person @key(fields: "id") { id: ID!  name: String  born: Int!  friend: Person }
        type Room @key(fields: "id") { id: ID!  guest: Person  seats: Int!  note: String }
      `,
      resolvers: {
        Person: {
          __resolveReference: async ({ id }: { id: string }) => {
            const found = of('Person', { id })();
            return found;
          },
          name: of('Person.name', 'Li'),
          born: of('Person.born', 701),
          friend: () => ({ id: 'q' }),
        },
        Room: {
          __resolveReference: async ({ id }: { id: string }) => {
            if (id === '2' && behaviour['Room 2'] instanceof Error) throw behaviour['Room 2'];
            if (id === '2' && behaviour['Room 2'] === null) return null;
            return { id };
          },
          guest: () => ({ id: 'g' }),
          seats: ({ id }: { id: string }) => {
            const value = behaviour[`seats of ${id}`] ?? 4;
            if (value instanceof Error) throw value;
            return value;
          },
          note: of('Room.note', 'x'),
        },
      },
    },
  };
}

const dead = (subgraph: string) => ({
  answer: (name: string) => {
    if (name === subgraph) throw new AmrloError('UPSTREAM_UNAVAILABLE', { subgraph });
    return undefined;
  },
});

test('an error lies at its own path, and null climbs to the next place that allows it', async () => {
  const { ask } = await composeGraph(house({ 'Desk.no': refusal() }));
  expect(await ask('{ room { name d: desk { number: no } } }')).toEqual({
    data: { room: null },
    errors: [['room.d.number', 'STORE_UNAVAILABLE']],
  });
  expect(await ask('{ room { name desks { no } } }')).toEqual({
    data: { room: { name: 'n', desks: null } },
    errors: [['room.desks.0.no', 'STORE_UNAVAILABLE']],
  });
  expect(await ask('{ room { chairs { no } } }')).toEqual({
    data: { room: { chairs: [null, null] } },
    errors: [['room.chairs.0.no', 'STORE_UNAVAILABLE']],
  });
  expect(await ask('{ a: strict { desk { no } } room { name } }')).toEqual({
    data: null,
    errors: [['a.desk.no', 'STORE_UNAVAILABLE']],
  });
});

test('a null that the schema forbids and no error explains is told once per field, and logged once', async () => {
  const { ask, lines } = await composeGraph(house(), {
    answer: (subgraph) =>
      subgraph === 'rooms' ? { data: { rooms: [{ code: null }, { code: 'c' }, { code: null }] } } : undefined,
  });
  expect(await ask('{ rooms { c: code } }')).toEqual({
    data: { rooms: [null, { c: 'c' }, null] },
    errors: [
      ['rooms.0.c', 'INTERNAL'],
      ['rooms.2.c', 'INTERNAL'],
    ],
  });
  expect(lines).toHaveLength(1);
  expect(JSON.stringify(lines[0])).toContain('Room.code is null where none is allowed');
});

test.each([
  ['a text for a number', { desk: { no: 'x' } }, 'room.desk.no'],
  ['a list for an object', { desk: [] }, 'room.desk'],
  ['an object for a list', { desk: { no: 1 }, desks: {} }, 'room.desks'],
  ['nothing at all', { desk: {} }, 'room.desk.no'],
])('what is not of its type is null with an error: %s', async (_, room, path) => {
  const { ask } = await composeGraph(house(), {
    answer: () => ({ data: { room: { name: 'n', desks: [], ...room } } }),
  });
  const { data, errors } = await ask('{ room { name desk { no } desks { no } } }');
  expect(errors).toEqual([[path, 'INTERNAL']]);
  expect(data).toEqual(
    path === 'room.desks' ? { room: { name: 'n', desk: { no: 1 }, desks: null } } : { room: null },
  );
});

test('when one entity of many fails, it alone is without its fields, wherever it stands', async () => {
  const { ask } = await composeGraph(house({ 'seats of 1': refusal() }));
  expect(await ask('{ rooms { id note seats } }')).toEqual({
    data: { rooms: [null, null, { id: '2', note: 'x', seats: 4 }, null] },
    errors: [
      ['rooms.0.seats', 'STORE_UNAVAILABLE'],
      ['rooms.3.seats', 'STORE_UNAVAILABLE'],
    ],
  });
});

test('an entity that could not be resolved is told once at the object, whatever was asked of it', async () => {
  const { ask } = await composeGraph(house({ 'Room 2': refusal() }));
  expect(await ask('{ rooms { id note guest { id } } }')).toEqual({
    data: {
      rooms: [
        { id: '1', note: 'x', guest: { id: 'g' } },
        null,
        { id: '2', note: null, guest: null },
        { id: '1', note: 'x', guest: { id: 'g' } },
      ],
    },
    errors: [['rooms.2', 'STORE_UNAVAILABLE']],
  });
});

test('an entity that a subgraph does not know has no fields there; that is an answer and no error', async () => {
  const { ask } = await composeGraph(house({ 'Room 2': null }));
  expect(await ask('{ rooms { id note guest { id } } }')).toMatchObject({
    data: { rooms: [{ note: 'x' }, null, { id: '2', note: null, guest: null }, {}] },
    errors: [],
  });
  expect(await ask('{ rooms { id seats } }')).toMatchObject({
    data: { rooms: [{ seats: 4 }, null, null, {}] },
    errors: [['rooms.2.seats', 'INTERNAL']],
  });
});

test('a dead subgraph costs its own fields, each told at its place, and what needs them is not asked', async () => {
  const { ask, calls } = await composeGraph(house(), dead('people'));
  const { data, errors } = await ask('{ rooms { name visitor: guest { name friend { born } } note } }');
  expect(data).toEqual({
    rooms: [
      { name: 'n', visitor: null, note: null },
      null,
      { name: 'n', visitor: null, note: null },
      { name: 'n', visitor: null, note: null },
    ],
  });
  expect(errors.map(([path]) => path)).toEqual([
    'rooms.0.visitor',
    'rooms.0.note',
    'rooms.2.visitor',
    'rooms.2.note',
    'rooms.3.visitor',
    'rooms.3.note',
  ]);
  expect(calls.map(({ subgraph }) => subgraph)).toEqual(['rooms', 'people']);
});

test('null that climbs under one alias of a field leaves the others alone', async () => {
  const { ask } = await composeGraph(house({ 'Room.code': refusal() }));
  expect(await ask('{ room { code } other: room { name seats } }')).toEqual({
    data: { room: null, other: { name: 'n', seats: 4 } },
    errors: [['room.code', 'STORE_UNAVAILABLE']],
  });
});

test('many objects without their fields are told once per object', async () => {
  const many = Array.from({ length: 150 }, (_, index) => ({ id: `r${index}` }));
  const { ask } = await composeGraph(house({ 'Query.rooms': many }), dead('people'));
  const { errors } = await ask('{ rooms { note guest { id } } }');
  expect(errors).toHaveLength(150);
  expect(errors[149]?.[0]).toBe('rooms.149');
});

test('an answer that is no list of the entities asked for counts as none', async () => {
  for (const entities of [[], {}, null, [{}, {}, {}]]) {
    const { ask } = await composeGraph(house(), {
      answer: (subgraph) => (subgraph === 'people' ? { data: { _entities: entities } } : undefined),
    });
    expect(await ask('{ room { name note } }')).toEqual({
      data: { room: { name: 'n', note: null } },
      errors: [['room.note', 'INTERNAL']].map(([path]) => [path, 'UPSTREAM_UNAVAILABLE']),
    });
  }
});

test('an error without a place is told without a path, once', async () => {
  const { ask } = await composeGraph(house(), {
    answer: (subgraph) =>
      subgraph === 'people'
        ? {
            data: { _entities: [{ note: 'x' }] },
            errors: [{ message: 'x', extensions: { code: 'STORE_UNAVAILABLE' } }],
          }
        : undefined,
  });
  expect(await ask('{ room { note } }')).toEqual({
    data: { room: { note: 'x' } },
    errors: [['', 'STORE_UNAVAILABLE']],
  });
});

test('two subgraphs bring parts of one object, also when one of them fails to', async () => {
  const shared = (field: string, value: unknown): Part => ({
    sdl: `type Spot @key(fields: "id") { id: ID!  place: Place @shareable } type Place { ${field}: Int }`,
    resolvers: {
      Spot: {
        __resolveReference: async (one: unknown) => one,
        place: () => {
          if (value instanceof Error) throw value;
          return { [field]: value };
        },
      },
    },
  });
  const root: Part = {
    sdl: 'type Query { spot: Spot } type Spot @key(fields: "id") { id: ID! }',
    resolvers: { Query: { spot: () => ({ id: 's' }) } },
  };
  const query = '{ spot { place { x y } } }';
  const whole = await composeGraph({ root, a: shared('x', 1), b: shared('y', 2) });
  expect((await whole.ask(query)).data).toEqual({ spot: { place: { x: 1, y: 2 } } });
  const half = await composeGraph({ root, a: shared('x', 1), b: shared('y', refusal()) });
  expect(await half.ask(query)).toEqual({
    data: { spot: { place: { x: 1, y: null } } },
    errors: [['spot.place.y', 'STORE_UNAVAILABLE']],
  });
  const gone = await composeGraph({ root, a: shared('x', 1), b: shared('y', 2) }, dead('b'));
  expect(await gone.ask(query)).toEqual({
    data: { spot: { place: { x: 1, y: null } } },
    errors: [['spot.place.y', 'UPSTREAM_UNAVAILABLE']],
  });
});

test('a root field that failed within its subgraph leaves the others of that subgraph told, too', async () => {
  const { ask } = await composeGraph(house(), {
    answer: () => ({
      data: null,
      errors: [{ message: 'x', path: ['room'], extensions: { code: 'STORE_UNAVAILABLE' } }],
    }),
  });
  expect(await ask('{ room { name } rooms { name } }')).toEqual({
    data: { room: null, rooms: null },
    errors: [
      ['room', 'STORE_UNAVAILABLE'],
      ['rooms', 'STORE_UNAVAILABLE'],
    ],
  });
});
