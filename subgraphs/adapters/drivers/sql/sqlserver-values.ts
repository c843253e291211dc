import { shortestSingle } from './oracle-values.js';
import { dayText, fractionText, instantText, momentText, timeText, utcClock } from './wall-clock.js';

/** A column of an answer, as far as its text depends on it. */
export interface SqlServerColumn {
  readonly name: string;
  /** `decimal`, `nvarchar` … */
  readonly type: string;
  readonly precision: number | undefined;
  readonly scale: number | undefined;
}

/** A Date of tedious; what a millisecond does not hold stands beside it, in seconds. */
type FineDate = Date & { readonly nanosecondsDelta?: number };

/** Digits that a double holds whatever they are: a decimal that long is read back exactly. */
const exactDigits = 15;

/**
 * What makes of the driver's values exactly the text that the school stored; truth values are 1 or 0, moments
 * `2020-01-15 10:22:33.5`. tedious gives decimals as doubles; up to 15 digits the double has exactly one decimal of
 * that scale, which is the stored one.
 * @throws Error for a column that the driver cannot give exactly; it says how to write it in the statement
 */
export function sqlServerTextOf(column: SqlServerColumn): (value: unknown) => string | null {
  const convert = converterOf(column);
  return (value) => (value === null || value === undefined ? null : convert(value));
}

function converterOf({ name, type, precision, scale = 0 }: SqlServerColumn): (value: unknown) => string {
  switch (type) {
    case 'varchar':
    case 'nvarchar':
    case 'char':
    case 'nchar':
    case 'text':
    case 'ntext':
    case 'xml':
    case 'uniqueidentifier':
    case 'bigint':
    case 'int':
    case 'smallint':
    case 'tinyint':
    case 'float':
      return String;
    case 'real':
      return (value) => shortestSingle(value as number);
    case 'decimal':
    case 'numeric':
      if ((precision ?? 38) <= exactDigits) return (value) => (value as number).toFixed(scale);
      throw notExact(name, `${type}(${precision ?? '?'}, ${scale})`);
    case 'smallmoney':
      return (value) => (value as number).toFixed(4);
    case 'bit':
      return (value) => (value === true ? '1' : '0');
    case 'date':
      return (value) => dayText(utcClock(value as Date));
    case 'smalldatetime':
    case 'datetime':
      return (value) => momentText(utcClock(value as Date));
    case 'datetime2':
      return (value) => momentText({ ...utcClock(value as Date), fraction: fineFraction(value as FineDate) });
    case 'time':
      return (value) => timeText({ ...utcClock(value as Date), fraction: fineFraction(value as FineDate) });
    case 'datetimeoffset':
      if (scale <= 3) return (value) => instantText(value as Date);
      throw notExact(name, `${type}(${scale})`);
    default:
      throw notExact(name, type);
  }
}

/** Seven digits are what the server keeps. */
function fineFraction(value: FineDate): string {
  const parts = value.getUTCMilliseconds() * 10_000 + Math.round((value.nanosecondsDelta ?? 0) * 10_000_000);
  return fractionText(parts, 7);
}

function notExact(name: string, type: string): Error {
  return new Error(
    `The column ${name} is a ${type}, which the driver does not give exactly; write it as CONVERT(varchar(60), …) in the statement.`,
  );
}
