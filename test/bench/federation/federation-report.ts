import type { Measured, MemoryCourse } from './measure.js';

/** Answers in a second of processor time: what is left of a rate when other work on the machine is taken out. */
export function perCoreSecond({ cpuMs }: Measured): number {
  return 1_000 / cpuMs;
}

/**
 * The table of one load. The ratios compare rates per second of processor time, because they hold on a busy machine
 * too; on an idle one, where the gateway has its core for itself, they are those of the requests per second.
 */
export function loadTable(load: Measured['load'], all: readonly Measured[]): string {
  const rows = all.filter((one) => one.load === load);
  const stock = rows.find(({ contender }) => contender.startsWith('@apollo'));
  const byHand = rows.find(({ contender }) => contender.startsWith('orchestrator'));
  const lines = rows.map((row) => {
    const ratio = (of: Measured | undefined) =>
      of === undefined ? '' : `${shown(perCoreSecond(row) / perCoreSecond(of))} ×`;
    const cells = [
      row.contender,
      shown(row.perSecond),
      shown(row.p50),
      shown(row.p99),
      shown(row.cpuMs),
      ratio(stock),
      ratio(byHand),
      shown(row.memoryMb),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    `**${load}**`,
    '',
    '| | requests/s | p50 ms | p99 ms | CPU ms/request | of stock | of by hand | MB |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...lines,
    '',
  ].join('\n');
}

/** Resident memory in MB while operations come that were never asked before. */
export function memoryTable(courses: readonly MemoryCourse[]): string {
  const heads = courses[0]?.points.map(({ operations }) => operations) ?? [];
  return [
    '**resident memory in MB after so many different operations**',
    '',
    `| | ${heads.join(' | ')} |`,
    `| --- |${heads.map(() => ' ---: |').join('')}`,
    ...courses.map(
      ({ contender, points }) =>
        `| ${contender} | ${points.map(({ memoryMb }) => memoryMb.toFixed(0)).join(' | ')} |`,
    ),
    '',
  ].join('\n');
}

function shown(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
