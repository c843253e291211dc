import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { verifyAudit } from '../../subgraphs/kit/room/audit/verify-audit.js';
import { key, newKey, startAuditRoom, type AuditRoom } from './audit-fixture.js';

let audit: AuditRoom;
beforeEach(async () => {
  audit = await startAuditRoom();
});
afterEach(async () => audit[Symbol.asyncDispose]());

test('a trail as it was written passes, with what is not sealed yet counted', async () => {
  const lines = await audit.twoBatches();
  await audit.transact((sql) => audit.write(sql, 3));
  await audit.settled();
  const verdict = await verifyAudit(await audit.exported(), [key.publicKeyPem], { room: 'public' });
  expect(lines).toHaveLength(10);
  expect(verdict).toMatchObject({ ok: true, rows: 8, seals: 2, unsealed: 3 });
});

describe('tampering is found and named', () => {
  const without = (lines: string[], index: number) => lines.filter((_, i) => i !== index);
  const swapped = (lines: string[], a: number, b: number) => {
    const copy = [...lines];
    [copy[a], copy[b]] = [lines[b]!, lines[a]!];
    return copy;
  };
  const edited = (lines: string[], index: number, from: string, to: string) =>
    lines.map((line, i) => (i === index ? line.replace(from, to) : line));
  const later = (line: string) => {
    const record = JSON.parse(line) as { row: { id: string } };
    return JSON.stringify({ ...record, row: { ...record.row, id: `${record.row.id}z` } });
  };

  const cases: [string, (lines: string[]) => string[], number, RegExp][] = [
    ['an edited row', (l) => edited(l, 6, 'service:test', 'service:tess'), 7, /is not as seal 2 has it/],
    [
      'a row with one more member',
      (l) => edited(l, 1, '"action"', '"aaa":1,"action"'),
      2,
      /is not as seal 1 has it/,
    ],
    ['a removed row', (l) => without(l, 1), 2, /row 2 of seal 1 was removed/],
    ['a removed last row of a batch', (l) => without(l, 8), 9, /row 4 of seal 2 was removed/],
    [
      'an inserted row',
      (l) => [...l.slice(0, 2), later(l[1]!), ...l.slice(2)],
      3,
      /was inserted into seal 1/,
    ],
    [
      'a row inserted at the end of a batch',
      (l) => [...l.slice(0, 9), later(l[8]!), l[9]!],
      10,
      /was inserted into seal 2/,
    ],
    [
      'a row slipped in behind the seal',
      (l) => [...l.slice(0, 5), later(l[3]!), ...l.slice(5)],
      6,
      /sealed without it/,
    ],
    ['reordered rows', (l) => swapped(l, 0, 1), 2, /out of order/],
    ['a repeated row', (l) => [l[0]!, ...l], 2, /out of order/],
    ['reordered seals', (l) => [...l.slice(5), ...l.slice(0, 5)], 5, /a seal is missing or moved/],
    ['a removed batch', (l) => l.slice(5), 5, /a seal is missing or moved/],
    ['an edited seal', (l) => edited(l, 4, '"rows":4', '"rows":3'), 5, /wrong signature/],
    [
      'a seal without its signature',
      (l) => edited(l, 4, '"signature":"', '"signature":"A'),
      5,
      /wrong signature/,
    ],
    ['a line that is cut off', (l) => edited(l, 2, '"xact"', ''), 3, /not a JSON object/],
    ['a line of another kind', (l) => ['{"kind":"note"}', ...l], 1, /neither a row nor a seal/],
  ];

  let lines: string[];
  beforeEach(async () => void (lines = await audit.twoBatches()));

  test.each(cases)('%s', async (_name, tamper, line, fault) => {
    const verdict = await verifyAudit(tamper(lines), [key.publicKeyPem]);
    expect(verdict).toEqual({ ok: false, line, fault: expect.stringMatching(fault) });
  });

  test('a cut tail, by the head that was kept elsewhere', async () => {
    const whole = await verifyAudit(lines, [key.publicKeyPem]);
    const expectHead = whole.ok ? whole.head : '';
    expect(await verifyAudit(lines, [key.publicKeyPem], { expectHead })).toMatchObject({ ok: true });
    const cut = await verifyAudit(lines.slice(0, 5), [key.publicKeyPem], { expectHead });
    expect(cut).toMatchObject({ ok: false, fault: expect.stringMatching(/tail was cut off/) });
  });

  test('a chain that somebody else sealed', async () => {
    expect(await verifyAudit(lines, [newKey().publicKeyPem])).toMatchObject({
      ok: false,
      fault: expect.stringMatching(/unknown key/),
    });
  });

  test('a trail that belongs to another room', async () => {
    const verdict = await verifyAudit(lines, [key.publicKeyPem], { room: 'learners' });
    expect(verdict).toMatchObject({
      ok: false,
      line: 5,
      fault: 'seal 1 belongs to the room public, not learners',
    });
  });

  test('rows changed in the database by an owner who dropped the triggers', async () => {
    const client = await audit.connect();
    await client.query('alter table audit_event disable trigger all');
    await client.query(
      `update audit_event set actor = 'nobody' where xact = (select min(xact) from audit_event)`,
    );
    const verdict = await verifyAudit(await audit.exported(), [key.publicKeyPem]);
    expect(verdict).toMatchObject({ ok: false, line: 1, fault: expect.stringMatching(/edited/) });
  });
});

describe('the command', () => {
  const program = join(import.meta.dirname, '../../subgraphs/kit/room/audit/verify-audit.ts');
  let folder: string;
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'amrlo-audit-'))));
  afterAll(() => rm(folder, { recursive: true }));

  const run = (...options: string[]) =>
    promisify(execFile)(process.execPath, ['--no-warnings', program, ...options]).then(
      ({ stdout }) => ({ code: 0, output: stdout }),
      (error: { code: number; stdout: string; stderr: string }) => ({
        code: error.code,
        output: error.stdout + error.stderr,
      }),
    );

  test('prints the counts or the first broken row, and says by its exit code which', async () => {
    const lines = await audit.twoBatches();
    const good = join(folder, 'good.ndjson');
    const bad = join(folder, 'bad.ndjson');
    const pem = join(folder, 'key.pem');
    await writeFile(good, `${lines.join('\n')}\n`);
    await writeFile(bad, lines.filter((_, i) => i !== 0).join('\n'));
    await writeFile(pem, key.publicKeyPem);
    const [fine, broken, usage, absent] = await Promise.all([
      run(good, '--key', pem),
      run(bad, '--key', pem),
      run(good),
      run(join(folder, 'absent.ndjson'), '--key', pem),
    ]);
    expect(fine).toEqual({
      code: 0,
      output: expect.stringMatching(/^OK 8 rows\/2 seals, head [0-9a-f]{64}\n$/),
    });
    expect(broken).toEqual({
      code: 1,
      output: expect.stringMatching(/^BROKEN line 1: row 1 of seal 1 was removed/),
    });
    expect(usage).toEqual({ code: 2, output: expect.stringMatching(/^Usage:/) });
    expect(absent).toEqual({ code: 2, output: expect.stringMatching(/ENOENT/) });
  });
});
