import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { defineCommand } from 'citty';
import { loadSettings } from '../../kit/base/config/load-settings.js';
import { sealingKey } from '../../kit/room/audit/sealer.js';
import { verifyAudit } from '../../kit/room/audit/verify-audit.js';
import { generatedSecrets } from '../generated-secrets.js';
import { CommandFailure, exitCodes } from './command-failure.js';
import { runCommandLine } from './command-line.js';

const command = defineCommand({
  meta: {
    name: 'audit:verify',
    description: 'Checks an exported audit trail against the public key, without the database.',
  },
  args: {
    file: { type: 'positional', description: 'What audit:export wrote.', required: true },
    key: {
      type: 'string',
      description: "PEM file of the public keys; by default this deployment's own key.",
    },
    'expect-head': {
      type: 'string',
      description: 'The head that an earlier check printed must still be the head.',
    },
    room: { type: 'string', description: 'The room whose trail it must be.' },
  },
  async run({ args }) {
    const path = resolve(process.env['INIT_CWD'] ?? '', args.file);
    if (!existsSync(path))
      throw new CommandFailure(`${args.file} cannot be read: there is no such file or folder.`);
    const keys =
      args.key === undefined ? [await ownKey()] : keysIn(resolve(process.env['INIT_CWD'] ?? '', args.key));
    const lines = createInterface({ input: createReadStream(path), crlfDelay: Infinity });
    const verdict = await verifyAudit(lines, keys, {
      ...(args['expect-head'] === undefined ? {} : { expectHead: args['expect-head'] }),
      ...(args.room === undefined ? {} : { room: args.room }),
    });
    if (!verdict.ok) throw new CommandFailure(`BROKEN line ${verdict.line}: ${verdict.fault}`);
    const tail = verdict.unsealed === 0 ? '' : `, ${verdict.unsealed} rows not sealed yet`;
    process.stdout.write(`OK ${verdict.rows} rows, ${verdict.seals} seals${tail}, head ${verdict.head}\n`);
  },
});

process.exitCode = await runCommandLine(command, process.argv.slice(2));

function keysIn(path: string): string[] {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const keys = text.match(/-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g);
  if (keys === null) throw new CommandFailure(`${path} holds no public key in PEM.`, exitCodes.misused);
  return keys;
}

async function ownKey(): Promise<string> {
  const { AMRLO_AUDIT_SIGNING_KEY: configured, DATA_DIR } = loadSettings('command', { env: process.env });
  if (configured !== undefined) return sealingKey(configured).publicKeyPem;
  if (!existsSync(join(DATA_DIR, 'secrets.json'))) {
    throw new CommandFailure('Give the public key with --key FILE.', exitCodes.misused);
  }
  return sealingKey((await generatedSecrets(DATA_DIR)).auditSigningKey).publicKeyPem;
}
