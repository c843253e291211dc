import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { demoPeople } from '../../subgraphs/alliance/demo/people.js';
import { databaseUrl, parseDatabaseUrl } from '../../subgraphs/kit/room/database/address.js';
import {
  killProcesses,
  noServerOn,
  serversOn,
  startProcess,
  tokenIn,
  urlIn,
  type AllianceProcess,
} from '../support/alliance-process.js';
import { createAsker } from '../support/asker.js';
import { eventually } from '../support/eventually.js';
import { createTestDatabase } from '../support/pg-sql.js';

const patience = 120_000;

let folder: string;
let dataDir: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'amrlo-process-'));
  dataDir = join(folder, 'data');
});
afterAll(async () => {
  await killProcesses();
  await rm(folder, { recursive: true, force: true });
});

const lastQuery = /query Members \{[\s\S]*\n\}\n/;
/** The banner's queries with the subject that each is to be pasted with. */
function queriesIn(text: string): { subject: string; query: string }[] {
  return [...text.matchAll(/^# \S+: paste it with .*\(([\w-]+)\)\n(query [\s\S]*?\n\}\n)/gm)].map(
    ([, subject, query]) => ({ subject: subject!, query: query! }),
  );
}

describe('the alliance as a process', () => {
  it(
    'finishes a first demo that was killed on the way',
    async () => {
      const killed = startProcess({ DATA_DIR: dataDir, LOG_LEVEL: 'info' });
      // All rooms are migrated: the demo is being loaded.
      await killed.prints(/(migrated[\s\S]*){4}/);
      await killed.kill('SIGKILL');
      expect(killed.printed()).not.toMatch(lastQuery);
      await noServerOn(dataDir);

      const again = startProcess({ DATA_DIR: dataDir });
      await again.prints(lastQuery);
      const text = again.printed();
      expect(text).toMatch(/^Explorer +http:\/\/127\.0\.0\.1:\d+\/explorer$/m);
      expect(text.match(/^Authorization: Bearer \S+$/gm)).toHaveLength(Object.keys(demoPeople).length);
      const queries = queriesIn(text);
      expect(queries).toHaveLength(3);
      for (const { subject, query } of queries) {
        const asker = createAsker(urlIn(text), { authorization: `Bearer ${tokenIn(text, subject)}` });
        const { data, errors } = await asker.ask(query);
        expect(errors).toEqual([]);
        expect(Object.values(data as object)).not.toContain(null);
      }
      await again.kill('SIGKILL');
      await noServerOn(dataDir);
    },
    patience,
  );

  it(
    'has its data after a kill -9, believes its tokens of before, and leaves nothing behind',
    async () => {
      const first = startProcess({ DATA_DIR: dataDir });
      await first.prints(lastQuery);
      const token = tokenIn(first.printed(), 'demo-learner');
      const query =
        '{ me { legalName deposits(first: 50) { totalCount edges { node { id title state } } } } }';
      const ask = (one: AllianceProcess) =>
        createAsker(urlIn(one.printed()), { authorization: `Bearer ${token}` }).must(query);
      const before = await ask(first);
      await first.kill('SIGKILL');

      const second = startProcess({ DATA_DIR: dataDir });
      await second.prints(lastQuery);
      expect(await ask(second)).toEqual(before);
      expect(before.me.deposits.totalCount).toBe(3);
      await second.kill('SIGTERM');
      expect(await second.ended).toBe(0);
      expect(await serversOn(dataDir)).toEqual([]);
    },
    patience,
  );

  it(
    'loads the demo into another database than the one of the last start, and loads it once',
    async () => {
      await using database = await createTestDatabase([]);
      const owner = parseDatabaseUrl(database.url);
      const app = { ...owner, user: `${owner.database}_app`, password: 'app' };
      const client = await database.connect();
      const settings = {
        DATA_DIR: dataDir,
        DATABASE_URL: databaseUrl(app),
        MIGRATION_DATABASE_URL: database.url,
        AMRLO_DEMO: 'on',
      };
      const proposals = 'select count(*)::int as n from agreements.agreement';
      try {
        const first = startProcess(settings);
        await first.prints(lastQuery);
        const asker = createAsker(urlIn(first.printed()), {
          authorization: `Bearer ${tokenIn(first.printed(), 'demo-learner')}`,
        });
        expect((await asker.must('{ me { deposits { totalCount } } }')).me.deposits.totalCount).toBe(3);
        await first.kill('SIGTERM');

        // Nothing but the agreement itself says any more that it was proposed.
        await client.query('delete from agreements.idempotency_key');
        const second = startProcess(settings);
        await second.prints(lastQuery);
        expect((await client.query(proposals)).rows).toEqual([{ n: 1 }]);
        await second.kill('SIGTERM');
      } finally {
        await killProcesses();
        await client.query(`drop database "${owner.database}_zhengfang" with (force)`);
        await client.query(`drop owned by "${app.user}"`);
        await client.query(`drop role "${app.user}"`);
      }
    },
    patience,
  );

  it(
    'ends in order, without a word, on a signal while the demo is being loaded',
    async () => {
      const data = join(folder, 'interrupted');
      const interrupted = startProcess({ DATA_DIR: data });
      const rosterIsThere = async () => {
        const note = await readFile(join(data, 'running.json'), 'utf8').catch(() => undefined);
        if (note === undefined) return false;
        const { url } = JSON.parse(note) as { url: string };
        const { institutions } = await createAsker(url, {}).must('{ institutions { totalCount } }');
        return institutions.totalCount > 0;
      };
      await eventually(rosterIsThere, () => interrupted.printed());
      await interrupted.kill('SIGTERM');
      expect(await interrupted.ended).toBe(0);
      expect(interrupted.printed()).toBe('');
      expect(await serversOn(data)).toEqual([]);
    },
    patience,
  );

  it(
    'shows no explorer, answers no introspection and prints no tokens in production',
    async () => {
      const production = startProcess({ DATA_DIR: join(folder, 'production'), NODE_ENV: 'production' });
      await production.prints(/AMRLO Graph +http/);
      await production.prints(/\n\n$/);
      expect(production.printed()).not.toContain('Bearer');
      expect(production.printed()).toContain('Nobody can sign in');
      const url = urlIn(production.printed());
      expect((await fetch(`${url}/explorer`)).status).toBe(404);
      const nobody = createAsker(url, {});
      expect((await nobody.ask('{ __schema { types { name } } }')).codes).toEqual(['INTROSPECTION_DISABLED']);
      expect((await nobody.ask('{ institutions { totalCount } }')).data).toEqual({
        institutions: { totalCount: 0 },
      });
      await production.kill('SIGTERM');
      expect(await production.ended).toBe(0);
    },
    patience,
  );
});
