import { checkMapped } from './check-mapped.js';
import type { CheckFinding } from './check-columns.js';
import { checkSources } from './check-sources.js';
import { isOfTheSystem, refusalOf, schoolReasonOf } from './failure-reason.js';
import type { OpenedSchool } from './opened-school.js';
import { sampleStudents } from './sample-students.js';

/**
 * Checks a school's file against its live system: whether every source answers, whether every column that the mapping
 * names is there, and what of the sample could not be understood. It reads and changes nothing. A system that cannot be
 * reached is one problem with its reason, and nothing more is asked.
 * @throws Error as `sampleStudents` does, where the system can be reached and names no student
 */
export async function checkSchool(
  school: OpenedSchool,
  options: { readonly students: readonly string[]; readonly most: number },
): Promise<CheckFinding[]> {
  let students: readonly string[];
  try {
    students = await sampleStudents(school, options.students, options.most);
  } catch (error) {
    if (!isOfTheSystem(error)) throw error;
    return [{ level: 'PROBLEM', text: schoolReasonOf(error, school) }];
  }
  const { findings, failed, answered } = await checkSources(school, students);
  if (!answered) return [...findings];
  return [
    ...findings.filter(({ level }) => level === 'PROBLEM'),
    { level: 'OK', text: `${students.length} students in the sample` },
    ...findings.filter(({ level }) => level !== 'PROBLEM'),
    ...deliveryFindings(school),
    ...(await checkMapped(school, students, { isGiven: options.students.length > 0, failed })),
  ];
}

function deliveryFindings({ deliveries }: OpenedSchool): CheckFinding[] {
  return deliveries.flatMap((delivery): CheckFinding[] => {
    const { taken, faults, rejectedRows } = delivery;
    if (!taken) return [{ level: 'PROBLEM', text: refusalOf(delivery) }];
    const shown = faults.slice(0, 50).map(({ file, row, field, code, rowRejected }): CheckFinding => ({
      level: rowRejected ? 'FAULT' : 'NOTE',
      text: `${file}, row ${row}${field === null ? '' : `, ${field}`}: ${code}${rowRejected ? ', row left out' : ''}`,
    }));
    const rest = faults.slice(shown.length);
    if (rest.length > 0) {
      const level = rest.some(({ rowRejected }) => rowRejected) ? 'FAULT' : 'NOTE';
      shown.push({ level, text: `${rest.length} more faults in the delivery` });
    }
    return [{ level: 'OK', text: `delivery taken, ${rejectedRows} rows left out` }, ...shown];
  });
}
