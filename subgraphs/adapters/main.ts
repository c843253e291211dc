import '../kit/base/needs-node.js';
import { settingsOrExit } from '../kit/base/config/settings-or-exit.js';
import { systemClock } from '../kit/base/clock.js';
import { createVerifier } from '../kit/base/identity/assertion.js';
import { createLogger } from '../kit/base/log.js';
import { endOnSignals, exitWithSentence } from '../kit/base/process-end.js';
import { serveRoom } from '../kit/room/serve-room.js';
import { deliveryLog } from './delivery-log.js';
import { openSchool } from './open-school.js';
import { schoolAddress } from './school-address.js';
import { schoolNamed } from './schools.js';

const settings = settingsOrExit('adapter');
const log = createLogger({ level: settings.LOG_LEVEL, name: `adapter:${settings.AMRLO_SCHOOL}` });
try {
  await start();
} catch (error) {
  exitWithSentence(error, log);
}

async function start(): Promise<void> {
  // The rules between settings have made sure of the school and of the keys.
  const school = schoolNamed(settings.AMRLO_SCHOOL as string);
  const stateDir = settings.AMRLO_SCHOOL_STATE_DIR;
  const adapter = openSchool(school, {
    institutionId: settings.AMRLO_SCHOOL_INSTITUTION_ID,
    address: schoolAddress(settings),
    stateDir,
    onDelivery: deliveryLog(log),
    verifier: await createVerifier(settings.AMRLO_ASSERTION_PUBLIC_KEYS ?? [], systemClock),
  });
  if (stateDir === undefined && school.mapping.changes !== undefined && 'compare' in school.mapping.changes) {
    log.warn(
      'AMRLO_SCHOOL_STATE_DIR names no folder for fingerprints, so changes of this school cannot be found',
    );
  }
  // Ready while the school's system is down too: the adapter says so itself, in every answer.
  const server = await serveRoom(
    { handle: adapter.handle, ready: async () => true },
    { host: settings.HOST, port: settings.PORT },
  );
  endOnSignals(async () => {
    await server.stop();
    await adapter.stop();
  }, log);
  // Last, because whoever reads it may send a signal at once.
  log.info({ url: server.url, institutionId: adapter.school.institutionId }, 'ready');
}
