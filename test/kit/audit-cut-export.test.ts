import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { verifyAudit } from '../../subgraphs/kit/room/audit/check-audit-export.js';
import { key, startAuditRoom, type AuditRoom } from './audit-fixture.js';

let audit: AuditRoom;
beforeEach(async () => {
  audit = await startAuditRoom();
});
afterEach(async () => audit[Symbol.asyncDispose]());

describe('an export that is not whole is refused', () => {
  let text: string;
  let lines: string[];
  beforeEach(async () => {
    await audit.twoBatches();
    await audit.transact((sql) => audit.write(sql, 1));
    await audit.settled();
    lines = await audit.exported();
    text = lines.join('');
  });
  const check = (given: string) => verifyAudit(given.match(/[^\n]*\n|[^\n]+$/g) ?? [], [key.publicKeyPem]);

  test('empty', async () => {
    expect(await check('')).toEqual({
      ok: false,
      line: 1,
      fault: 'the export is empty: it has no header',
    });
  });

  test('cut behind any line', async () => {
    expect(await check(text)).toMatchObject({ ok: true });
    for (let kept = 1; kept < lines.length; kept += 1) {
      expect(await check(lines.slice(0, kept).join(''))).toEqual({
        ok: false,
        line: kept,
        fault: 'is the last line and no footer: the export was cut off',
      });
    }
  });

  test('cut at any character, at its end or its beginning', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: text.length - 1 }), async (at) => {
        expect(await check(text.slice(0, at))).toMatchObject({ ok: false });
        expect(await check(text.slice(at))).toMatchObject({ ok: false });
      }),
    );
    expect(await check(text.slice(0, -1))).toMatchObject({
      ok: false,
      fault: 'does not end: the export was cut off',
    });
  });

  test('without its header, or with that of another format', async () => {
    const fault = /^is no header of the format amrlo-audit\/1/;
    for (const given of [lines.slice(1), [lines[0]!.replace('audit/1', 'audit/2'), ...lines.slice(1)]]) {
      expect(await check(given.join(''))).toEqual({
        ok: false,
        line: 1,
        fault: expect.stringMatching(fault),
      });
    }
  });

  test('cut after the first seal, under a footer that was made to fit', async () => {
    const { footer } = JSON.parse(lines.at(-1)!) as { footer: object };
    const head = (JSON.parse(lines[5]!) as { seal: { hash: string } }).seal.hash;
    const kept = lines.slice(0, 6);
    const sha256 = createHash('sha256').update(kept.join('')).digest('hex');
    const forged = { ...footer, rows: 4, seals: 1, unsealed: 0, head, sha256 };
    expect(await check(`${kept.join('')}${JSON.stringify({ kind: 'footer', footer: forged })}\n`)).toEqual({
      ok: false,
      line: 7,
      fault: 'the footer has a wrong signature (edited or forged)',
    });
  });

  test('with the footer of an earlier export', async () => {
    const earlier = lines.at(-1)!;
    await audit.transact((sql) => audit.write(sql, 1));
    await audit.settled();
    const later = await audit.exported();
    expect(await check([...later.slice(0, -1), earlier].join(''))).toMatchObject({
      ok: false,
      fault: 'the footer has unsealed 1, the export 2',
    });
  });

  test('with lines behind the footer', async () => {
    expect(await check(text + lines[1]!)).toMatchObject({
      ok: false,
      fault: 'stands behind the footer (added)',
    });
  });
});
