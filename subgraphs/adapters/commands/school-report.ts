import type { Declaration } from '../kit/declaration.js';
import type { CheckFinding } from './check-columns.js';
import type { Sample } from './try-school.js';

const marks = { OK: 'ok     ', NOTE: 'note   ', FAULT: 'note   ', PROBLEM: 'PROBLEM' } as const;

/** The findings of a strict check: faults of single rows count as problems too. */
export function strictly(findings: readonly CheckFinding[]): CheckFinding[] {
  return findings.map((one) => (one.level === 'FAULT' ? { ...one, level: 'PROBLEM' } : one));
}

/** The findings of a check as lines for a terminal, each with the line of the school file where it stands. */
export function checkReport(
  findings: readonly CheckFinding[],
  { file, lineOf }: Pick<Declaration, 'file' | 'lineOf'>,
): string {
  const lines = findings.map(({ level, path, word, text }) => {
    const place = path === undefined ? '' : ` (${file}:${lineOf(path, word)})`;
    return `${marks[level]}  ${text}${place}`;
  });
  const problems = findings.filter(({ level }) => level === 'PROBLEM').length;
  const end =
    problems === 0
      ? 'Nothing stands in the way. 检查通过。'
      : `${problems} ${problems === 1 ? 'problem' : 'problems'} to settle. 有 ${problems} 处问题待解决。`;
  return `${lines.join('\n')}\n${end}\n`;
}

/** Samples as tables for a terminal: the field, what the graph gets, and the columns that it was read from. */
export function sampleReport(samples: readonly Sample[]): string {
  return samples
    .map(({ title, lines, unused }) => {
      const fieldWidth = Math.max(...lines.map(({ field }) => width(field)), 5);
      const mappedWidth = Math.min(44, Math.max(...lines.map(({ mapped }) => width(mapped)), 6));
      const rows = lines.map(({ field, mapped, raw }) =>
        `  ${padded(field, fieldWidth)}  ${padded(mapped, mappedWidth)}  ${raw}`.trimEnd(),
      );
      const rest = unused.length === 0 ? '' : `\n  not used: ${some(unused)}`;
      return `${title}\n${rows.join('\n')}${rest}\n`;
    })
    .join('\n');
}

/** The first of many names, and how many more there are. */
export function some(names: readonly string[]): string {
  const shown = names.slice(0, 12).join(', ');
  return names.length > 12 ? `${shown} and ${names.length - 12} more` : shown;
}

/** Columns that a text takes in a terminal: Han characters take two. */
function width(text: string): number {
  return Array.from(text).reduce(
    (sum, character) => sum + (/[\u1100-\u115F\u2E80-\uFFDC]/.test(character) ? 2 : 1),
    0,
  );
}

function padded(text: string, to: number): string {
  return text + ' '.repeat(Math.max(0, to - width(text)));
}
