import type { RoomName } from '../../kit/base/config/process-kinds.js';
import type { SettingsOf } from '../../kit/base/config/settings.js';
import { AmrloError } from '../../kit/base/errors/amrlo-error.js';
import { createLogger } from '../../kit/base/log.js';
import { openDatabases, type AllianceDatabases } from '../databases.js';
import { roomModules } from '../modules.js';
import { CommandFailure, exitCodes } from '../../kit/base/command-line/command-failure.js';

/**
 * Works with the databases that the settings name, or with the embedded PostgreSQL, which is stopped afterwards.
 * @throws CommandFailure while an alliance runs that PostgreSQL
 */
export async function withDatabases<T>(
  settings: SettingsOf<'command'>,
  work: (databases: AllianceDatabases) => Promise<T>,
): Promise<T> {
  const log = createLogger({ level: 'silent', name: 'command' });
  const databases = await openDatabases(settings, log).catch((error: unknown) => {
    if (!(error instanceof AmrloError) || error.code !== 'DATA_DIR_IN_USE') throw error;
    throw new CommandFailure(
      `An alliance (process ${error.parameters['pid']}) runs over the data folder ${settings.DATA_DIR}: ` +
        'stop it first, then give this command again.',
      undefined,
      { cause: error },
    );
  });
  try {
    return await work(databases);
  } finally {
    await databases.stop();
  }
}

/**
 * A room by its name.
 * @throws CommandFailure when there is no such room
 */
export function roomNamed(name: string): RoomName {
  const names = roomModules.map((module) => module.name as RoomName);
  const found = names.find((room) => room === name);
  if (found !== undefined) return found;
  throw new CommandFailure(
    `There is no room ${JSON.stringify(name)}, only ${names.join(', ')}.`,
    exitCodes.misused,
  );
}
