import '../../kit/base/needs-node.js';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { defineCommand } from 'citty';
import { systemClock } from '../../kit/base/clock.js';
import { loadSettings } from '../../kit/base/config/load-settings.js';
import { servicePrincipal } from '../../kit/base/identity/principal.js';
import type { SettingsOf } from '../../kit/base/config/settings.js';
import { exportAudit } from '../../kit/room/audit/audit-export.js';
import { sealingKey, type SealingKey } from '../../kit/room/audit/seal-audit.js';
import { openRoomDatabase } from '../../kit/room/database/room-database.js';
import { generatedSecrets } from '../generated-secrets.js';
import { writeAuditExport } from './audit-export-file.js';
import { CommandFailure, exitCodes } from '../../kit/base/command-line/command-failure.js';
import { runCommandLine } from '../../kit/base/command-line/run-command-line.js';
import { roomNamed, withDatabases } from './room-databases.js';

const command = defineCommand({
  meta: {
    name: 'audit:export',
    description:
      "Writes a room's whole audit trail with its seals, as NDJSON, and the public key beside it (FILE.pem).",
  },
  args: {
    room: {
      type: 'positional',
      description: 'institutions, outcomes, learners or agreements.',
      required: true,
    },
    out: { type: 'string', description: 'The file to write; by default ROOM-audit.ndjson where you are.' },
  },
  async run({ args }) {
    const room = roomNamed(args.room);
    const to = resolve(process.env['INIT_CWD'] ?? '', args.out ?? `${room}-audit.ndjson`);
    const settings = loadSettings('command', { env: process.env });
    const key = await signingKey(settings);
    await withDatabases(settings, async (databases) => {
      const database = await openRoomDatabase({ room, app: databases.of(room).app, entities: [] });
      try {
        const keyFile = await database.transact(servicePrincipal(room), ({ sql }) =>
          writeAuditExport(to, exportAudit(sql, { room, key, now: systemClock.now() }), key.publicKeyPem),
        );
        process.stdout.write(`Wrote ${to} and its public key ${keyFile}\n`);
      } finally {
        await database.close();
      }
    });
  },
});

process.exitCode = await runCommandLine(command, process.argv.slice(2));

/** The key that seals this alliance's trails. */
async function signingKey(settings: SettingsOf<'command'>): Promise<SealingKey> {
  const { AMRLO_AUDIT_SIGNING_KEY: configured, DATA_DIR } = settings;
  if (configured !== undefined) return sealingKey(configured);
  if (!existsSync(join(DATA_DIR, 'secrets.json'))) {
    throw new CommandFailure(
      'Name the key that seals the trail with AMRLO_AUDIT_SIGNING_KEY_FILE.',
      exitCodes.misused,
    );
  }
  return sealingKey((await generatedSecrets(DATA_DIR)).auditSigningKey);
}
