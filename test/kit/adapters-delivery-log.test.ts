import { expect, test } from '@jest/globals';
import { deliveryLog } from '../../subgraphs/adapters/delivery-log.js';
import { refuse } from '../../subgraphs/kit/base/errors/amrlo-error.js';

function logged() {
  const lines: [level: string, facts: object, message: string][] = [];
  const at = (level: string) => (facts: object, message: string) => void lines.push([level, facts, message]);
  const log = { info: at('info'), warn: at('warn'), error: at('error') } as never;
  return { lines, report: deliveryLog(log) };
}
const fault = { file: 'results.csv', row: 7, field: 'score', code: 'FIELD_MISSING', rowRejected: true };
const deliveredAt = new Date('2026-01-15T08:00:00Z');

test('a delivery that was taken is logged with the place and the code of each fault, and nothing of its cells', () => {
  const { lines, report } = logged();
  const told = { ...fault, value: '陈思远' };
  report({ deliveredAt, taken: true, rejectedRows: 1, faults: [told], refusal: null });
  expect(lines).toEqual([
    ['warn', fault, 'a row of a delivery has a fault'],
    ['info', { deliveredAt: '2026-01-15T08:00:00.000Z', rejectedRows: 1, faults: 1 }, 'a delivery was taken'],
  ]);
});

test('a delivery that was refused is logged as an error with its code', () => {
  const { lines, report } = logged();
  const refusal = refuse('FILE_UNREADABLE', { detail: 'manifest.csv absent' });
  report({ deliveredAt: null, taken: false, rejectedRows: 0, faults: [], refusal });
  expect(lines).toEqual([
    [
      'error',
      { deliveredAt: null, rejectedRows: 0, faults: 0, code: 'FILE_UNREADABLE', reason: refusal.message },
      'a delivery was refused',
    ],
  ]);
});

test('a delivery with a fault in every row does not fill the log', () => {
  const { lines, report } = logged();
  const faults = Array.from({ length: 5_000 }, (_, row) => ({ ...fault, row }));
  report({ deliveredAt, taken: true, rejectedRows: 5_000, faults, refusal: null });
  expect(lines).toHaveLength(201);
  expect(lines.at(-1)![1]).toMatchObject({ faults: 5_000 });
});
