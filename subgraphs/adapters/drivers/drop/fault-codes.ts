import type { DeliveryFault } from '../../kit/driver-parts.js';

/** What to do about a fault, in the two languages of the house. */
interface FaultText {
  readonly zh: string;
  readonly en: string;
}

/**
 * Everything that can be wrong with a row, a field or a file of a delivery that was taken nevertheless. Codes are added,
 * never renamed: schools read them in their reports. What refuses a delivery as a whole is an AmrloError instead.
 */
export const faultCodes = {
  HEADER_MISSPELT: {
    zh: '列名拼写有误，已按正确列名读取；请更正导出模板。',
    en: 'The column name is misspelt and was read as the right one; correct the export.',
  },
  HEADER_REPEATED: {
    zh: '两列同名，无法区分，均未读取；请更名。',
    en: 'Two columns have this name and cannot be told apart, so neither was read; rename one.',
  },
  FIELD_COUNT: {
    zh: '该行的列数与表头不符；表头以外的内容未读取。请按表头的列数导出。',
    en: 'The row has another number of fields than the header; nothing beyond the header was read. Export as many fields as the header has.',
  },
  FIELDS_SHIFTED: {
    zh: '该行的列数与表头不符，各列可能错位，该行未采用；请给含分隔符的文字加引号，补齐缺少的列。',
    en: 'The row has other fields than the header, so its values may stand in the wrong columns, and it was left out. Quote texts that hold separators and fill in missing fields.',
  },
  FIELD_MISSING: {
    zh: '必填列为空，该行未采用；请补全后重新交付。',
    en: 'A required field is empty, so the row was left out; fill it and deliver again.',
  },
  FIELD_TOO_LONG: {
    zh: '该格文字超过长度上限，该行未采用；请核对是否错行。',
    en: 'The field is longer than allowed, so the row was left out; check for a shifted or merged row.',
  },
  TEXT_CORRUPT: {
    zh: '文字已损坏（字符集错误）；请以 UTF-8 或 GB18030 重新导出。',
    en: 'The text is corrupt (wrong character set); export it again in UTF-8 or GB18030.',
  },
  DATE_UNREADABLE: {
    zh: '日期无法辨认或日月次序不明，按未知处理；请改为 YYYY-MM-DD。',
    en: 'The date cannot be read, or its day and month could be either; it is unknown. Write YYYY-MM-DD.',
  },
  NUMBER_IMPRECISE: {
    zh: '数字超过表格软件的 15 位精度，末位已失真，按未知处理；请将该列设为文本后重新填写。',
    en: 'The number is longer than the 15 digits that a spreadsheet keeps, so its last digits are lost and it is unknown. Format the column as text and enter it again.',
  },
  CELL_ERROR: {
    zh: '该格为公式错误值（如 #REF!），按未知处理；请修正公式。',
    en: 'The cell holds an error such as #REF!; it is unknown. Repair the formula.',
  },
  FORMULA_TEXT: {
    zh: '该格文字形同公式（以 = + - @ 开头），仅作为文字保存，从不计算；请确认其来源。',
    en: 'The text looks like a formula (it begins with = + - or @). It is kept as text and never computed; check where it came from.',
  },
  FORMULA_WITHOUT_VALUE: {
    zh: '公式没有保存的结果，按未知处理；请在表格软件中打开并保存后重新交付。',
    en: 'The formula has no stored result and is unknown; open and save the file in a spreadsheet program and deliver again.',
  },
  DUPLICATE: {
    zh: '主键重复，仅采用第一行；请删除重复行。',
    en: 'The key stands in an earlier row, which counts; remove the repeated row.',
  },
  ROW_REPEATED: {
    zh: '与前面某行完全相同，只计一次。',
    en: 'An earlier row is exactly the same; it counts once.',
  },
  REFERENCE_UNKNOWN: {
    zh: '所引用的记录不在本次交付中，该行未采用；请补交被引用的行。',
    en: 'The row refers to a record that was not delivered, so it was left out; deliver that record too.',
  },
  ROLE_CONTRADICTED: {
    zh: '该行称此人为学生，而交付中的角色并非学生，该行未采用；请核对角色。',
    en: 'The row calls somebody a student whose role in the delivery is another one, so it was left out; correct the role or the row.',
  },
  FILE_NOT_ANNOUNCED: {
    zh: '清单未声明该文件，未读取；请在清单中声明或删除该文件。',
    en: 'The manifest does not announce the file, so it was not read; announce it or remove it.',
  },
  FILE_NOT_DECLARED: {
    zh: '该文件与任何已约定的文件名都不符，未读取；请按约定命名。',
    en: 'The file name fits nothing that was agreed, so the file was not read; name it as agreed.',
  },
  REPORT_NOT_WRITTEN: {
    zh: '核对报告未能写入交付目录；请检查目录权限与空间。',
    en: 'The report could not be written beside the delivery; check the rights and the space of the folder.',
  },
  LINK_IGNORED: {
    zh: '链接不读取；请交付文件本身。',
    en: 'Links are not followed; deliver the file itself.',
  },
  ISSUER_FOREIGN: {
    zh: '该成绩单由其他院校签发，不属于本校记录，未采用。',
    en: 'Another institution issued the report; it is none of this school’s records and was not taken.',
  },
  SIGNATURE_UNVERIFIED: {
    zh: '文件带有签名，但签名未经核验，不作为可信依据。',
    en: 'The file is signed; the signature was not verified and nothing is trusted for it.',
  },
  SHEET_HIDDEN: {
    zh: '该工作表已隐藏；隐藏的工作表不读取，请取消隐藏或删除。',
    en: 'The sheet is hidden, and hidden sheets are not read; show it or remove it.',
  },
} as const satisfies Record<string, FaultText>;

export type FaultCode = keyof typeof faultCodes;

/** A fault of a delivery with a code of the closed list above. */
export interface DropFault extends DeliveryFault {
  readonly code: FaultCode;
}
