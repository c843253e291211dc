import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { DeliveryReport } from '../../kit/driver-parts.js';
import { reportSuffix, type DeliveryPlace } from './delivery-place.js';
import { faultCodes, type DropFault } from './fault-codes.js';

/**
 * Where the report of a delivery is written: beside it (`2024-1.zip` has `2024-1.zip.report.csv`), and inside the folder
 * where the files of a delivery lie loose in it.
 */
export function reportPath(place: DeliveryPlace, folder: string): string {
  const isLoose = place.path === folder && !place.isZip && place.files[0]?.path !== folder;
  return join(isLoose ? folder : dirname(place.path), `${place.name}${reportSuffix}`);
}

/**
 * The report of a delivery as a CSV file that spreadsheet programs open well (UTF-8 with a byte order mark, CRLF): one
 * line for the delivery and one for each fault, with what to do in Chinese and English. It holds no value of any field.
 */
export function reportText(report: DeliveryReport): string {
  const { taken, refusal, rejectedRows } = report;
  const rows = [
    ['file', 'row', 'field', 'code', 'row_rejected', 'message_zh', 'message_en'],
    refusal === null
      ? [
          '',
          '',
          '',
          taken ? 'TAKEN' : '',
          '',
          `已采用；未采用 ${rejectedRows} 行`,
          `Taken; ${rejectedRows} rows left out`,
        ]
      : ['', '', '', refusal.code, '', refusal.messageIn('zh-CN'), refusal.messageIn('en')],
    ...(report.faults as readonly DropFault[]).map((fault) => [
      fault.file,
      fault.row === 0 ? '' : String(fault.row),
      fault.field ?? '',
      fault.code,
      fault.rowRejected ? 'yes' : 'no',
      faultCodes[fault.code].zh,
      faultCodes[fault.code].en,
    ]),
  ];
  return `\uFEFF${rows.map((row) => row.map(safeField).join(',')).join('\r\n')}\r\n`;
}

/**
 * A field that no spreadsheet program computes: what begins like a formula gets an apostrophe before it (OWASP, CSV
 * injection), and everything is quoted. Names of files and columns are the school's, so they are strangers' text.
 */
export function safeField(text: string): string {
  const calm = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/.test(text) ? `'${text}` : text;
  return `"${calm.replaceAll('"', '""').replace(/[\r\n\t]+/g, ' ')}"`;
}

/** Writes a report in the place of an earlier one, whole or not at all. Rejects as the file system does. */
export async function writeReport(path: string, text: string): Promise<void> {
  const draft = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.tmp`);
  try {
    const handle = await open(draft, 'wx', 0o640);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
