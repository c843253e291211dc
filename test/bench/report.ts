import { arch, cpus, platform } from 'node:os';
import type { Figures } from './figures.js';

/** One measured figure and what it would be at its limits. */
export interface Row {
  readonly figure: string;
  readonly value: number;
  readonly unit: 's' | 'ms' | 'requests/s' | 'rows/s' | 'statements' | 'transactions';
  /** The same SQL issued directly, in the same unit. */
  readonly sql?: number | undefined;
  /** A bare node:http server with the same bytes, in the same unit. */
  readonly bare?: number | undefined;
}

/** The rows of one load, with its limits. */
export function loadRows(title: string, got: Figures, sql: Figures, bare: Figures): Row[] {
  return [
    { figure: `${title}, p50`, value: got.p50, unit: 'ms', sql: sql.p50, bare: bare.p50 },
    { figure: `${title}, p99`, value: got.p99, unit: 'ms', sql: sql.p99, bare: bare.p99 },
    {
      figure: `${title}, rate`,
      value: got.perSecond,
      unit: 'requests/s',
      sql: sql.perSecond,
      bare: bare.perSecond,
    },
  ];
}

/** Where the figures were taken. */
export function machine(): string {
  const [first] = cpus();
  return `${cpus().length} × ${first?.model.trim() ?? 'unknown processor'}, ${platform()} ${arch()}, Node ${process.versions.node}`;
}

/** The rows as a Markdown table; every ratio says how many times the limit is better. */
export function markdown(rows: readonly Row[]): string {
  const lines = rows.map(({ figure, value, unit, sql, bare }) => {
    const limit = (of: number | undefined) =>
      of === undefined ? ['', ''] : [shown(of), `${shown(ratio(value, of, unit))} ×`];
    return `| ${[figure, `${shown(value)} ${unit}`, ...limit(sql), ...limit(bare)].join(' | ')} |`;
  });
  return [
    '| figure | measured | same SQL directly | ratio | bare node:http | ratio |',
    '| --- | ---: | ---: | ---: | ---: | ---: |',
    ...lines,
  ].join('\n');
}

function ratio(value: number, limit: number, unit: Row['unit']): number {
  return unit.endsWith('/s') ? limit / value : value / limit;
}

function shown(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
