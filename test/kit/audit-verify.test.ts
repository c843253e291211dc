import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sealAudit } from '../../subgraphs/kit/room/audit/seal-audit.js';
import { verifyAudit } from '../../subgraphs/kit/room/audit/check-audit-export.js';
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
  expect(lines).toHaveLength(12);
  expect(verdict).toMatchObject({ ok: true, room: 'public', rows: 8, seals: 2, unsealed: 3 });
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
    return `${JSON.stringify({ ...record, row: { ...record.row, id: `${record.row.id}z` } })}\n`;
  };

  /** What is done to the lines between header and footer, which stay as they were. */
  const cases: [string, (lines: string[]) => string[], number, RegExp][] = [
    ['an edited row', (l) => edited(l, 6, 'service:test', 'service:tess'), 8, /is not as seal 2 has it/],
    [
      'a row with one more member',
      (l) => edited(l, 1, '"action"', '"aaa":1,"action"'),
      3,
      /is not as seal 1 has it/,
    ],
    ['a removed row', (l) => without(l, 1), 3, /row 2 of seal 1 was removed/],
    ['a removed last row of a batch', (l) => without(l, 8), 10, /row 4 of seal 2 was removed/],
    [
      'an inserted row',
      (l) => [...l.slice(0, 2), later(l[1]!), ...l.slice(2)],
      4,
      /was inserted into seal 1/,
    ],
    [
      'a row inserted at the end of a batch',
      (l) => [...l.slice(0, 9), later(l[8]!), l[9]!],
      11,
      /was inserted into seal 2/,
    ],
    [
      'a row slipped in behind the seal',
      (l) => [...l.slice(0, 5), later(l[3]!), ...l.slice(5)],
      7,
      /sealed without it/,
    ],
    ['reordered rows', (l) => swapped(l, 0, 1), 3, /out of order/],
    ['a repeated row', (l) => [l[0]!, ...l], 3, /out of order/],
    ['reordered seals', (l) => [...l.slice(5), ...l.slice(0, 5)], 6, /a seal is missing or moved/],
    ['a removed batch', (l) => l.slice(5), 6, /a seal is missing or moved/],
    ['an edited seal', (l) => edited(l, 4, '"rows":4', '"rows":3'), 6, /wrong signature/],
    [
      'a seal without its signature',
      (l) => edited(l, 4, '"signature":"', '"signature":"A'),
      6,
      /wrong signature/,
    ],
    ['a line that is cut off', (l) => edited(l, 2, '"xact"', ''), 4, /not a JSON object/],
    [
      'a line of another kind',
      (l) => ['{"kind":"note"}\n', ...l],
      2,
      /neither a row nor a seal nor the footer/,
    ],
  ];

  let lines: string[];
  beforeEach(async () => void (lines = await audit.twoBatches()));

  test.each(cases)('%s', async (_name, tamper, line, fault) => {
    const tampered = [lines[0]!, ...tamper(lines.slice(1, -1)), lines.at(-1)!];
    const verdict = await verifyAudit(tampered, [key.publicKeyPem]);
    expect(verdict).toEqual({ ok: false, line, fault: expect.stringMatching(fault) });
  });

  test('a row that no seal covers yet, edited or removed', async () => {
    await audit.transact((sql) => audit.write(sql, 2));
    await audit.settled();
    const more = await audit.exported();
    expect(await verifyAudit(edited(more, 12, 'service:test', 'service:tess'), [key.publicKeyPem])).toEqual({
      ok: false,
      line: 14,
      fault: 'the lines before the footer are not as they were exported (edited)',
    });
    expect(await verifyAudit(without(more, 12), [key.publicKeyPem])).toEqual({
      ok: false,
      line: 13,
      fault: 'the footer has unsealed 2, the export 1',
    });
  });

  test('a trail whose tail was cut off in the database, by a head that was kept elsewhere', async () => {
    const shorter = lines;
    await audit.transact((sql) => audit.write(sql, 2));
    await audit.settled();
    const { head: expectHead } = await sealAudit(audit.transact, key, { clock: audit.clock });
    const longer = await audit.exported();
    expect(await verifyAudit(longer, [key.publicKeyPem], { expectHead })).toMatchObject({ ok: true });
    expect(await verifyAudit(shorter, [key.publicKeyPem], { expectHead })).toMatchObject({
      ok: false,
      fault: expect.stringMatching(/tail of the trail was cut off/),
    });
  });

  test('nothing when the trail has grown since its head was kept', async () => {
    const before = await verifyAudit(lines, [key.publicKeyPem]);
    const expectHead = before.ok ? before.head : '';
    await audit.transact((sql) => audit.write(sql, 2));
    await audit.settled();
    await sealAudit(audit.transact, key, { clock: audit.clock });
    expect(await verifyAudit(await audit.exported(), [key.publicKeyPem], { expectHead })).toMatchObject({
      ok: true,
      seals: 3,
    });
  });

  test('an export that somebody else signed, and a chain that somebody else sealed', async () => {
    const other = newKey();
    expect(await verifyAudit(lines, [other.publicKeyPem])).toMatchObject({
      ok: false,
      line: 1,
      fault: expect.stringMatching(/^the export is signed with an unknown key/),
    });
    const theirs = await audit.exported(other);
    expect(await verifyAudit(theirs, [other.publicKeyPem])).toMatchObject({
      ok: false,
      line: 6,
      fault: expect.stringMatching(/^seal 1 is signed with an unknown key/),
    });
    expect(await verifyAudit(theirs, [other.publicKeyPem, key.publicKeyPem])).toMatchObject({ ok: true });
  });

  test('a trail that belongs to another room', async () => {
    expect(await verifyAudit(lines, [key.publicKeyPem], { room: 'learners' })).toMatchObject({
      ok: false,
      line: 1,
      fault: 'the export is of the room public, not learners',
    });
    const renamed = edited(lines, 0, '"room":"public"', '"room":"learners"');
    expect(await verifyAudit(renamed, [key.publicKeyPem], { room: 'learners' })).toMatchObject({
      ok: false,
      line: 6,
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
    expect(verdict).toMatchObject({ ok: false, line: 2, fault: expect.stringMatching(/edited/) });
  });
});
