import type oracledb from 'oracledb';
import { instantText, localClock, momentText } from './wall-clock.js';

/** A column of an answer, as far as its text depends on it. */
export type OracleColumn = Pick<oracledb.Metadata<unknown>, 'name' | 'dbTypeName' | 'precision'>;

/** How a column is fetched: as text by the driver itself, or by what makes text of the driver's value. */
export interface OracleFetch {
  readonly asText: boolean;
  readonly converter: ((value: unknown) => string | null) | undefined;
}

const text: OracleFetch = { asText: true, converter: undefined };

/**
 * How each column becomes exactly the text that the school stored. NUMBER never passes through a float; a DATE is
 * written `2020-01-15 10:22:33`, a moment with an offset as clocks in China show it, a truth value as 1 or 0.
 * @throws Error for a column that the driver cannot give exactly; it says how to write it in the statement
 */
export function oracleFetchOf({ name, dbTypeName = '', precision }: OracleColumn): OracleFetch {
  const type = dbTypeName.replace(/\s*\(.*\)/, '');
  switch (type) {
    case 'VARCHAR2':
    case 'NVARCHAR2':
    case 'CHAR':
    case 'NCHAR':
    case 'LONG':
    case 'ROWID':
    case 'UROWID':
    case 'NUMBER':
    case 'CLOB':
    case 'NCLOB':
      return text;
    case 'DATE':
      return converted((value) => momentText(localClock(value as Date)));
    case 'TIMESTAMP':
      refuseFraction(name, precision);
      return converted((value) => momentText(localClock(value as Date)));
    case 'TIMESTAMP WITH TIME ZONE':
    case 'TIMESTAMP WITH LOCAL TIME ZONE':
      refuseFraction(name, precision);
      return converted((value) => instantText(value as Date));
    case 'BINARY_DOUBLE':
      return converted((value) => String(value));
    case 'BINARY_FLOAT':
      return converted((value) => shortestSingle(value as number));
    case 'BOOLEAN':
      return converted((value) => (value === true ? '1' : '0'));
    case 'RAW':
      return converted((value) => (value as Buffer).toString('hex').toUpperCase());
    default:
      throw new Error(`The column ${name} is a ${type}; write it as text with TO_CHAR in the statement.`);
  }
}

/** The driver keeps milliseconds only: a cursor made of a cut-off moment would find its own row again for ever. */
function refuseFraction(name: string, precision: number | undefined): void {
  if (precision === undefined || precision <= 3) return;
  const format = `YYYY-MM-DD HH24:MI:SS.FF${precision}`;
  throw new Error(
    `The column ${name} is finer than a millisecond; write it as TO_CHAR(…, '${format}') in the statement.`,
  );
}

function converted(convert: (value: unknown) => string): OracleFetch {
  return {
    asText: false,
    converter: (value) => (value === null || value === undefined ? null : convert(value)),
  };
}

/** The shortest text that means the same number of single precision; its double has digits that nobody stored. */
export function shortestSingle(value: number): string {
  for (let digits = 1; digits <= 9; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === Math.fround(value)) return String(short);
  }
  return String(value);
}
