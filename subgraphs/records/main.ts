import '../kit/base/needs-node.js';
import { settingsOrExit } from '../kit/base/config/settings-or-exit.js';
import { systemClock } from '../kit/base/clock.js';
import { createSigner, createVerifier } from '../kit/base/identity/assertion.js';
import { createHttpTransport } from '../kit/base/link/http-transport.js';
import { createLink } from '../kit/base/link/link.js';
import { createLogger } from '../kit/base/log.js';
import { endOnSignals, exitWithSentence } from '../kit/base/process-end.js';
import { createLocalWakeBus } from '../kit/base/wake.js';
import { createRedisWakeBus } from '../kit/base/wake-redis.js';
import { serveRoom } from '../kit/room/serve-room.js';
import { institutionsHealth } from './health-sink.js';
import { learnersLinkSource } from './link-source.js';
import { createRecordsRouter } from './records-router.js';
import { institutionsDirectory } from './school-directory.js';
import { institutionsTrail } from './write-back-trail.js';

const settings = settingsOrExit('records');
const log = createLogger({ level: settings.LOG_LEVEL, name: 'records' });
try {
  await start();
} catch (error) {
  exitWithSentence(error, log);
}

async function start(): Promise<void> {
  const { AMRLO_INSTITUTIONS_URL, AMRLO_LEARNERS_URL } = settings;
  if (AMRLO_INSTITUTIONS_URL === undefined || AMRLO_LEARNERS_URL === undefined) {
    throw new Error('The records router alone needs AMRLO_INSTITUTIONS_URL and AMRLO_LEARNERS_URL.');
  }
  const wakes =
    settings.REDIS_URL === undefined ? createLocalWakeBus() : createRedisWakeBus(settings.REDIS_URL, { log });
  const { signer } = await createSigner(settings.AMRLO_ASSERTION_PRIVATE_KEY, systemClock);
  const link = createLink({
    subgraphs: {
      institutions: {
        transport: createHttpTransport({ subgraph: 'institutions', url: AMRLO_INSTITUTIONS_URL }),
      },
      learners: { transport: createHttpTransport({ subgraph: 'learners', url: AMRLO_LEARNERS_URL }) },
    },
    signer,
    log,
  });
  const directory = institutionsDirectory(link);
  const router = createRecordsRouter({
    directory,
    links: learnersLinkSource(link),
    trail: institutionsTrail(link),
    health: institutionsHealth(link),
    connect: ({ endpoint, name }) => createHttpTransport({ subgraph: name, url: endpoint }),
    verifier: await createVerifier(settings.AMRLO_ASSERTION_PUBLIC_KEYS ?? [], systemClock),
    signer,
    log,
    wakes,
  });
  // Ready with the directory; before that the router could say of no school whether it exists.
  const ready = () =>
    directory.schools().then(
      () => true,
      () => false,
    );
  const server = await serveRoom(
    { handle: router.handle, ready },
    { host: settings.HOST, port: settings.PORT },
  );
  endOnSignals(async () => {
    await server.stop();
    await router.stop();
    await link.close();
    await wakes.close();
  }, log);
  // Last, because whoever reads it may send a signal at once.
  log.info({ url: server.url }, 'ready');
}
