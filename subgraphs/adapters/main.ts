import '../kit/base/needs-node.js';
import { settingsOrExit } from '../kit/base/config/settings-or-exit.js';
import { systemClock } from '../kit/base/clock.js';
import { createVerifier } from '../kit/base/identity/assertion.js';
import { createLogger } from '../kit/base/log.js';
import { endOnSignals, exitWithSentence } from '../kit/base/process-end.js';
import { serveRoom } from '../kit/room/serve-room.js';
import { openSchool } from './schools.js';

const settings = settingsOrExit('adapter');
const log = createLogger({ level: settings.LOG_LEVEL, name: `adapter:${settings.AMRLO_SCHOOL}` });
try {
  await start();
} catch (error) {
  exitWithSentence(error, log);
}

async function start(): Promise<void> {
  // The rules between settings have made sure of the school and of the keys.
  const adapter = openSchool(settings.AMRLO_SCHOOL as string, {
    institutionId: settings.AMRLO_SCHOOL_INSTITUTION_ID,
    databaseUrl: settings.AMRLO_SCHOOL_DATABASE_URL,
    folder: settings.AMRLO_SCHOOL_FOLDER,
    verifier: await createVerifier(settings.AMRLO_ASSERTION_PUBLIC_KEYS ?? [], systemClock),
  });
  // Ready while the school's system is down too: the adapter says so itself, in every answer.
  const server = await serveRoom(
    { handle: adapter.handle, ready: async () => true },
    { host: settings.HOST, port: settings.PORT },
  );
  log.info({ url: server.url, institutionId: adapter.school.institutionId }, 'ready');
  endOnSignals(async () => {
    await server.stop();
    await adapter.stop();
  }, log);
}
