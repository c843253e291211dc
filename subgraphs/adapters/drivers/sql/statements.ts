import type { Source } from '../../kit/driver.js';

/**
 * The statements of one school, by source. `{schema}` stands for the schema of the system's tables and `{keys}` for
 * the list of student numbers; nothing else is ever put into a statement, and both go in checked or as parameters.
 */
export type Statements = Readonly<Partial<Record<Source, string>>>;

/** Columns that hold passwords in Zhengfang systems; a statement that names one is refused. */
const forbiddenColumns = /\b(MM|XSMM|KL)\b/i;

/**
 * Puts the schema into the statements and checks them: one SELECT each, columns by name, no password columns.
 * @throws Error that names the statement and the fault; called when the driver is made
 */
export function checkStatements(statements: Statements, schema: string): Statements {
  if (!/^[A-Za-z_][A-Za-z0-9_$]{0,62}$/.test(schema))
    throw new Error('The schema of a school must be a plain identifier.');
  const checked = Object.entries(statements).map(([source, text]) => {
    const fault = faultOf(source as Source, text);
    if (fault !== undefined) throw new Error(`The statement for ${source} ${fault}.`);
    return [source, text.replaceAll('{schema}', schema)];
  });
  return Object.fromEntries(checked) as Statements;
}

function faultOf(source: Source, text: string): string | undefined {
  if (!/^\s*select\s/i.test(text)) return 'must be a SELECT';
  if (text.includes(';')) return 'must be one statement without a semicolon';
  if (/(\bselect|,|\.)\s*\*/i.test(text)) return 'must name its columns; * would fetch passwords too';
  if (forbiddenColumns.test(text)) return 'names a password column';
  const wantsKeys = source !== 'gradeWords';
  if (wantsKeys !== text.includes('{keys}')) return wantsKeys ? 'must read by {keys}' : 'takes no {keys}';
  return undefined;
}
