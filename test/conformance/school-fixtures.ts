import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createConnection } from 'mysql2/promise';
import pg from 'pg';
import { createDropDriver } from '../../subgraphs/adapters/drivers/drop/drop-driver.js';
import { createAdapter } from '../../subgraphs/adapters/kit/create-adapter.js';
import { mapping as polytechnicMapping } from '../../subgraphs/adapters/ningxia-polytechnic/mapping.js';
import { createNingxiaPolytechnicAdapter } from '../../subgraphs/adapters/ningxia-polytechnic/school-adapter.js';
import { loadZhengfangFixture } from '../../subgraphs/adapters/ningxia-university/load-fixture.js';
import { createNingxiaUniversityAdapter } from '../../subgraphs/adapters/ningxia-university/school-adapter.js';
import type { ConformanceFixture, OpenFixture } from './conformance-fixture.js';
import type { AssertionVerifier } from '../../subgraphs/kit/base/identity/assertion.js';

/** The PostgreSQL of the test run. */
export const postgresServer =
  process.env['AMRLO_TEST_DATABASE_URL'] ?? 'postgresql://postgres@127.0.0.1:5432/postgres';
/** A MariaDB is used where one is named; the account may create databases. */
export const mariadbServer = process.env['AMRLO_TEST_MARIADB_URL'] ?? '';

/** The real OneRoster delivery, which does not travel with a clone. */
export const realDelivery = new URL(
  'oneroster/v1p2_full_dataset.zip',
  `file://${process.env['AMRLO_SHARED_DATA'] ?? new URL('../../../shared/data', import.meta.url).pathname}/`,
).pathname;

const studentNumbers = [
  '12019240001',
  '12019240002',
  '12020240003',
  '12021240004',
  '12021240005',
  '12022240006',
];
const holder = { name: '陈思远', identityNumber: '640104200105120014' };

/** A schema of the test's own with the invented Zhengfang system. */
export async function openZhengfang(
  dialect: 'POSTGRESQL' | 'MYSQL',
): Promise<{ url: string; schema: string; drop: () => Promise<void> }> {
  const schema = `amrlo_zf_${process.pid}_${randomBytes(3).toString('hex')}`;
  if (dialect === 'POSTGRESQL') {
    const client = new pg.Client(postgresServer);
    await client.connect();
    await loadZhengfangFixture({ execute: (statement) => client.query(statement) }, { dialect, schema });
    const drop = async () => {
      await client.query(`DROP SCHEMA ${schema} CASCADE`);
      await client.end();
    };
    return { url: postgresServer, schema, drop };
  }
  const client = await createConnection({ uri: mariadbServer, charset: 'utf8mb4' });
  await loadZhengfangFixture({ execute: (statement) => client.query(statement) }, { dialect, schema });
  const drop = async () => {
    await client.query(`DROP DATABASE ${schema}`);
    await client.end();
  };
  return { url: mariadbServer, schema, drop };
}

/** Why a database cannot be used here; undefined where it can. */
export async function absence(dialect: 'POSTGRESQL' | 'MYSQL'): Promise<string | undefined> {
  if (dialect === 'MYSQL' && mariadbServer === '') return 'AMRLO_TEST_MARIADB_URL names no MariaDB';
  try {
    if (dialect === 'POSTGRESQL') {
      const client = new pg.Client({ connectionString: postgresServer, connectionTimeoutMillis: 2_000 });
      await client.connect();
      await client.end();
    } else {
      await (await createConnection({ uri: mariadbServer, connectTimeout: 2_000 })).end();
    }
    return undefined;
  } catch (error) {
    return `no ${dialect === 'MYSQL' ? 'MariaDB' : 'PostgreSQL'} here (${(error as { code?: string }).code ?? 'unreachable'})`;
  }
}

async function zhengfangFixture(dialect: 'POSTGRESQL' | 'MYSQL'): Promise<ConformanceFixture> {
  return {
    name: `宁夏大学 (Zhengfang over ${dialect === 'MYSQL' ? 'MariaDB' : 'PostgreSQL'})`,
    absent: await absence(dialect),
    students: studentNumbers,
    freshness: 'LIVE',
    results: true,
    holder: { ...holder, studentNumber: '12019240001' },
    unknown: [],
    async open(verifier): Promise<OpenFixture> {
      const { url, schema, drop } = await openZhengfang(dialect);
      let statements = 0;
      const shared = { institutionId: 'inst_nxu', verifier };
      const dead =
        dialect === 'MYSQL' ? 'mysql://root@127.0.0.1:9/' : 'postgresql://postgres@127.0.0.1:9/postgres';
      return {
        adapter: createNingxiaUniversityAdapter({
          ...shared,
          databaseUrl: url,
          schema,
          onStatement: () => (statements += 1),
        }),
        dead: createNingxiaUniversityAdapter({ ...shared, databaseUrl: dead, schema, connectTimeoutMs: 500 }),
        statements: () => statements,
        close: drop,
      };
    },
  };
}

const inventedDelivery: ConformanceFixture = {
  name: '宁夏职业技术大学 (OneRoster 1.2 drop)',
  absent: undefined,
  students: ['s-20230001', 's-20230002', 's-20230003'],
  freshness: 'CACHED',
  results: true,
  holder: { ...holder, studentNumber: 's-20230001' },
  unknown: ['programmeCode', 'graduatedOn'],
  async open(verifier): Promise<OpenFixture> {
    const shared = { institutionId: 'inst_nxvtu', verifier };
    return {
      adapter: createNingxiaPolytechnicAdapter(shared),
      dead: createNingxiaPolytechnicAdapter({ ...shared, path: '/nowhere/to/be/found' }),
      close: async () => undefined,
    };
  },
};

const realOneRoster: ConformanceFixture = {
  name: 'a real OneRoster 1.2 delivery without results',
  absent: existsSync(realDelivery) ? undefined : 'the real delivery is not here',
  students: ['usr-222-66778899', 'usr-222-1234561232', 'usr-222-567891'],
  freshness: 'CACHED',
  results: false,
  unknown: ['programmeCode', 'graduatedOn'],
  async open(verifier: AssertionVerifier): Promise<OpenFixture> {
    const school = { institutionId: 'inst_real', name: 'A real school' };
    const adapterOver = (path: string) =>
      createAdapter({
        school,
        verifier,
        mapping: polytechnicMapping,
        driver: createDropDriver({ institution: school.name, path, agreedAgeMs: Number.MAX_SAFE_INTEGER }),
      });
    return {
      adapter: adapterOver(realDelivery),
      dead: adapterOver('/nowhere/to/be/found'),
      close: async () => undefined,
    };
  },
};

/** Every adapter of the house over its fixture, and the drop driver over a real delivery. */
export async function conformanceFixtures(): Promise<ConformanceFixture[]> {
  return [
    await zhengfangFixture('POSTGRESQL'),
    await zhengfangFixture('MYSQL'),
    inventedDelivery,
    realOneRoster,
  ];
}
