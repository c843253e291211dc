import { FakeTrail } from '../../rooms/fake-trail.js';
import pg from 'pg';
import { zhengfangSchema } from '../../../subgraphs/adapters/ningxia-university/load-fixture.js';
import { openSchool } from '../../../subgraphs/adapters/open-school.js';
import { schoolNamed } from '../../../subgraphs/adapters/schools.js';
import { systemClock } from '../../../subgraphs/kit/base/clock.js';
import { createSigner, createVerifier } from '../../../subgraphs/kit/base/identity/assertion.js';
import { servicePrincipal } from '../../../subgraphs/kit/base/identity/principal.js';
import { createHttpTransport } from '../../../subgraphs/kit/base/link/http-transport.js';
import { serveRoom } from '../../../subgraphs/kit/room/serve-room.js';
import { createRecordsRouter } from '../../../subgraphs/records/records-router.js';

const institutionId = 'inst_bench';
const query = /* GraphQL */ `
  query ($r: [_Any!]!) {
    _entities(representations: $r) {
      ... on StudentRecord {
        results(maxAge: 0) {
          courseName
        }
      }
    }
  }
`;
const table = `${zhengfangSchema}.cjb`;

/**
 * How long it takes, in milliseconds, from a reader's leaving until the statement is gone from the school's database:
 * router, and adapter over HTTP, on the Zhengfang system in `databaseUrl`. One figure for each round.
 */
export async function measureLeaving(databaseUrl: string, rounds: number): Promise<readonly number[]> {
  const { signer, publicKeyPem } = await createSigner(undefined, systemClock);
  const verifier = await createVerifier([publicKeyPem ?? ''], systemClock);
  const adapter = openSchool(schoolNamed('ningxia-university'), {
    institutionId,
    address: { databaseUrl },
    verifier,
  });
  const served = await serveRoom(
    { handle: adapter.handle, ready: async () => true },
    { host: '127.0.0.1', port: 0 },
  );
  const router = createRecordsRouter({
    directory: {
      schools: async () => [
        { institutionId, name: 'bench', kind: 'SQL', endpoint: 'local:x', enabled: true, timeoutMs: 60_000 },
      ],
    },
    links: { linkedTo: async () => [] },
    trail: new FakeTrail(),
    connect: () => createHttpTransport({ subgraph: 'bench', url: `${served.url}/graphql` }),
    verifier,
    signer,
  });
  const [holder, watcher] = [new pg.Client(databaseUrl), new pg.Client(databaseUrl)];
  await Promise.all([holder.connect(), watcher.connect()]);
  const statements = async (): Promise<number> => {
    const { rows } = await watcher.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM pg_locks WHERE NOT granted AND relation = $1::regclass',
      [table],
    );
    return rows[0]?.n ?? 0;
  };
  const ask = async (signal: AbortSignal) =>
    router.handle({
      query,
      variables: { r: [{ __typename: 'StudentRecord', institutionId, studentNumber: '12019240001' }] },
      assertion: await signer.sign(servicePrincipal('bench'), 'records'),
      requestId: 'req_bench',
      locale: 'en',
      deadline: Date.now() + 60_000,
      signal,
    });
  const times: number[] = [];
  try {
    await ask(new AbortController().signal);
    for (let round = 0; round < rounds; round += 1) {
      await holder.query(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
      const leaving = new AbortController();
      const asked = ask(leaving.signal).catch(() => undefined);
      while ((await statements()) === 0);
      const left = performance.now();
      leaving.abort();
      while ((await statements()) > 0);
      times.push(performance.now() - left);
      await asked;
      await holder.query('ROLLBACK');
    }
    return times;
  } finally {
    await Promise.all([holder.end(), watcher.end()]);
    await router.stop();
    await served.stop();
    await adapter.stop();
  }
}
