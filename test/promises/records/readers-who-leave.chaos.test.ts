import { createConnection } from 'mysql2/promise';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Adapter } from '../../../subgraphs/adapters/kit/create-adapter.js';
import { openSchool } from '../../../subgraphs/adapters/open-school.js';
import { schoolNamed } from '../../../subgraphs/adapters/schools.js';
import { systemClock } from '../../../subgraphs/kit/base/clock.js';
import { createSigner, createVerifier } from '../../../subgraphs/kit/base/identity/assertion.js';
import { servicePrincipal } from '../../../subgraphs/kit/base/identity/principal.js';
import { createHttpTransport } from '../../../subgraphs/kit/base/link/http-transport.js';
import { serveRoom } from '../../../subgraphs/kit/room/serve-room.js';
import { createRecordsRouter } from '../../../subgraphs/records/records-router.js';
import { withDriver } from '../../conformance/altered-school.js';
import { absence } from '../../conformance/databases.js';
import { openZhengfang } from '../../conformance/fixtures/ningxia-university-fixture.js';
import { eventually } from '../../support/eventually.js';
import { FakeTrail } from '../../rooms/fake-trail.js';

/** A session of the test's own beside the school's: it holds a table back, and sees who waits for it. */
interface Beside {
  hold(): Promise<void>;
  letGo(): Promise<void>;
  waiting(): Promise<number>;
  end(): Promise<void>;
}

async function besidePostgres(url: string, schema: string): Promise<Beside> {
  const [holder, watcher] = [new pg.Client(url), new pg.Client(url)];
  await Promise.all([holder.connect(), watcher.connect()]);
  return {
    hold: async () => void (await holder.query(`BEGIN; LOCK TABLE ${schema}.cjb IN ACCESS EXCLUSIVE MODE`)),
    letGo: async () => void (await holder.query('ROLLBACK')),
    waiting: async () => {
      const { rows } = await watcher.query<{ n: number }>(
        // Not by the statements' texts: the server cuts those.
        `SELECT count(*)::int AS n FROM pg_locks WHERE NOT granted AND relation = $1::regclass`,
        [`${schema}.cjb`],
      );
      return rows[0]!.n;
    },
    end: async () => void (await Promise.all([holder.end(), watcher.end()])),
  };
}

async function besideMariadb(url: string, schema: string): Promise<Beside> {
  const [holder, watcher] = await Promise.all([createConnection(url), createConnection(url)]);
  return {
    hold: async () => void (await holder.query(`LOCK TABLES ${schema}.CJB WRITE`)),
    letGo: async () => void (await holder.query('UNLOCK TABLES')),
    waiting: async () => {
      const [rows] = await watcher.query(
        `SELECT COUNT(*) AS n FROM information_schema.PROCESSLIST WHERE INFO LIKE ? AND STATE LIKE 'Waiting%' AND ID <> CONNECTION_ID()`,
        [`%${schema}.CJB%`],
      );
      return Number((rows as { n: number }[])[0]!.n);
    },
    end: async () => void (await Promise.all([holder.end(), watcher.end()])),
  };
}

const query = /* GraphQL */ `
  query ($r: [_Any!]!) {
    _entities(representations: $r) {
      ... on StudentRecord {
        name
        results(maxAge: 0) {
          courseName
        }
      }
    }
  }
`;
const r = [{ __typename: 'StudentRecord', institutionId: 'inst_nxu', studentNumber: '12019240001' }];

for (const [dialect, beside] of [
  ['POSTGRESQL', besidePostgres],
  ['MYSQL', besideMariadb],
] as const) {
  const absent = await absence(dialect);
  if (absent !== undefined) console.warn(`skipped: ${absent}`);
  (absent === undefined ? describe : describe.skip)(`a reader who leaves, over ${dialect}`, () => {
    let school: Awaited<ReturnType<typeof openZhengfang>>;
    let session: Beside;
    const opened: (() => Promise<unknown>)[] = [];
    let ask: (signal: AbortSignal, over: 'ONE_PROCESS' | 'HTTP') => Promise<unknown>;

    beforeAll(async () => {
      school = await openZhengfang(dialect);
      opened.push(() => school.drop());
      session = await beside(school.url, school.schema);
      opened.push(() => session.end());
      const { signer, publicKeyPem } = await createSigner(undefined, systemClock);
      const verifier = await createVerifier([publicKeyPem!], systemClock);
      const file = withDriver(schoolNamed('ningxia-university'), {
        schema: school.schema,
        statementTimeoutMs: 60_000,
      });
      const adapter: Adapter = openSchool(file, {
        institutionId: 'inst_nxu',
        address: { databaseUrl: school.url },
        verifier,
      });
      opened.push(() => adapter.stop());
      const served = await serveRoom(
        { handle: adapter.handle, ready: async () => true },
        { host: '127.0.0.1', port: 0 },
      );
      opened.push(() => served.stop());
      const routerOver = (over: 'ONE_PROCESS' | 'HTTP') =>
        createRecordsRouter({
          directory: {
            schools: async () => [
              {
                institutionId: 'inst_nxu',
                name: '宁夏大学',
                kind: 'SQL',
                endpoint: served.url,
                enabled: true,
                timeoutMs: 60_000,
              },
            ],
          },
          links: { linkedTo: async () => [] },
          trail: new FakeTrail(),
          connect: ({ name }) =>
            over === 'HTTP'
              ? createHttpTransport({ subgraph: name, url: `${served.url}/graphql` })
              : adapter.handle,
          verifier,
          signer,
        });
      const near = routerOver('ONE_PROCESS');
      const far = routerOver('HTTP');
      const router = await serveRoom(
        { handle: far.handle, ready: async () => true },
        { host: '127.0.0.1', port: 0 },
      );
      opened.push(
        () => near.stop(),
        () => router.stop(),
        () => far.stop(),
      );
      const client = createHttpTransport({ subgraph: 'records', url: `${router.url}/graphql` });
      opened.push(() => client.close());
      ask = async (signal, over) =>
        (over === 'HTTP' ? client : near.handle)({
          query,
          variables: { r },
          assertion: await signer.sign(servicePrincipal('test'), 'records'),
          requestId: 'req_test',
          locale: 'en',
          deadline: Date.now() + 60_000,
          signal,
        });
    }, 60_000);

    afterAll(async () => {
      await session?.letGo();
      for (const close of opened.reverse()) await close();
    }, 60_000);

    test.each(['ONE_PROCESS', 'HTTP'] as const)(
      'ends the statement in the school’s database, %s',
      async (over) => {
        const usual = (await ask(new AbortController().signal, over)) as { errors?: unknown };
        expect(usual.errors).toBeUndefined();
        await session.hold();
        const leaving = new AbortController();
        const asked = ask(leaving.signal, over);
        asked.catch(() => undefined);
        await eventually(async () => (await session.waiting()) === 1);
        const left = performance.now();
        leaving.abort();
        await expect(asked).rejects.toMatchObject({ code: 'REQUEST_CANCELLED' });
        await eventually(async () => (await session.waiting()) === 0);
        // One second is the promise; a machine that is busy with other tests gets tenfold.
        expect(performance.now() - left).toBeLessThan(10_000);
        await session.letGo();
        const again = (await ask(new AbortController().signal, over)) as { errors?: unknown };
        expect(again.errors).toBeUndefined();
      },
      60_000,
    );
  });
}
