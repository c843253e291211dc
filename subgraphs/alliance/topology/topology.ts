import {
  createDevelopmentIssuer,
  type DevelopmentIssuer,
} from '../../../gateway/security/development-issuer.js';
import { join } from 'node:path';
import { readSupergraph } from '../../../gateway/supergraph/supergraph.js';
import { schoolFixtures } from '../../adapters/schools.js';
import { assertCanListen } from '../../kit/base/listening.js';
import { createLogger } from '../../kit/base/log.js';
import { makeFolder } from '../../kit/base/make-folder.js';
import { openDatabases, type AllianceDatabases } from '../databases.js';
import { demoSchoolSystem } from '../demo/school-system.js';
import { demoPeople } from '../demo/people.js';
import { generatedSecrets } from '../generated-secrets.js';
import { projectFile } from '../project-file.js';
import { freePorts } from './free-ports.js';
import { serveKeys } from './key-server.js';
import { planTopology, processNames } from './topology-plan.js';
import { startProcess, type ProcessPlan, type TopologyProcess } from './topology-process.js';

/** What a topology needs; everything else has the defaults of the settings. */
export interface TopologyOptions {
  readonly dataDir: string;
  readonly databaseUrl: string;
  /** The same database as its owner. */
  readonly migrationDatabaseUrl: string;
  readonly redisUrl: string;
  /** The demo university's system; made beside the alliance's database when absent. */
  readonly schoolDatabaseUrl?: string | undefined;
  /** Of the gateway; 0 picks a free one. */
  readonly port: number;
  readonly host?: string | undefined;
  /** Further settings by name, for example limits; each process gets those that it uses. */
  readonly settings?: Readonly<Record<string, string | undefined>>;
  /** Takes what the processes print, line by line, with the process's name in front. */
  readonly output: (line: string) => void;
}

/** The distributed alliance on one machine. */
export interface Topology {
  /** Base address of the gateway. */
  readonly url: string;
  /** Mints the tokens that the gateway believes. */
  readonly issuer: DevelopmentIssuer;
  readonly processes: ReadonlyMap<string, TopologyProcess>;
  /** Ends every process; a second call waits for the first. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts what docker-compose.yml describes, without Docker: every subgraph, one adapter per demo school and the
 * gateway as processes of their own, over the given PostgreSQL and Redis, with generated keys and the development
 * issuer. Resolves when all of them are ready. Needs the built project; never for production.
 */
export async function startTopology(options: TopologyOptions): Promise<Topology> {
  const { dataDir, output } = options;
  await assertCanListen({ host: options.host ?? '127.0.0.1', port: options.port });
  await makeFolder(dataDir);
  const supergraph = projectFile('schema/supergraph.graphql');
  const subgraphs = (await readSupergraph(supergraph)).subgraphs.map(({ name }) => name);
  const issuer = await createDevelopmentIssuer({ dataDir, production: false });
  const AMRLO_SCHOOL_STATE_DIR = join(dataDir, 'records-state');
  const schools = {
    'ningxia-university': {
      AMRLO_SCHOOL_STATE_DIR,
      AMRLO_SCHOOL: 'ningxia-university',
      ...(options.schoolDatabaseUrl === undefined
        ? await demoSchoolDatabase(options)
        : { AMRLO_SCHOOL_DATABASE_URL: options.schoolDatabaseUrl }),
    },
    'ningxia-polytechnic': {
      AMRLO_SCHOOL_STATE_DIR,
      AMRLO_SCHOOL: 'ningxia-polytechnic',
      AMRLO_SCHOOL_FOLDER: schoolFixtures('ningxia-polytechnic'),
    },
  };
  const secrets = await generatedSecrets(dataDir);
  const keys = await serveKeys(issuer.jwks);
  const names = processNames({ subgraphs, schools });
  const ports = new Map((await freePorts(names.length)).map((port, index) => [names[index] as string, port]));
  if (options.port !== 0) ports.set('gateway', options.port);
  const plans = planTopology({
    subgraphs,
    schools,
    ports,
    settings: {
      ...options.settings,
      HOST: options.host,
      DATA_DIR: dataDir,
      DATABASE_URL: options.databaseUrl,
      MIGRATION_DATABASE_URL: options.migrationDatabaseUrl,
      REDIS_URL: options.redisUrl,
      AMRLO_SUPERGRAPH: supergraph,
      AMRLO_OIDC_ISSUER: issuer.issuer,
      AMRLO_OIDC_JWKS_URL: keys.url,
      AMRLO_FIRST_SECRETARIAT: demoPeople.secretariat.subject,
      AMRLO_ENCRYPTION_KEYS: Object.entries(secrets.encryptionKeys)
        .map(([id, key]) => `${id}:${String(key)}`)
        .join(','),
      AMRLO_LOOKUP_KEY: String(secrets.lookupKey),
      AMRLO_AUDIT_SIGNING_KEY: secrets.auditSigningKey,
    },
  });

  const processes = new Map<string, TopologyProcess>();
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= (async () => {
      // The gateway first: it lets requests under way end while their subgraphs still answer.
      await processes.get('gateway')?.stop();
      await Promise.all([...processes.values()].map((one) => one.stop()));
      await keys.stop();
    })();
    return stopping;
  };
  try {
    // Each stage asks the one before it already while it starts.
    for (const stage of stages(plans)) {
      const started = stage.map((plan) => startProcess(plan, output));
      for (const one of started) processes.set(one.name, one);
      await Promise.all(started.map((one) => one.ready()));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `http://127.0.0.1:${ports.get('gateway')}`, issuer, processes, stop };
}

function stages(plans: readonly ProcessPlan[]): ProcessPlan[][] {
  const late = ['records', 'gateway'];
  const only = (name: string) => plans.filter((plan) => plan.name === name);
  return [plans.filter(({ name }) => !late.includes(name)), ...late.map(only)];
}

/** The demo university's system, made beside the alliance's database; the demo may write exemptions into it. */
async function demoSchoolDatabase(options: TopologyOptions): Promise<Record<string, string>> {
  const url = await demoSchoolSystem(await databasesOf(options));
  return { AMRLO_SCHOOL_DATABASE_URL: url, AMRLO_SCHOOL_WRITE_DATABASE_URL: url };
}

/** The alliance's databases, beside which the demo school's own is made. */
function databasesOf({
  dataDir,
  databaseUrl,
  migrationDatabaseUrl,
}: TopologyOptions): Promise<AllianceDatabases> {
  const settings = {
    DATA_DIR: dataDir,
    DATABASE_URL: databaseUrl,
    MIGRATION_DATABASE_URL: migrationDatabaseUrl,
  };
  return openDatabases(settings, createLogger({ level: 'silent', name: 'topology' }));
}
