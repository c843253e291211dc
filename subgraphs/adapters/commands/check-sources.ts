import { performance } from 'node:perf_hooks';
import {
  listSources,
  studentSources,
  type ListSource,
  type Source,
  type StudentSource,
} from '../kit/driver.js';
import { columnsNamed, sectionOf } from '../kit/mapping-columns.js';
import type { NativeRow } from '../kit/native-row.js';
import { checkColumns, type CheckFinding } from './check-columns.js';
import { isOfTheSystem, schoolReasonOf } from './failure-reason.js';
import type { OpenedSchool } from './opened-school.js';
import { unknownColumnOf } from './statement-fault.js';

/** What the sources of a school said. */
export interface CheckedSources {
  readonly findings: readonly CheckFinding[];
  /** Sources that failed; what is made of them fails for the same reason. */
  readonly failed: readonly Source[];
  /** Whether the system answered anything. */
  readonly answered: boolean;
}

type Answer =
  | { readonly source: Source; readonly error: unknown }
  | { readonly source: Source; readonly absent: true }
  | { readonly source: Source; readonly rows: readonly NativeRow[]; readonly finding: CheckFinding };

/**
 * Asks every source and compares what comes with the columns that the mapping names. One cause that stops several
 * sources is one problem, and stands first.
 */
export async function checkSources(
  school: OpenedSchool,
  students: readonly string[],
): Promise<CheckedSources> {
  const answers: Answer[] = [];
  for (const source of [...studentSources, ...listSources]) {
    const answer = await askSource(school, source, students);
    answers.push(answer);
    // A system that cannot be reached at its first source is asked once more and then no longer: each question
    // would wait as long as the last.
    if (answers.length >= 2 && answers.every((one) => 'error' in one && isOfTheSystem(one.error))) {
      if (new Set(answers.map((one) => reasonIn(one, school))).size === 1) break;
    }
  }
  const failures = answers.filter((one) => 'error' in one);
  return {
    findings: [
      ...failureFindings(failures, school, failures.length === answers.length),
      ...answers.flatMap((one) => ('error' in one ? [] : answerFindings(one, school))),
    ],
    failed: failures.map(({ source }) => source),
    answered: failures.length < answers.length,
  };
}

function reasonIn(answer: Answer, school: OpenedSchool): string {
  return 'error' in answer ? schoolReasonOf(answer.error, school) : '';
}

function failureFindings(
  failures: readonly { readonly source: Source; readonly error: unknown }[],
  school: OpenedSchool,
  isWhole: boolean,
): CheckFinding[] {
  const byReason = Map.groupBy(failures, ({ error }) => schoolReasonOf(error, school));
  return [...byReason].map(([reason, [first, ...others]]): CheckFinding => {
    const { source, error } = first!;
    const column = unknownColumnOf(error);
    if (column !== undefined) {
      const meant = column.meant === undefined ? '' : `; did you mean ${column.meant}?`;
      return {
        level: 'PROBLEM',
        path: ['driver', 'sources', source, 'statement'],
        word: column.column,
        text: `the statement of ${source} names the column ${column.column}, which the system does not have${meant}`,
      };
    }
    if (isWhole && byReason.size === 1) return { level: 'PROBLEM', text: reason };
    const sources = [source, ...others.map((one) => one.source)].join(', ');
    return { level: 'PROBLEM', path: ['driver', 'sources', source], text: `${sources}: ${reason}` };
  });
}

function answerFindings(answer: Exclude<Answer, { error: unknown }>, school: OpenedSchool): CheckFinding[] {
  const { source } = answer;
  const { mapping } = school.declared;
  const section = sectionOf(source);
  const isMapped =
    source === 'gradeWords'
      ? mapping.grades.words !== undefined
      : section !== undefined && mapping[section] !== undefined;
  if ('absent' in answer) {
    if (!isMapped || section === undefined) return [];
    const path = ['mapping', section, ...(source === 'gradeWords' ? ['words'] : [])];
    return [{ level: 'PROBLEM', path, text: `the driver has no source ${source}` }];
  }
  const findings: CheckFinding[] = [answer.finding];
  if (!isMapped && source !== 'fingerprints') {
    const text = `${source} is read and the mapping says nothing of it`;
    findings.push({ level: 'NOTE', path: ['driver', 'sources', source], text });
  }
  return [...findings, ...checkColumns(source, answer.rows, columnsNamed(mapping))];
}

async function askSource(
  school: OpenedSchool,
  source: StudentSource | ListSource,
  students: readonly string[],
): Promise<Answer> {
  const { driver } = school;
  const context = school.context();
  const started = performance.now();
  try {
    if (!(await driver.supplies(source, context))) return { source, absent: true };
    const { rows, complete } = isStudentSource(source)
      ? { rows: await driver.read(source, students, context), complete: true }
      : await driver.list(source, context);
    const took = `${Math.round(performance.now() - started)} ms`;
    return { source, rows, finding: rowsFinding(source, rows.length, complete, took) };
  } catch (error) {
    return { source, error };
  }
}

function rowsFinding(source: Source, count: number, complete: boolean, took: string): CheckFinding {
  if (count === 0) return { level: 'NOTE', text: `${source}: no rows, ${took}` };
  if (complete) return { level: 'OK', text: `${source}: ${count} rows, ${took}` };
  const text = `${source}: ${count} rows, ${took}; the system does not say whether these are all`;
  return { level: 'NOTE', text };
}

function isStudentSource(source: Source): source is StudentSource {
  return (studentSources as readonly Source[]).includes(source);
}
