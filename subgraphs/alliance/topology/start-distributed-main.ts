import '../../kit/base/needs-node.js';
import { settingsOrExit } from '../../kit/base/config/settings-or-exit.js';
import { settingNames } from '../../kit/base/config/settings.js';
import { createLogger } from '../../kit/base/log.js';
import { endOnSignals, exitWithSentence } from '../../kit/base/process-end.js';
import { demoPeople } from '../demo/people.js';
import { startTopology, type Topology } from './topology.js';

const settings = settingsOrExit('alliance');
const log = createLogger({ level: 'silent', name: 'topology' });
try {
  const { DATABASE_URL, MIGRATION_DATABASE_URL, REDIS_URL, NODE_ENV } = settings;
  if (NODE_ENV === 'production') {
    throw new Error(
      'This topology trusts a development issuer; docker-compose.yml describes the one for production.',
    );
  }
  if (DATABASE_URL === undefined || MIGRATION_DATABASE_URL === undefined || REDIS_URL === undefined) {
    throw new Error('The distributed topology needs DATABASE_URL, MIGRATION_DATABASE_URL and REDIS_URL.');
  }
  const topology = await startTopology({
    dataDir: settings.DATA_DIR,
    databaseUrl: DATABASE_URL,
    migrationDatabaseUrl: MIGRATION_DATABASE_URL,
    redisUrl: REDIS_URL,
    schoolDatabaseUrl: settings.AMRLO_SCHOOL_DATABASE_URL,
    host: settings.HOST,
    port: settings.PORT,
    settings: Object.fromEntries(settingNames.map((name) => [name, process.env[name] || undefined])),
    output: (line) => process.stderr.write(`${line}\n`),
  });
  endOnSignals(topology.stop, log);
  process.stdout.write(await addresses(topology));
} catch (error) {
  exitWithSentence(error, log);
}

async function addresses(topology: Topology): Promise<string> {
  const token = await topology.issuer.mint(demoPeople.secretariat);
  const lines = [...topology.processes.values()].map(
    ({ name, url, pid }) => `${name.padEnd(22)}${url}  (pid ${pid})`,
  );
  return [
    '',
    `AMRLO Graph  ${topology.url}/graphql`,
    '',
    ...lines,
    '',
    topology.issuer.banner,
    '',
    `${demoPeople.secretariat.name}  secretariat 秘书处  (${demoPeople.secretariat.subject})`,
    `Authorization: Bearer ${token}`,
    '',
    '',
  ].join('\n');
}
