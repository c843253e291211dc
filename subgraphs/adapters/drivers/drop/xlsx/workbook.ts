import { posix } from 'node:path';
import { refuse } from '../../../../kit/base/errors/amrlo-error.js';
import type { FormatContext } from '../delivery-format.js';
import { unzip } from '../zip-entries.js';
import { numberFormOf, type NumberForm } from './number-forms.js';
import { readXml } from './xml-events.js';

/** One sheet of a workbook, not yet read. */
export interface SheetPlace {
  readonly name: string;
  readonly hidden: boolean;
  /** The part of the workbook that holds it. */
  readonly part: string;
}

/** What is common to all sheets of a workbook. */
export interface Workbook {
  readonly file: string;
  readonly sheets: readonly SheetPlace[];
  /** Whether days are counted from 1904, as old Macs did. */
  readonly from1904: boolean;
  /** Texts that cells refer to by their place. */
  readonly strings: readonly string[];
  /** How the numbers of each style are shown. */
  readonly forms: readonly NumberForm[];
  readonly parts: ReadonlyMap<string, Buffer>;
}

/** A workbook has a handful of parts; one with thousands of them is made to tire its reader. */
const maxParts = 1_000;

/**
 * Opens an XLSX workbook (ECMA-376, transitional and strict). Macros, encryption and document types are refused; links to
 * other files are not followed.
 * @throws AmrloError `FILE_UNREADABLE`, `DELIVERY_TOO_LARGE`, `FILE_WRONG_ENCODING` or `REQUEST_CANCELLED`
 */
export async function openWorkbook(file: string, content: Buffer, context: FormatContext): Promise<Workbook> {
  const { maxFileBytes } = context.limits;
  const limits = { workbook: file, maxFiles: maxParts, maxFileBytes, maxTotalBytes: maxFileBytes };
  const parts = await unzip(content, limits, (name) => {
    if (/vbaProject|macrosheets\//i.test(name))
      throw refuse('FILE_UNREADABLE', { detail: `${file}: macros` });
    return /\.(xml|rels)$/i.test(name);
  });
  const contentTypes = parts.get('[Content_Types].xml')?.toString('latin1') ?? '';
  if (/macroEnabled/i.test(contentTypes)) throw refuse('FILE_UNREADABLE', { detail: `${file}: macros` });
  const workbookPart = await mainPartOf(file, parts, context);
  const related = await relationsOf(file, workbookPart, parts, context);
  const { sheets, from1904 } = await sheetsOf(file, workbookPart, related, parts, context);
  const partOf = (type: string): Buffer | undefined =>
    parts.get([...related.values()].find((relation) => relation.type === type)?.part ?? '');
  return {
    file,
    sheets,
    from1904,
    strings: await stringsOf(file, partOf('sharedStrings'), context),
    forms: await formsOf(file, partOf('styles'), context),
    parts,
  };
}

interface Relation {
  readonly type: string;
  readonly part: string;
}

async function mainPartOf(
  file: string,
  parts: ReadonlyMap<string, Buffer>,
  context: FormatContext,
): Promise<string> {
  const relations = await relationsOf(file, '', parts, context);
  const main = [...relations.values()].find(({ type }) => type === 'officeDocument')?.part;
  if (main === undefined || !parts.has(main)) throw refuse('FILE_UNREADABLE', { detail: `${file}: XLSX` });
  return main;
}

/** The parts that a part refers to inside the file, by id; '' is the file itself. */
async function relationsOf(
  file: string,
  part: string,
  parts: ReadonlyMap<string, Buffer>,
  context: FormatContext,
): Promise<Map<string, Relation>> {
  const folder = posix.dirname(part) === '.' ? '' : posix.dirname(part);
  const place = posix.join(folder, '_rels', `${posix.basename(part)}.rels`);
  const relations = new Map<string, Relation>();
  const content = parts.get(place);
  if (content === undefined) return relations;
  await readXml(
    `${file}, ${place}`,
    content,
    {
      open(name, attribute) {
        if (name !== 'Relationship' || attribute('TargetMode') === 'External') return;
        const target = attribute('Target') ?? '';
        const type = attribute('Type') ?? '';
        const inner = target.startsWith('/') ? target.slice(1) : posix.join(folder, target);
        relations.set(attribute('Id') ?? '', { type: type.slice(type.lastIndexOf('/') + 1), part: inner });
      },
    },
    context,
  );
  return relations;
}

async function sheetsOf(
  file: string,
  workbookPart: string,
  related: ReadonlyMap<string, Relation>,
  parts: ReadonlyMap<string, Buffer>,
  context: FormatContext,
): Promise<{ sheets: SheetPlace[]; from1904: boolean }> {
  const sheets: SheetPlace[] = [];
  let from1904 = false;
  await readXml(
    `${file}, ${workbookPart}`,
    parts.get(workbookPart) ?? Buffer.alloc(0),
    {
      open(name, attribute) {
        if (name === 'workbookPr') from1904 ||= /^(1|true)$/.test(attribute('date1904') ?? '');
        if (name !== 'sheet') return;
        const relation = related.get(attribute('id') ?? '');
        if (relation?.type !== 'worksheet') return;
        const hidden = /hidden/i.test(attribute('state') ?? '');
        sheets.push({ name: attribute('name') ?? '', hidden, part: relation.part });
      },
    },
    context,
  );
  return { sheets, from1904 };
}

async function stringsOf(
  file: string,
  content: Buffer | undefined,
  context: FormatContext,
): Promise<string[]> {
  const strings: string[] = [];
  if (content === undefined) return strings;
  let text = '';
  let inText = false;
  let phonetic = 0;
  await readXml(
    `${file}, sharedStrings`,
    content,
    {
      open(name) {
        if (name === 'si') text = '';
        // How a word is pronounced stands beside it and is no part of it.
        if (name === 'rPh') phonetic += 1;
        inText = name === 't' && phonetic === 0;
      },
      close(name) {
        if (name === 'rPh') phonetic -= 1;
        if (name === 't') inText = false;
        if (name === 'si') strings.push(unescapedText(text));
      },
      text: (piece) => {
        if (inText) text += piece;
      },
    },
    context,
  );
  return strings;
}

async function formsOf(
  file: string,
  content: Buffer | undefined,
  context: FormatContext,
): Promise<NumberForm[]> {
  const codes = new Map<number, string>();
  const forms: NumberForm[] = [];
  if (content === undefined) return forms;
  let inCellFormats = false;
  await readXml(
    `${file}, styles`,
    content,
    {
      open(name, attribute) {
        if (name === 'numFmt') codes.set(Number(attribute('numFmtId')), attribute('formatCode') ?? '');
        if (name === 'cellXfs') inCellFormats = true;
        if (name !== 'xf' || !inCellFormats) return;
        const id = Number(attribute('numFmtId') ?? 0);
        forms.push(numberFormOf(id, codes.get(id)));
      },
      close(name) {
        if (name === 'cellXfs') inCellFormats = false;
      },
    },
    context,
  );
  return forms;
}

/** Control characters are written `_x000D_` in a workbook (ECMA-376 part 1, 22.9.2.19). */
export function unescapedText(text: string): string {
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
}
