import { settingsOrExit } from '../base/config/settings-or-exit.js';
import { subgraphNames, type RoomName } from '../base/config/process-kinds.js';
import type { SettingsOf } from '../base/config/settings.js';
import { systemClock } from '../base/clock.js';
import { createSigner, createVerifier } from '../base/identity/assertion.js';
import { createHttpTransport } from '../base/link/http-transport.js';
import { createInProcessTransport } from '../base/link/in-process-transport.js';
import { createLink } from '../base/link/link.js';
import { createLogger } from '../base/log.js';
import { assertCanListen } from '../base/listening.js';
import { makeFolder } from '../base/make-folder.js';
import { endOnSignals, exitWithSentence } from '../base/process-end.js';
import { createLocalWakeBus } from '../base/wake.js';
import { createRedisWakeBus } from '../base/wake-redis.js';
import { withSettingNames } from './database/address.js';
import { createFileRoutes } from './files/file-routes.js';
import { httpProducer } from './outbox/http-producer.js';
import { createRoom, type Room } from './room.js';
import type { RoomModule } from './room-module.js';
import { openRoomStorage, roomAddresses, secretsIn } from './room-storage.js';
import { serveRoom } from './serve-room.js';

/** Runs one room as a process of its own: settings, room, server, drain. */
export async function runRoom(module: RoomModule): Promise<void> {
  const settings = settingsOrExit(module.name as RoomName) as SettingsOf<'learners'>;
  const log = createLogger({ level: settings.LOG_LEVEL, name: module.name });
  try {
    await start(module, settings, log);
  } catch (error) {
    exitWithSentence(error, log);
  }
}

async function start(
  module: RoomModule,
  settings: SettingsOf<'learners'>,
  log: ReturnType<typeof createLogger>,
) {
  const clock = systemClock;
  const address = { host: settings.HOST, port: settings.PORT };
  await assertCanListen(address);
  const wakeBus =
    settings.REDIS_URL === undefined ? createLocalWakeBus() : createRedisWakeBus(settings.REDIS_URL, { log });
  const { signer } = await createSigner(settings.AMRLO_ASSERTION_PRIVATE_KEY, clock);
  const urls = urlsOfOthers(settings, module.name);
  const link = createLink({
    subgraphs: {
      ...Object.fromEntries(
        [...urls].map(([subgraph, url]) => [
          subgraph,
          {
            transport: createHttpTransport({ subgraph, url }),
            timeoutMs: settings.AMRLO_SUBGRAPH_TIMEOUT_MS,
            maxConcurrent: settings.AMRLO_SUBGRAPH_MAX_CONCURRENT,
          },
        ]),
      ),
      // A step that a person takes on many rows may be a step of this room.
      [module.name]: {
        transport: createInProcessTransport(module.name, (request) => room.handle(request)),
        timeoutMs: settings.AMRLO_SUBGRAPH_TIMEOUT_MS,
      },
    },
    signer,
    clock,
    log,
  });
  const secrets = secretsIn(settings);
  if (secrets === undefined) {
    throw new Error(
      `The ${module.name} subgraph alone needs AMRLO_ENCRYPTION_KEYS, AMRLO_LOOKUP_KEY and AMRLO_AUDIT_SIGNING_KEY.`,
    );
  }
  if (settings.AMRLO_FILES === 'local') await makeFolder(settings.DATA_DIR);
  const storage = await openRoomStorage({ room: module.name, settings, secrets, clock });
  const room: Room = await createRoom(module, {
    ...storage,
    database: withSettingNames(
      roomAddresses(settings, module.name as RoomName)!,
      module.name as RoomName,
      settings,
    ),
    verifier: await createVerifier(settings.AMRLO_ASSERTION_PUBLIC_KEYS!, clock),
    clock,
    log,
    wakeBus,
    link: () => link,
    ...firstSecretariatIn(settings),
    producer: (producer) =>
      httpProducer({ producer, url: urls.get(producer) ?? '', consumer: module.name, signer }),
  });
  const server = await serveRoom(
    {
      handle: room.handle,
      ready: room.ready,
      events: room.events,
      files: createFileRoutes(storage.files, { log }),
    },
    address,
  );
  room.start();
  endOnSignals(async () => {
    await server.stop();
    await room.stop();
    await link.close();
    await wakeBus.close();
  }, log);
  // Last, because whoever reads it may send a signal at once.
  log.info({ url: server.url }, 'ready');
}

function urlsOfOthers(settings: SettingsOf<'learners'>, self: string): Map<string, string> {
  const urls = new Map<string, string>();
  for (const name of subgraphNames) {
    const url = settings[`AMRLO_${name.toUpperCase() as Uppercase<typeof name>}_URL`];
    if (url !== undefined && name !== self) urls.set(name, url);
  }
  return urls;
}

/** Only the institutions room has this setting; the others never see it. */
function firstSecretariatIn(settings: object): { firstSecretariat?: string } {
  const subject = (settings as { AMRLO_FIRST_SECRETARIAT?: string }).AMRLO_FIRST_SECRETARIAT;
  return subject === undefined ? {} : { firstSecretariat: subject };
}
