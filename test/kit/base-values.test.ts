import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FakeClock, legalDate } from '../../subgraphs/kit/base/clock.js';
import { idPrefixes, isIdOf, newId, stableId, type IdentifiedType } from '../../subgraphs/kit/base/ids.js';
import { localeOf } from '../../subgraphs/kit/base/locale.js';
import { assertNoOpenTransaction, insideTransaction } from '../../subgraphs/kit/base/transaction-guard.js';
import { createLocalWakeBus } from '../../subgraphs/kit/base/wake.js';

const types = Object.keys(idPrefixes) as IdentifiedType[];

describe('ids', () => {
  test('carry the prefix of their type, and of no other type', () => {
    for (const type of types) {
      const id = newId(type);
      expect(id.startsWith(`${idPrefixes[type]}_`)).toBe(true);
      expect(types.filter((other) => isIdOf(other, id))).toEqual([type]);
    }
  });

  test('have prefixes that no two types share', () => {
    expect(new Set(Object.values(idPrefixes)).size).toBe(types.length);
  });

  test('of named things are the same wherever the name is the same, well formed, and differ where it differs', () => {
    expect(stableId('Institution', 'moe:4111010001')).toBe(stableId('Institution', 'moe:4111010001'));
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(isIdOf('Institution', stableId('Institution', a))).toBe(true);
        expect(stableId('Institution', a) === stableId('Institution', b)).toBe(a === b);
      }),
    );
  });

  test.each([
    '',
    'inst_',
    'inst_8zzzzzzzzzzzzzzzzzzzzzzzzz',
    'inst_01h455vb4pex5vsknk084sn02',
    'inst_01H455VB4PEX5VSKNK084SN02Q',
  ])('are not made of %p', (text) => expect(isIdOf('Institution', text)).toBe(false));
});

describe('the language of messages', () => {
  test.each([
    [undefined, 'zh-CN'],
    ['', 'zh-CN'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh-CN'],
    ['en-US,en;q=0.9', 'en'],
    ['EN', 'en'],
    ['en;q=0.3, zh;q=0.8', 'zh-CN'],
    ['zh;q=0.3, en;q=0.8', 'en'],
    ['fr, de;q=0.9, en;q=0.1', 'en'],
    ['fr, de', 'zh-CN'],
    ['*', 'zh-CN'],
    ['en;q=0', 'zh-CN'],
    ['en;q=1.2.3', 'zh-CN'],
    [';;;,,,', 'zh-CN'],
  ] as const)('asked for by %p is %s', (header, locale) => expect(localeOf(header)).toBe(locale));
});

describe('the legal date', () => {
  test('changes at midnight in Shanghai, which is 16:00 UTC', () => {
    expect(legalDate(new Date('2026-01-14T15:59:59.999Z'))).toBe('2026-01-14');
    expect(legalDate(new Date('2026-01-14T16:00:00.000Z'))).toBe('2026-01-15');
    expect(legalDate(new Date('2025-12-31T16:00:00Z'))).toBe('2026-01-01');
  });
});

describe('the clock of tests', () => {
  test('stands still until it is moved', () => {
    const clock = new FakeClock('2026-01-15T08:00:00Z');
    expect(clock.now()).toEqual(clock.now());
    clock.advance(1500);
    expect(clock.now().toISOString()).toBe('2026-01-15T08:00:01.500Z');
  });
});

describe('the transaction guard', () => {
  test('refuses inside a transaction, also after waiting, and nowhere else', async () => {
    expect(assertNoOpenTransaction).not.toThrow();
    await insideTransaction(async () => {
      expect(assertNoOpenTransaction).toThrow(
        expect.objectContaining({ code: 'REMOTE_CALL_IN_TRANSACTION' }),
      );
      await Promise.resolve();
      expect(assertNoOpenTransaction).toThrow();
    });
    expect(assertNoOpenTransaction).not.toThrow();
  });
});

describe('the wake-up channel of one process', () => {
  test('reaches every listener until it ends its subscription', async () => {
    const bus = createLocalWakeBus();
    const heard: string[] = [];
    const end = bus.subscribe(({ id }) => heard.push(`a:${id}`));
    bus.subscribe(({ id }) => heard.push(`b:${id}`));
    bus.publish({ type: 'Deposit', id: '1' });
    end();
    bus.publish({ type: 'Deposit', id: '2' });
    await bus.close();
    bus.publish({ type: 'Deposit', id: '3' });
    expect(heard).toEqual(['a:1', 'b:1', 'b:2']);
  });
});
