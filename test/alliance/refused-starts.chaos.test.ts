import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { killProcesses, noServerOn, startProcess } from '../support/alliance-process.js';

const patience = 120_000;
/** A port on which nobody ever listens. */
const deadUrl = (user: string) => `postgresql://${user}@127.0.0.1:1/amrlo`;
const migrateMain = 'subgraphs/alliance/commands/migrate-main.js';
const importMain = 'subgraphs/alliance/commands/import-main.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'amrlo-refused-'));
});
afterAll(async () => {
  await killProcesses();
  await rm(folder, { recursive: true, force: true });
});

/** One sentence, no stack, and a status that says that it failed. */
async function refusal(env: Record<string, string>, program?: string, words?: string[]): Promise<string> {
  const refused = startProcess(env, program, words);
  const how = await refused.ended;
  expect([1, 2]).toContain(how);
  const text = refused.printed().trim();
  expect(text).not.toMatch(/^\s+at /m);
  expect(text.split('\n')).toHaveLength(1);
  return text;
}

const inBothLanguages = /[\u4e00-\u9fff].* \/ [A-Z]/;

describe('a start that cannot succeed says in one sentence', () => {
  it(
    'that its port is taken, before it has made anything',
    async () => {
      const dataDir = join(folder, 'taken');
      const other = createServer().listen(0, '127.0.0.1');
      await once(other, 'listening');
      const port = String((other.address() as AddressInfo).port);
      try {
        expect(await refusal({ DATA_DIR: dataDir, PORT: port })).toContain(port);
        expect(existsSync(dataDir)).toBe(false);
      } finally {
        other.close();
      }
    },
    patience,
  );

  it(
    'that its address is none of this machine, before it has made anything',
    async () => {
      const dataDir = join(folder, 'elsewhere');
      // 192.0.2.0/24 is for documentation (RFC 5737) and nobody's.
      const sentence = await refusal({ DATA_DIR: dataDir, HOST: '192.0.2.1', PORT: '4790' });
      expect(sentence).toContain('set HOST to an address of this machine');
      expect(sentence).toMatch(inBothLanguages);
      expect(existsSync(dataDir)).toBe(false);
    },
    patience,
  );

  it(
    'which setting is wrong',
    async () => {
      expect(await refusal({ PORT: 'four thousand' })).toContain('PORT');
      expect(await refusal({ AMRLO_DEPTH: '3' })).toContain('AMRLO_DEPTH');
    },
    patience,
  );

  it(
    'that its data folder cannot be written',
    async () => {
      const file = join(folder, 'a-file');
      await writeFile(file, '');
      const sentence = await refusal({ DATA_DIR: join(file, 'data') });
      expect(sentence).toContain(file);
      expect(sentence).toMatch(inBothLanguages);
    },
    patience,
  );

  const onLinux = process.platform === 'linux' ? it : it.skip;
  onLinux(
    'that its data folder cannot be made below /proc, with a PostgreSQL of its own or another one',
    async () => {
      const dataDir = '/proc/amrlo/data';
      expect(await refusal({ DATA_DIR: dataDir })).toContain(`${dataDir}/postgres cannot be written`);
      const elsewhere = { DATABASE_URL: deadUrl('app'), MIGRATION_DATABASE_URL: deadUrl('owner') };
      expect(await refusal({ DATA_DIR: dataDir, ...elsewhere })).toContain(`${dataDir} cannot be written`);
    },
    patience,
  );

  it(
    'which setting names a database that cannot be reached',
    async () => {
      const sentence = await refusal({
        DATA_DIR: join(folder, 'dead'),
        DATABASE_URL: deadUrl('app'),
        MIGRATION_DATABASE_URL: deadUrl('owner'),
      });
      expect(sentence).toContain('The database of MIGRATION_DATABASE_URL cannot be reached at 127.0.0.1:1');
      expect(sentence).toMatch(inBothLanguages);
    },
    patience,
  );

  it(
    "that one room's database cannot be reached while the other rooms migrate, and leaves no server behind",
    async () => {
      const dataDir = join(folder, 'one-dead');
      const settings = {
        DATA_DIR: dataDir,
        AMRLO_LEARNERS_DATABASE_URL: deadUrl('app'),
        AMRLO_LEARNERS_MIGRATION_DATABASE_URL: deadUrl('owner'),
      };
      // The first time the cluster and three rooms are made meanwhile, the second time they are there.
      for (const _ of ['first', 'second']) {
        expect(await refusal(settings)).toContain('AMRLO_LEARNERS_MIGRATION_DATABASE_URL');
        await noServerOn(dataDir);
      }
    },
    patience,
  );
});

describe('a command beside a running alliance', () => {
  it(
    'finds it by the data folder, or says what to do first',
    async () => {
      const dataDir = join(folder, 'beside');
      const running = startProcess({ DATA_DIR: dataDir, AMRLO_DEMO: 'off' });
      await running.prints(/AMRLO Graph +http/);
      await running.prints(/\n\n$/);

      const file = join(folder, 'roster.json');
      await writeFile(file, '[]');
      // It has no grants without the demo; that it was asked and refused shows that it was found.
      const imported = startProcess({ DATA_DIR: dataDir }, importMain, ['roster', file]);
      await imported.ended;
      expect(imported.printed()).not.toContain('one is started here');
      expect(imported.printed()).not.toContain('in use');

      expect(await refusal({ DATA_DIR: dataDir }, migrateMain)).toBe(
        `An alliance (process ${running.pid}) runs over the data folder ${dataDir}: stop it first, then give this command again.`,
      );
      await running.kill('SIGTERM');
      expect(await running.ended).toBe(0);
      expect(existsSync(join(dataDir, 'running.json'))).toBe(false);

      const migrated = startProcess({ DATA_DIR: dataDir }, migrateMain);
      expect(await migrated.ended).toBe(0);
      expect(migrated.printed()).toContain('learners: up to date');
    },
    patience,
  );
});
