import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import {
  createDevelopmentIssuer,
  type DevelopmentIssuer,
} from '../../gateway/security/development-issuer.js';
import { startAlliance, type Alliance } from '../../subgraphs/alliance/alliance.js';
import { loadDemo } from '../../subgraphs/alliance/demo/load-demo.js';
import { demoPeople, type DemoRole } from '../../subgraphs/alliance/demo/people.js';
import { loadSettings } from '../../subgraphs/kit/base/config/load-settings.js';
import { createLogger } from '../../subgraphs/kit/base/log.js';
import { databaseUrl, parseDatabaseUrl } from '../../subgraphs/kit/room/database/address.js';
import { createAsker, type Asker } from './asker.js';
import { eventually } from './eventually.js';

const server = parseDatabaseUrl(
  process.env['AMRLO_TEST_DATABASE_URL'] ?? 'postgresql://postgres@127.0.0.1:5432/postgres',
);
const run = process.env['AMRLO_TEST_RUN'] ?? `p${process.pid}`;
const folder = process.env['AMRLO_TEST_FOLDER'] ?? '/tmp';
const templateDatabase = `amrlo_e2e_${run}_template`;
const templateFolder = join(folder, `template-${run}`);
/** Says that the template is whole. */
const templateNote = 'template-made';
/** The school's own system, which the alliance makes beside its database. */
const school = '_zhengfang';
/** Any number that nobody else uses: one worker makes the template, the others wait. */
const templateLock = 7_240_117;

/** What a test's alliance may be given besides the usual. */
export interface TestAllianceOptions {
  /** The demo alliance with its people and records is there; true unless told otherwise. */
  readonly demo?: boolean;
  /** Settings by name, as in an environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A whole alliance of a test's own, asked over HTTP. */
export interface TestAlliance extends AsyncDisposable {
  readonly alliance: Alliance;
  readonly url: string;
  readonly issuer: DevelopmentIssuer;
  readonly dataDir: string;
  /** Asks as one of the demo's people. */
  as(role: DemoRole): Asker;
  /** Asks as anybody, by subject. */
  asSubject(subject: string): Promise<Asker>;
  /** Asks without a token. */
  readonly asNobody: Asker;
  /** Asks with the headers given and nothing else. */
  withHeaders(headers: Readonly<Record<string, string>>): Asker;
  /** Rows of the alliance's database, seen by its superuser. */
  sql<T extends pg.QueryResultRow>(statement: string, values?: readonly unknown[]): Promise<T[]>;
  /** The same in the university's own records system. */
  schoolSql(statement: string): Promise<void>;
}

/** Starts an alliance on a copy of the run's template; what it made goes with it. */
export async function startTestAlliance(options: TestAllianceOptions = {}): Promise<TestAlliance> {
  const demo = options.demo ?? true;
  const dataDir = await mkdtemp(join(folder, 'alliance-'));
  const database = `amrlo_e2e_${run}_${dataDir.slice(-6).toLowerCase()}_${process.pid}`;
  if (demo) {
    await ensureTemplate();
    await cp(templateFolder, dataDir, { recursive: true });
    await onServer(async (client) => {
      await client.query(`create database "${database}" template "${templateDatabase}"`);
      await client.query(`create database "${database}${school}" template "${templateDatabase}${school}"`);
    });
  } else {
    await onServer((client) => client.query(`create database "${database}"`));
  }
  const drop = () =>
    onServer(async (client) => {
      await client.query(`drop database if exists "${database}" with (force)`);
      await client.query(`drop database if exists "${database}${school}" with (force)`);
    });
  let alliance: Alliance;
  try {
    alliance = await start(database, dataDir, { AMRLO_DEMO: demo ? 'on' : 'off', ...options.env });
  } catch (error) {
    await drop();
    throw error;
  }
  const issuer = alliance.issuer ?? (await createDevelopmentIssuer({ dataDir, production: false }));
  const tokens = new Map<string, string>();
  for (const person of Object.values(demoPeople)) tokens.set(person.subject, await issuer.mint(person));
  const bearer = (token: string) => createAsker(alliance.url, { authorization: `Bearer ${token}` });
  const pool = new pg.Pool({ ...server, database, max: 2 });
  pool.on('error', () => undefined);
  return {
    alliance,
    url: alliance.url,
    issuer,
    dataDir,
    as: (role) => bearer(tokens.get(demoPeople[role].subject)!),
    asSubject: async (subject) => bearer(await issuer.mint({ subject, name: subject, scopes: [] })),
    asNobody: createAsker(alliance.url, {}),
    withHeaders: (headers) => createAsker(alliance.url, headers),
    async sql<T extends pg.QueryResultRow>(statement: string, values: readonly unknown[] = []) {
      return (await pool.query<T>(statement, [...values])).rows;
    },
    schoolSql: (statement) => onServer((client) => client.query(statement), `${database}${school}`),
    async [Symbol.asyncDispose]() {
      await pool.end();
      await alliance.stop();
      await drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function start(database: string, dataDir: string, env: Readonly<Record<string, string>>): Promise<Alliance> {
  // A role of the run's own: it may do what the application may, and no more.
  const app = { ...server, user: `amrlo_e2e_${run}_app`, password: 'app', database };
  const settings = loadSettings('alliance', {
    env: {
      PORT: '0',
      LOG_LEVEL: process.env['AMRLO_TEST_LOG_LEVEL'] ?? 'silent',
      NODE_ENV: 'test',
      DATA_DIR: dataDir,
      DATABASE_URL: databaseUrl(app),
      MIGRATION_DATABASE_URL: databaseUrl({ ...server, database }),
      AMRLO_RATE_LIMIT_PER_MINUTE: '0',
      AMRLO_DRAIN_MS: '1000',
      // A machine that runs other tests at the same time is slow; timeouts have tests of their own.
      AMRLO_REQUEST_BUDGET_MS: '60000',
      AMRLO_SUBGRAPH_TIMEOUT_MS: '30000',
      ...env,
    },
  });
  return startAlliance(settings, createLogger({ level: settings.LOG_LEVEL, name: 'test' }));
}

/** Migrated and with the demo loaded, once for the run, through the graph as at a first start. */
async function ensureTemplate(): Promise<void> {
  await onServer(async (client) => {
    await client.query('select pg_advisory_lock($1)', [templateLock]);
    if (existsSync(join(templateFolder, templateNote))) return;
    for (const name of [templateDatabase, `${templateDatabase}${school}`]) {
      await client.query(`drop database if exists "${name}" with (force)`);
    }
    await rm(templateFolder, { recursive: true, force: true });
    await client.query(`create database "${templateDatabase}"`);
    const alliance = await start(templateDatabase, templateFolder, { AMRLO_DEMO: 'on' });
    try {
      await loadDemo({ url: alliance.url, issuer: alliance.issuer! });
      await deliveredEvents(templateDatabase);
    } finally {
      await alliance.stop();
    }
    await writeFile(join(templateFolder, templateNote), '');
  });
}

/** The banked deposits have arrived where their credits are counted, so that every copy begins with the same archive. */
async function deliveredEvents(database: string): Promise<void> {
  await onServer(async (client) => {
    const arrived = async () => {
      const { rows } = await client.query<{ arrived: boolean }>(
        `select (select count(*) from agreements.deposit_balance)
              = (select count(*) from learners.deposit where state = 'BANKED') as arrived`,
      );
      return rows[0]?.arrived === true;
    };
    await eventually(arrived, () => 'The events of the demo did not arrive.');
  }, database);
}

async function onServer<T>(
  work: (client: pg.Client) => Promise<T>,
  database = server.database,
): Promise<void> {
  const client = new pg.Client({ ...server, database });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
