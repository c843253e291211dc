import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { person, startRoomOnPostgres, type RoomOnPostgres } from '../rooms/room-on-postgres.js';
import { notesModule } from './notes-room.js';

let notes: RoomOnPostgres;
const anna = person('anna');
const rename = `mutation ($input: RenameNoteInput!) { renameNote(input: $input) {
  note { id title version } userErrors { code message path } } }`;
const write = `mutation ($input: WriteNoteInput!) { writeNote(input: $input) {
  note { id title notedAt version } userErrors { code path } } }`;

beforeAll(async () => {
  notes = await startRoomOnPostgres(notesModule);
});
afterAll(async () => notes[Symbol.asyncDispose]());

async function note(id: string, owner = 'anna'): Promise<void> {
  await notes.sql.query('insert into note (id, owner, title) values ($1, $2, $3)', [id, owner, 'first']);
}
async function titleOf(id: string): Promise<unknown> {
  return (await notes.sql.query('select title from note where id = $1', [id])).rows[0]?.title;
}
async function trail(action: string) {
  const { rows } = await notes.sql.query(
    'select outcome, subject_id, detail from audit_event where action = $1 order by id',
    [action],
  );
  return rows as { outcome: string; subject_id: string | null; detail: object }[];
}

describe('a mutation', () => {
  test('changes, audits and answers with the version after the change', async () => {
    await note('n1');
    const { data } = await notes.ask(anna, rename, {
      input: { id: 'n1', title: 'second', expectedVersion: 1 },
    });
    expect(data.renameNote).toEqual({ note: { id: 'n1', title: 'second', version: 2 }, userErrors: [] });
    expect(await trail('REVIEW_DEPOSIT')).toContainEqual({
      outcome: 'ALLOWED',
      subject_id: 'n1',
      detail: {},
    });
  });

  test('that is refused rolls everything back and leaves only the row that says so', async () => {
    await note('n2');
    const before = await trail('REVIEW_DEPOSIT');
    const { data, errors } = await notes.ask(anna, rename, {
      input: { id: 'n2', title: 'x', afterwards: 'REFUSE' },
    });
    expect(errors).toBeUndefined();
    expect(data.renameNote).toMatchObject({ note: null, userErrors: [{ code: 'ACTION_FORBIDDEN' }] });
    expect(await titleOf('n2')).toBe('first');
    expect((await trail('REVIEW_DEPOSIT')).slice(before.length)).toEqual([
      { outcome: 'DENIED', subject_id: null, detail: { code: 'ACTION_FORBIDDEN', operation: 'renameNote' } },
    ]);
  });

  test('that fails leaves nothing and says nothing', async () => {
    await note('n3');
    const before = await trail('REVIEW_DEPOSIT');
    const { data, errors } = await notes.ask(anna, rename, {
      input: { id: 'n3', title: 'x', afterwards: 'FAULT' },
    });
    expect(data.renameNote).toBeNull();
    expect(errors![0]!.extensions).toMatchObject({ code: 'INTERNAL' });
    expect(await titleOf('n3')).toBe('first');
    expect(await trail('REVIEW_DEPOSIT')).toEqual(before);
  });

  test('may not ask another subgraph while its transaction is open', async () => {
    await note('n4');
    const { errors } = await notes.ask(anna, rename, {
      input: { id: 'n4', title: 'x', afterwards: 'REMOTE' },
    });
    expect(errors![0]!.extensions).toMatchObject({ code: 'REMOTE_CALL_IN_TRANSACTION' });
    expect(await titleOf('n4')).toBe('first');
  });

  test('does not find what the caller may not see', async () => {
    await note('n5', 'boris');
    const { data } = await notes.ask(anna, rename, { input: { id: 'n5', title: 'x' } });
    expect(data.renameNote.userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect(await titleOf('n5')).toBe('first');
  });

  test('on an older version is refused and shows the current object', async () => {
    await note('n6');
    await notes.ask(anna, rename, { input: { id: 'n6', title: 'newer' } });
    const { data } = await notes.ask(anna, rename, { input: { id: 'n6', title: 'x', expectedVersion: 1 } });
    expect(data.renameNote).toMatchObject({
      note: { id: 'n6', title: 'newer', version: 2 },
      userErrors: [{ code: 'VERSION_CONFLICT', message: expect.stringContaining('version 2') }],
    });
  });

  test('of many on one version succeeds once', async () => {
    await note('n7');
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        notes.ask(anna, rename, { input: { id: 'n7', title: `t${i}`, expectedVersion: 1 } }),
      ),
    );
    const lost = answers.filter(({ data }) => data.renameNote.userErrors[0]?.code === 'VERSION_CONFLICT');
    expect(lost).toHaveLength(7);
  });

  test('wakes readers after the commit and not when it was refused, and a reader that fails undoes nothing', async () => {
    await note('n8');
    const woken: string[] = [];
    const end = notes.wakeBus.subscribe(({ id }) => {
      woken.push(id);
      throw new Error('a reader that fails');
    });
    await notes.ask(anna, rename, { input: { id: 'n8', title: 'x', afterwards: 'REFUSE' } });
    expect(woken).toEqual([]);
    const { data } = await notes.ask(anna, rename, { input: { id: 'n8', title: 'y' } });
    end();
    expect(data.renameNote.userErrors).toEqual([]);
    expect(woken).toEqual(['n8']);
  });

  test('with a text that PostgreSQL cannot store is refused', async () => {
    const { data } = await notes.ask(anna, write, { input: { title: 'a\0b', idempotencyKey: 'key-nul-1' } });
    expect(data.writeNote.userErrors).toMatchObject([{ code: 'INPUT_INVALID' }]);
  });
});

describe('a repeated mutation', () => {
  const input = { title: 'once', notedAt: '2026-01-14T16:00:00.000Z', idempotencyKey: 'key-00001' };

  test('gets the first answer, dates included, and does nothing', async () => {
    const first = await notes.ask(anna, write, { input });
    const again = await notes.ask(anna, write, { input });
    // As the graph sends it: a date is a text there, in the first answer and in every other.
    expect(first.data.writeNote.note.notedAt).toBe(input.notedAt);
    expect(again.data).toEqual(first.data);
    const { rows } = await notes.sql.query(`select count(*)::int as n from note where title = 'once'`);
    expect(rows[0].n).toBe(1);
  });

  test('with another input is refused, and another person has keys of their own', async () => {
    const other = await notes.ask(anna, write, { input: { ...input, title: 'another' } });
    expect(other.data.writeNote.userErrors).toMatchObject([{ code: 'IDEMPOTENCY_KEY_REUSED' }]);
    const boris = await notes.ask(person('boris'), write, { input });
    expect(boris.data.writeNote.userErrors).toEqual([]);
  });
});

describe("the application's role", () => {
  test('cannot change or remove an audit row', async () => {
    const app = await notes.connectAsApp();
    for (const statement of [
      `update audit_event set actor = 'x'`,
      'delete from audit_event',
      'truncate audit_event',
      'delete from audit_seal',
      'alter table note disable row level security',
      'drop policy note_own on note',
      'select * from migration',
      'create table notes.mine (id int)',
    ]) {
      await expect(app.query(statement)).rejects.toMatchObject({ code: '42501' });
    }
    const { rows } = await app.query(
      `select count(*)::int as n from pg_class where relowner = current_user::regrole`,
    );
    expect(rows[0].n).toBe(0);
  });
});

describe('a file that is downloaded', () => {
  test('is in the trail before a byte is sent, and so is a link that was used too late', async () => {
    await notes.files.put('report.csv', 'a,b');
    const link = await notes.files.download({
      key: 'report.csv',
      fileName: 'r.csv',
      contentType: 'text/csv',
      subject: 'anna',
    });
    const token = link.split('/').at(-1)!;
    const { file } = await notes.files.routing.admitDownload(decodeURIComponent(token), true);
    expect(file.bytes).toBe(3);
    notes.clock.advance(11 * 60_000);
    await expect(notes.files.routing.admitDownload(decodeURIComponent(token), true)).rejects.toMatchObject({
      code: 'FILE_LINK_EXPIRED',
    });
    expect(await trail('DOWNLOAD_FILE')).toEqual([
      { outcome: 'ALLOWED', subject_id: 'report.csv', detail: {} },
      { outcome: 'DENIED', subject_id: 'report.csv', detail: { code: 'FILE_LINK_EXPIRED' } },
    ]);
  });
});
