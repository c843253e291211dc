import pg from 'pg';
import { createDriver } from '../../../subgraphs/adapters/school-drivers.js';
import { loadZhengfangFixture } from '../../../subgraphs/adapters/ningxia-university/load-fixture.js';
import { openSchool } from '../../../subgraphs/adapters/open-school.js';
import { schoolNamed } from '../../../subgraphs/adapters/schools.js';
import { systemClock } from '../../../subgraphs/kit/base/clock.js';
import { createSigner, createVerifier } from '../../../subgraphs/kit/base/identity/assertion.js';
import { servicePrincipal } from '../../../subgraphs/kit/base/identity/principal.js';
import { createHttpTransport } from '../../../subgraphs/kit/base/link/http-transport.js';
import type { SubgraphTransport } from '../../../subgraphs/kit/base/link/subgraph-request.js';
import { serveRoom } from '../../../subgraphs/kit/room/serve-room.js';
import { adapterAudience } from '../../../subgraphs/records/contract.js';
import { createRecordsRouter } from '../../../subgraphs/records/records-router.js';
import { figuresOf, type Figures } from '../figures.js';
import { FakeTrail } from '../../rooms/fake-trail.js';

/** One question about one student, asked in four ways; each reads the same rows with the same statements. */
export interface SchoolOverhead {
  /** The driver's own reading of the student and the results. */
  readonly driver: Figures;
  /** The adapter's graph over it. */
  readonly adapter: Figures;
  /** The router before the adapter, in one process, without copies. */
  readonly router: Figures;
  /** The router, and the adapter over HTTP. */
  readonly overHttp: Figures;
  /** The router with a copy at hand. */
  readonly copy: Figures;
}

const institutionId = 'inst_bench';
/** Students whose rows are sound. */
const students = ['12019240001', '12019240002', '12020240003'];
const query = /* GraphQL */ `
  query ($r: [_Any!]!) {
    _entities(representations: $r) {
      ... on StudentRecord {
        name
        programme
        enrolmentStatus
        provenance {
          asOf
          freshness
          evidenceHash
        }
        results {
          courseName
          credits
          nativeGrade
          percentage
          passed
          counts
        }
      }
    }
  }
`;

/**
 * What the adapter and the router add to a driver's own query of a Zhengfang system on PostgreSQL.
 * @param databaseUrl a database of its own; the system is made in it
 */
export async function measureSchoolOverhead(databaseUrl: string, seconds: number): Promise<SchoolOverhead> {
  const loader = new pg.Client(databaseUrl);
  await loader.connect();
  await loadZhengfangFixture({ execute: (statement) => loader.query(statement) });
  await loader.end();

  const { signer, publicKeyPem } = await createSigner(undefined, systemClock);
  const verifier = await createVerifier([publicKeyPem ?? ''], systemClock);
  const file = schoolNamed('ningxia-university');
  const parts = { institution: file.institution.name, address: { databaseUrl }, clock: systemClock };
  const driver = createDriver(file.driver, parts);
  const adapter = openSchool(file, { institutionId, address: { databaseUrl }, verifier });
  const served = await serveRoom(
    { handle: adapter.handle, ready: async () => true },
    { host: '127.0.0.1', port: 0 },
  );
  const routerTo = (transport: SubgraphTransport, ttlMs: number) =>
    createRecordsRouter({
      directory: {
        schools: async () => [
          { institutionId, name: 'bench', kind: 'SQL', endpoint: 'local:x', enabled: true },
        ],
      },
      links: { linkedTo: async () => [] },
      trail: new FakeTrail(),
      connect: () => transport,
      verifier,
      signer,
      ttlMs,
    });
  const http = createHttpTransport({ subgraph: 'bench', url: `${served.url}/graphql` });
  const routers = [
    routerTo(adapter.handle, 0),
    routerTo(http, 0),
    routerTo(adapter.handle, 3_600_000),
  ] as const;

  let asked = 0;
  const next = (): string => students[(asked += 1) % students.length] ?? '';
  const askOf = (handle: SubgraphTransport, audience: string) => async () => {
    const answer = await handle({
      query,
      variables: { r: [{ __typename: 'StudentRecord', institutionId, studentNumber: next() }] },
      assertion: await signer.sign(servicePrincipal('bench'), audience),
      requestId: 'req_bench',
      locale: 'en',
      deadline: Date.now() + 10_000,
      signal: new AbortController().signal,
    });
    if (answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors));
  };
  const read = async (): Promise<void> => {
    const context = { signal: new AbortController().signal, timeoutMs: 10_000 };
    const keys = [next()];
    await Promise.all([driver.read('students', keys, context), driver.read('results', keys, context)]);
  };
  try {
    const [driverFigures, adapterFigures, routerFigures, httpFigures, copyFigures] = await alternating(
      [
        read,
        askOf(adapter.handle, adapterAudience(institutionId)),
        askOf(routers[0].handle, 'records'),
        askOf(routers[1].handle, 'records'),
        askOf(routers[2].handle, 'records'),
      ],
      seconds,
    );
    return {
      driver: driverFigures as Figures,
      adapter: adapterFigures as Figures,
      router: routerFigures as Figures,
      overHttp: httpFigures as Figures,
      copy: copyFigures as Figures,
    };
  } finally {
    for (const router of routers) await router.stop();
    await served.stop();
    await adapter.stop();
    await driver.stop();
  }
}

/** Turns by turns, so that a machine whose speed changes changes all of them. */
async function alternating(works: readonly (() => Promise<void>)[], seconds: number): Promise<Figures[]> {
  const times = works.map((): number[] => []);
  const until = performance.now() + seconds * 1_000;
  for (let round = 0; round < 20; round += 1) for (const work of works) await work();
  while (performance.now() < until) {
    for (const [at, work] of works.entries()) {
      const started = performance.now();
      await work();
      times[at]?.push(performance.now() - started);
    }
  }
  return times.map((own) =>
    figuresOf(
      own,
      own.reduce((sum, one) => sum + one, 0),
    ),
  );
}
