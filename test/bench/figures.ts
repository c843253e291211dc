/** What one load did: how long answers took and how many came. */
export interface Figures {
  /** Milliseconds. */
  readonly p50: number;
  /** Milliseconds. */
  readonly p99: number;
  readonly perSecond: number;
}

/** Figures of the answers that came within `elapsedMs`; `NaN` where none came. */
export function figuresOf(milliseconds: readonly number[], elapsedMs: number): Figures {
  return {
    p50: quantile(milliseconds, 0.5),
    p99: quantile(milliseconds, 0.99),
    perSecond: milliseconds.length / (elapsedMs / 1_000),
  };
}

/** The smallest value that at least that share of the values does not exceed; `NaN` of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
