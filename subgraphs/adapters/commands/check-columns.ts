import { some } from './school-report.js';
import type { Source } from '../kit/driver.js';
import type { NamedColumn } from '../kit/mapping-columns.js';
import { nearestName } from '../kit/nearest-name.js';
import type { NativeRow } from '../kit/native-row.js';

/** Something that a check found. */
export interface CheckFinding {
  /** A FAULT lies in single rows of the data: the school's file fits its system all the same. */
  readonly level: 'OK' | 'NOTE' | 'FAULT' | 'PROBLEM';
  /** From the school file on: `['mapping', 'result', 'credits']`; absent for what stands in no file. */
  readonly path?: readonly (string | number)[];
  /** A word in the part at `path` whose line is meant, such as a column in a statement. */
  readonly word?: string;
  readonly text: string;
}

/** Columns that the mapping names and the system does not give; the nearest name is offered. */
export function checkColumns(
  source: Source,
  rows: readonly NativeRow[],
  named: readonly NamedColumn[],
): CheckFinding[] {
  const given = new Set(rows.flatMap((row) => Object.keys(row)));
  if (given.size === 0) return [];
  const findings: CheckFinding[] = named
    .filter((one) => one.source === source && !given.has(one.column))
    .map(({ column, path }) => {
      const near = nearestName(column, given);
      return {
        level: 'PROBLEM' as const,
        path: ['mapping', ...path],
        text: `${source} has no column ${column}${near === undefined ? `; it has ${[...given].sort().join(', ')}` : `; did you mean ${near}?`}`,
      };
    });
  const used = new Set(named.filter((one) => one.source === source).map(({ column }) => column));
  const unused = [...given].filter((column) => !used.has(column)).sort();
  if (unused.length > 0)
    findings.push({ level: 'NOTE', text: `${source}: not used by the mapping: ${some(unused)}` });
  return findings;
}
