import { textOf } from '../kit/native-row.js';
import type { OpenedSchool } from './opened-school.js';

/**
 * Student numbers to try a school with: those given, or the first that the school's system names by itself.
 * @throws Error with a sentence that says what to give, where the system names none
 */
export async function sampleStudents(
  school: OpenedSchool,
  given: readonly string[],
  most: number,
): Promise<readonly string[]> {
  if (given.length > 0) return given.slice(0, most);
  const { driver, declared } = school;
  const { changes } = declared.mapping;
  const numbers = new Set<string>();
  if (
    changes !== undefined &&
    'compare' in changes &&
    (await driver.supplies('fingerprints', school.context()))
  ) {
    for (const row of (await driver.list('fingerprints', school.context())).rows) {
      const number = textOf(row, changes.compare.studentNumber);
      if (number !== null) numbers.add(number);
      if (numbers.size >= most) break;
    }
  } else if (changes !== undefined && 'studentNumber' in changes && driver.changedSince !== undefined) {
    for (const row of (await driver.changedSince(null, most, school.context())).rows) {
      const number = textOf(row, changes.studentNumber);
      if (number !== null) numbers.add(number);
    }
  }
  if (numbers.size === 0) {
    throw new Error('The system names no student by itself; give one or more with --student NUMBER,NUMBER.');
  }
  return [...numbers];
}
