import { zipOf } from '../kit/zip-file.js';

/** A cell as a spreadsheet program stores it: a plain value, or the parts of a `<c>` element. */
export type XlsxCell =
  | string
  | null
  | {
      /** The text of `<v>`, exactly as it shall stand in the file. */
      readonly v?: string;
      /** `n` when absent; `s` is not needed, strings are shared anyway. */
      readonly t?: 'n' | 'b' | 'e' | 'd' | 'str' | 'inlineStr';
      /** A number format such as `00000000` or `yyyy/m/d`. */
      readonly format?: string;
      readonly formula?: string;
    };

export interface XlsxSheet {
  readonly name: string;
  readonly state?: 'hidden' | 'veryHidden';
  readonly rows: readonly (readonly XlsxCell[])[];
  /** Ranges such as `A1:C1`; only the first cell of one has a value. */
  readonly merges?: readonly string[];
}

/** What a test changes about the finished parts, to make wrong files. */
export interface XlsxLie {
  readonly date1904?: boolean;
  /** Parts that are added or replaced; undefined leaves one out. */
  readonly parts?: Readonly<Record<string, string | Buffer | undefined>>;
}

const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const types = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/**
 * An XLSX workbook of the given sheets, so that fixtures are readable in code and not opaque files. Strings are shared
 * as Excel does it; the parts follow ECMA-376 part 1, section 18.
 */
export function xlsxOf(sheets: readonly XlsxSheet[], lie: XlsxLie = {}): Buffer {
  const strings: string[] = [];
  const formats: string[] = ['General'];
  const indexIn = (list: string[], value: string): number =>
    list.includes(value) ? list.indexOf(value) : list.push(value) - 1;
  const cellXml = (cell: XlsxCell, address: string): string => {
    if (cell === null) return '';
    if (typeof cell === 'string') return `<c r="${address}" t="s"><v>${indexIn(strings, cell)}</v></c>`;
    const { v, t = 'n', format = 'General', formula } = cell;
    const value =
      t === 'inlineStr'
        ? `<is><t>${escaped(v ?? '')}</t></is>`
        : v === undefined
          ? ''
          : `<v>${escaped(v)}</v>`;
    const f = formula === undefined ? '' : `<f>${escaped(formula)}</f>`;
    return `<c r="${address}" t="${t}" s="${indexIn(formats, format)}">${f}${value}</c>`;
  };
  const sheetXml = ({ rows, merges = [] }: XlsxSheet): string => {
    const body = rows.map((cells, row) => {
      const inner = cells.map((cell, column) => cellXml(cell, `${columnName(column)}${row + 1}`)).join('');
      return `<row r="${row + 1}">${inner}</row>`;
    });
    const merged = merges.map((range) => `<mergeCell ref="${range}"/>`).join('');
    return `${head}<worksheet xmlns="${main}"><sheetData>${body.join('')}</sheetData>${
      merged && `<mergeCells count="${merges.length}">${merged}</mergeCells>`
    }</worksheet>`;
  };
  const sheetParts = Object.fromEntries(
    sheets.map((sheet, at) => [`xl/worksheets/sheet${at + 1}.xml`, sheetXml(sheet)]),
  );
  const parts: Record<string, string | Buffer | undefined> = {
    '[Content_Types].xml': `${head}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="${types}.sheet.main+xml"/>${sheets
      .map(
        (_, at) =>
          `<Override PartName="/xl/worksheets/sheet${at + 1}.xml" ContentType="${types}.worksheet+xml"/>`,
      )
      .join(
        '',
      )}<Override PartName="/xl/sharedStrings.xml" ContentType="${types}.sharedStrings+xml"/><Override PartName="/xl/styles.xml" ContentType="${types}.styles+xml"/></Types>`,
    '_rels/.rels': relations([['rId1', 'officeDocument', 'xl/workbook.xml']]),
    'xl/workbook.xml': `${head}<workbook xmlns="${main}" xmlns:r="${office}"><workbookPr${
      lie.date1904 ? ' date1904="1"' : ''
    }/><sheets>${sheets
      .map(
        ({ name, state }, at) =>
          `<sheet name="${escaped(name)}" sheetId="${at + 1}"${state ? ` state="${state}"` : ''} r:id="rId${at + 1}"/>`,
      )
      .join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relations([
      ...sheets.map((_, at) => [`rId${at + 1}`, 'worksheet', `worksheets/sheet${at + 1}.xml`] as const),
      ['rIdS', 'sharedStrings', 'sharedStrings.xml'],
      ['rIdF', 'styles', 'styles.xml'],
    ]),
    ...sheetParts,
    'xl/sharedStrings.xml': `${head}<sst xmlns="${main}">${strings
      .map((text) => `<si><t xml:space="preserve">${escaped(text)}</t></si>`)
      .join('')}</sst>`,
    'xl/styles.xml': `${head}<styleSheet xmlns="${main}"><numFmts>${formats
      .map((code, at) => `<numFmt numFmtId="${164 + at}" formatCode="${escaped(code)}"/>`)
      .join('')}</numFmts><cellXfs>${formats
      .map((code, at) => `<xf numFmtId="${code === 'General' ? 0 : 164 + at}"/>`)
      .join('')}</cellXfs></styleSheet>`,
    ...lie.parts,
  };
  const kept = Object.entries(parts).filter(
    (part): part is [string, string | Buffer] => part[1] !== undefined,
  );
  return zipOf(Object.fromEntries(kept));
}

const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

function relations(list: readonly (readonly [string, string, string])[]): string {
  const inner = list.map(
    ([id, type, target]) => `<Relationship Id="${id}" Type="${office}/${type}" Target="${target}"/>`,
  );
  return `${head}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${inner.join('')}</Relationships>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function columnName(index: number): string {
  return index < 26
    ? String.fromCharCode(65 + index)
    : columnName(Math.floor(index / 26) - 1) + columnName(index % 26);
}
