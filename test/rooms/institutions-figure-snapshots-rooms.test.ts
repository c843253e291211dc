import { expect, test } from '@jest/globals';
import { roomModules } from '../../subgraphs/alliance/modules.js';
import { roomFigures } from '../../subgraphs/institutions/figure-snapshots/room-figures.js';
import { servicePrincipal } from '../../subgraphs/kit/base/identity/principal.js';
import { startRoomOnPostgres } from './room-on-postgres.js';

const dashboards = [
  { __typename: 'Dashboard', id: 'dash_x', institutionIds: null, asOf: '2026-01-15T08:00:00.000Z' },
];

test('every room that has figures is asked for them', () => {
  const others = roomModules.map(({ name }) => name).filter((name) => name !== 'institutions');
  expect(roomFigures.map(({ room }) => room).sort()).toEqual(others.sort());
});

test.each(roomFigures.map(({ room, query }) => [room, query] as const))(
  '%s answers a service with all the figures that a snapshot asks for',
  async (name, query) => {
    await using room = await startRoomOnPostgres(roomModules.find((module) => module.name === name)!);
    const { data, errors } = await room.ask(servicePrincipal('institutions'), query, { dashboards });
    expect(errors).toBeUndefined();
    expect(Object.values(data._entities[0] as object)).not.toContain(null);
  },
);
