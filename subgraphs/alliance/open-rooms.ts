import type { Clock } from '../kit/base/clock.js';
import type { RoomName } from '../kit/base/config/process-kinds.js';
import type { AssertionSigner, AssertionVerifier } from '../kit/base/identity/assertion.js';
import { servicePrincipal } from '../kit/base/identity/principal.js';
import type { Link } from '../kit/base/link/link.js';
import type { Logger } from '../kit/base/log.js';
import { makeFolder } from '../kit/base/make-folder.js';
import type { WakeBus } from '../kit/base/wake.js';
import { createFileRoutes, type FileRoutes } from '../kit/room/files/file-routes.js';
import type { EventProducer } from '../kit/room/outbox/consumer.js';
import { createRoom, type Room } from '../kit/room/room.js';
import { openRoomStorage, secretsIn } from '../kit/room/room-storage.js';
import type { AllianceSettings } from './alliance-settings.js';
import type { AllianceDatabases } from './databases.js';
import { demoPeople } from './demo/people.js';
import { generatedSecrets } from './generated-secrets.js';
import { roomModules } from './modules.js';

/**
 * Opens the four rooms into the given map, which the link reads. When one cannot be opened the others are awaited and
 * stopped before that is thrown: nothing is left at work on the databases.
 * @returns the HTTP side of each room's files
 */
export async function openRooms(options: {
  settings: AllianceSettings;
  databases: AllianceDatabases;
  rooms: Map<string, Room>;
  verifier: AssertionVerifier;
  signer: AssertionSigner;
  link: Link;
  wakeBus: WakeBus;
  clock: Clock;
  log: Logger;
  demo: boolean;
}): Promise<ReadonlyMap<string, FileRoutes>> {
  const { settings, databases, rooms, verifier, signer, link, wakeBus, clock, log } = options;
  if (settings.AMRLO_FILES === 'local') await makeFolder(settings.DATA_DIR);
  const secrets = secretsIn(settings) ?? (await generatedSecrets(settings.DATA_DIR));
  const firstSecretariat =
    settings.AMRLO_FIRST_SECRETARIAT ?? (options.demo ? demoPeople.secretariat.subject : undefined);
  const outcomes = await Promise.allSettled(
    roomModules.map(async (module) => {
      const storage = await openRoomStorage({ room: module.name, settings, secrets, clock });
      const room = await createRoom(module, {
        ...storage,
        database: databases.of(module.name as RoomName),
        verifier,
        clock,
        log,
        wakeBus,
        link: () => link,
        producer: (producer) => localProducer(rooms, producer, module.name, signer),
        ...(firstSecretariat === undefined ? {} : { firstSecretariat }),
      });
      return { room, routes: createFileRoutes(storage.files, { log }) };
    }),
  );
  const opened = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure !== undefined) {
    await Promise.allSettled(opened.map(({ room }) => room.stop()));
    throw failure.reason;
  }
  for (const { room } of opened) rooms.set(room.name, room);
  return new Map(opened.map(({ room, routes }) => [room.name, routes]));
}

/** Another room's events through its own door: the same check of who asks as over HTTP. */
function localProducer(
  rooms: ReadonlyMap<string, Room>,
  producer: string,
  consumer: string,
  signer: AssertionSigner,
): EventProducer {
  const sign = () => signer.sign(servicePrincipal(consumer), producer);
  return {
    pull: async (limit) => rooms.get(producer)!.events.pull(await sign(), limit),
    acknowledge: async (ids) => rooms.get(producer)!.events.acknowledge(await sign(), ids),
  };
}
