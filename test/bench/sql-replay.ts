import pg from 'pg';
import { figuresOf, type Figures } from './figures.js';

/** A statement as the alliance sent it, and where. */
export interface CapturedStatement {
  readonly connection: {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly database: string;
    readonly password?: string;
    readonly options?: string;
  };
  readonly text: string;
  readonly values: readonly unknown[];
}

const placeOf = ({ connection }: CapturedStatement) => `${connection.user}@${connection.database}`;

/** How many statements and transactions went to each database role. */
export function countStatements(statements: readonly CapturedStatement[]) {
  return [...Map.groupBy(statements, placeOf)].map(([place, sent]) => ({
    place,
    statements: sent.length,
    transactions: sent.filter(({ text }) => /^(begin|start transaction)/i.test(text)).length,
  }));
}

/**
 * Sends the same statements in the same order with `pg` and nothing else, one connection per room and worker.
 * @param workers how many do that at once
 */
export async function replay(
  statements: readonly CapturedStatement[],
  { workers, seconds }: { workers: number; seconds: number },
): Promise<Figures> {
  const milliseconds: number[] = [];
  const clients: pg.Client[] = [];
  const work = async (until: number) => {
    const connections = new Map<string, pg.Client>();
    for (const statement of statements) {
      if (connections.has(placeOf(statement))) continue;
      const client = new pg.Client({ ...statement.connection });
      clients.push(client);
      await client.connect();
      connections.set(placeOf(statement), client);
    }
    while (performance.now() < until) {
      const started = performance.now();
      for (const statement of statements) {
        await connections.get(placeOf(statement))!.query(statement.text, [...statement.values]);
      }
      milliseconds.push(performance.now() - started);
    }
  };
  try {
    await Promise.all(Array.from({ length: workers }, () => work(performance.now() + 300)));
    await Promise.all(clients.splice(0).map((client) => client.end()));
    milliseconds.length = 0;
    const started = performance.now();
    await Promise.all(Array.from({ length: workers }, () => work(started + seconds * 1_000)));
    return figuresOf(milliseconds, performance.now() - started);
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}
