import { createWriteStream } from 'node:fs';
import { resolve } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { defineCommand } from 'citty';
import { loadSettings } from '../../kit/base/config/load-settings.js';
import { servicePrincipal } from '../../kit/base/identity/principal.js';
import { exportAudit } from '../../kit/room/audit/audit-export.js';
import { openRoomDatabase } from '../../kit/room/database/room-database.js';
import { runCommandLine } from './command-line.js';
import { roomNamed, withDatabases } from './room-databases.js';

const command = defineCommand({
  meta: { name: 'audit:export', description: "Writes a room's whole audit trail with its seals, as NDJSON." },
  args: {
    room: {
      type: 'positional',
      description: 'institutions, outcomes, learners or agreements.',
      required: true,
    },
    out: { type: 'string', description: 'The file to write; standard output by default.' },
  },
  async run({ args }) {
    const room = roomNamed(args.room);
    const to = args.out;
    await withDatabases(loadSettings('command', { env: process.env }), async (databases) => {
      const database = await openRoomDatabase({ room, app: databases.of(room).app, entities: [] });
      try {
        await database.transact(servicePrincipal(room), ({ sql }) =>
          to === undefined
            ? pipeline(Readable.from(exportAudit(sql)), process.stdout as Writable, { end: false })
            : pipeline(
                Readable.from(exportAudit(sql)),
                createWriteStream(resolve(process.env['INIT_CWD'] ?? '', to)),
              ),
        );
      } finally {
        await database.close();
      }
    });
  },
});

process.exitCode = await runCommandLine(command, process.argv.slice(2));
