import '../../kit/base/needs-node.js';
import { defineCommand } from 'citty';
import { loadSettings } from '../../kit/base/config/load-settings.js';
import type { RoomName } from '../../kit/base/config/process-kinds.js';
import { migrateRoom } from '../../kit/room/database/migration.js';
import { kitAppendOnly, kitMigrations } from '../../kit/room/kit-tables.js';
import { roomModules } from '../modules.js';
import { runCommandLine } from '../../kit/base/command-line/run-command-line.js';
import { withDatabases } from './room-databases.js';

/** Every room's schema is brought up to date, as a start does it by itself. */
const command = defineCommand({
  meta: {
    name: 'migrate',
    description: "Brings every room's schema up to date, with the settings of npm start.",
  },
  async run() {
    await withDatabases(loadSettings('command', { env: process.env }), async (databases) => {
      for (const module of roomModules) {
        const { applied } = await migrateRoom({
          room: module.name,
          ...databases.of(module.name as RoomName),
          migrations: [...kitMigrations, ...module.migrations],
          rights: { appendOnly: [...kitAppendOnly, ...(module.appendOnly ?? [])] },
        });
        const done = applied.length === 0 ? 'up to date' : `applied ${applied.join(', ')}`;
        process.stdout.write(`${module.name}: ${done}\n`);
      }
    });
  },
});

process.exitCode = await runCommandLine(command, process.argv.slice(2));
