import { describe, expect, test } from '@jest/globals';
import type { DeliveredRecords } from '../../subgraphs/adapters/drivers/drop/delivery-format.js';
import { filesOf, formatContext } from '../support/deliveries.js';
import { invented, take } from './oneroster-delivery.js';

describe('a OneRoster delivery of changes', () => {
  const manifest = (files: readonly string[]): string =>
    `propertyName,value\r\nmanifest.version,1.0\r\noneroster.version,1.2\r\n${files
      .map((file) => `file.${file},delta\r\n`)
      .join('')}`;
  const header = invented['results.csv']!.split('\r\n')[0];
  const row = (id: string, status: string, lineItem: string, student: string, score: string): string =>
    `${id},${status},2024-08-01T00:00:00Z,${lineItem},${student},fully graded,${score},,2024-08-01,,,,,,,`;
  const changes = (...rows: string[]): Record<string, string> => ({
    'manifest.csv': manifest(['results']),
    'results.csv': [header, ...rows, ''].join('\r\n'),
  });
  const amend = (base: DeliveredRecords, files: Record<string, string>): Promise<DeliveredRecords> =>
    base.amendedBy!(filesOf(files), formatContext());
  const scores = (records: DeliveredRecords, student: string): (string | null | undefined)[] =>
    (records.byStudent.results?.get(student) ?? [])
      .map((one) => `${one['result.sourcedId']} ${one['result.score'] ?? one['result.textScore']}`)
      .sort();

  test('changes, adds and removes rows of the delivery before, which stays as it was', async () => {
    const base = await take(invented);
    const before = scores(base, 's-20230001');
    const amended = await amend(
      base,
      changes(
        row('res-1', 'active', 'li-1', 's-20230001', '90'),
        row('res-2', 'tobedeleted', 'li-2', 's-20230001', ''),
        row('res-20', 'active', 'li-2', 's-20230003', '66'),
      ),
    );
    expect(scores(amended, 's-20230001')).toEqual(
      ['res-1 90', 'res-3 43', 'res-4 undefined', 'res-5 优秀'].map((one) =>
        one.replace('undefined', 'null'),
      ),
    );
    expect(scores(amended, 's-20230003')).toEqual(['res-20 66']);
    expect(scores(base, 's-20230001')).toEqual(before);
    expect(amended.byStudent.students?.get('s-20230001')).toEqual(base.byStudent.students?.get('s-20230001'));
  });

  test('makes a student complete again when it delivers the rejected row anew', async () => {
    const base = await take(invented);
    expect(base.studentsWithRejectedRows).toContain('s-20230002');
    const amended = await amend(base, changes(row('res-8', 'active', 'li-2', 's-20230002', '77')));
    expect(amended.studentsWithRejectedRows).not.toContain('s-20230002');
    expect(scores(amended, 's-20230002')).toContain('res-8 77');
  });

  test('leaves no row that refers to what it removed', async () => {
    const base = await take(invented);
    const lineItems = invented['lineItems.csv']!.split('\r\n');
    const amended = await amend(base, {
      'manifest.csv': manifest(['lineItems']),
      'lineItems.csv': [lineItems[0], lineItems[1]!.replace('li-1,,', 'li-1,tobedeleted,'), ''].join('\r\n'),
    });
    expect(scores(amended, 's-20230001').join()).not.toContain('res-1 ');
    expect(amended.studentsWithRejectedRows).toContain('s-20230001');
    expect(amended.faults).toContainEqual(
      expect.objectContaining({ file: 'results.csv (earlier delivery)', row: 2, code: 'REFERENCE_UNKNOWN' }),
    );
  });

  test('without the delivery that it changes is refused with the reason', async () => {
    await expect(take(changes(row('res-1', 'active', 'li-1', 's-20230001', '90')))).rejects.toMatchObject({
      code: 'DELIVERY_BASE_MISSING',
    });
  });
});
