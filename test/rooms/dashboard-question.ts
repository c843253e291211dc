import { jest } from '@jest/globals';
import pg from 'pg';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { person, type Answer, type RoomOnPostgres } from './room-on-postgres.js';

export const secretariat = person('demo-secretariat', 'SECRETARIAT');

/** Asks a room for its part of a dashboard, as the gateway does once the institutions room has opened it. */
export function askDashboard(
  room: RoomOnPostgres,
  institutionIds: readonly string[] | null,
  fields: string,
  as: Principal = secretariat,
): Promise<Answer> {
  return room.ask(
    as,
    `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Dashboard { ${fields} } } }`,
    { of: [{ __typename: 'Dashboard', id: `dash_${JSON.stringify(institutionIds)}`, institutionIds }] },
  );
}

/** The statements that PostgreSQL got during some work and that name a table, or a part, of figures. */
export async function statementsAbout(table: string, work: () => Promise<unknown>): Promise<string[]> {
  // The first statement of a transaction goes one way, those without values another.
  const wire = pg.Connection.prototype as unknown as Record<'parse' | 'query', (message: unknown) => void>;
  const ways = [jest.spyOn(wire, 'parse'), jest.spyOn(wire, 'query')];
  try {
    await work();
    return ways
      .flatMap((way) => way.mock.calls.map((call) => JSON.stringify(call)))
      .filter((call) => call.includes(table));
  } finally {
    for (const way of ways) way.mockRestore();
  }
}
