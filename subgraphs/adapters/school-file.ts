import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { stableId } from '../kit/base/ids.js';
import { checkDeclaration, readDeclaration } from './kit/declaration.js';
import { mappingSchema, type Mapping } from './kit/mapping.js';
import { driverSchema } from './school-drivers.js';

const institution = z.union(
  [
    z.strictObject({ moeCode: z.string().regex(/^\d{10}$/), name: z.string().min(1) }),
    z.strictObject({ id: z.string().regex(/^inst_/), name: z.string().min(1) }),
  ],
  'must have a name and either a moeCode of ten digits, in quotes, or the id of an institution (inst_…)',
);

const schoolFileSchema = z
  .strictObject(
    {
      /** By the code of the Ministry's list where it has one. */
      institution,
      driver: driverSchema,
      mapping: mappingSchema,
    },
    { error: ({ code, input }) => (code === 'invalid_type' ? noSchool(input) : undefined) },
  )
  .superRefine(({ driver, mapping }, context) => {
    for (const { path, message } of misfits(driver, mapping)) {
      context.addIssue({ code: 'custom', path: [...path], message });
    }
  });

function noSchool(input: unknown): string {
  const what = input === null ? 'the file is empty' : 'this is no school file';
  return `${what}; it must have institution, driver and mapping (docs/adapters.md)`;
}

/** A school as its file declares it: who it is, how its system is reached, and what the columns mean there. */
export type SchoolFile = z.output<typeof schoolFileSchema>;

/**
 * Reads a school file. It holds neither addresses nor secrets; those come from the environment.
 * @throws Error `<file>:<line>: <path>: <what is wrong>`, one line for each mistake, or one sentence when it cannot be read
 */
export function readSchoolFile(path: string): SchoolFile {
  return parseSchoolFile(path, schoolFileText(path));
}

/**
 * The text of a school file.
 * @throws Error with one sentence when it cannot be read
 */
export function schoolFileText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const { code = 'unknown reason' } = cause as NodeJS.ErrnoException;
    const reason = { ENOENT: 'there is no such file', EISDIR: 'it is a folder' }[code] ?? code;
    throw new Error(`The school file ${path} cannot be read: ${reason}.`, { cause });
  }
}

/**
 * Checks the text of a school file; `file` is its name for messages.
 * @throws Error as `readSchoolFile` does
 */
export function parseSchoolFile(file: string, text: string): SchoolFile {
  return checkDeclaration(schoolFileSchema, readDeclaration(file, text));
}

/** The id of a school in the graph; the roster makes the same one of a Ministry code. */
export function institutionIdOf({ institution: school }: Pick<SchoolFile, 'institution'>): string {
  return 'id' in school ? school.id : stableId('Institution', `moe:${school.moeCode}`);
}

/** The section of a mapping that reads a source; rows that nothing reads are a mistake of the file. */
const sectionOf: Readonly<Record<string, keyof Mapping>> = {
  identities: 'identity',
  enrolments: 'enrolment',
  certificates: 'certificate',
  courses: 'course',
  courseCodes: 'courseCode',
  programmes: 'programme',
  requirements: 'requirement',
  gradeCounts: 'gradeCount',
  changes: 'changes',
  fingerprints: 'changes',
};

interface Misfit {
  readonly path: readonly string[];
  readonly message: string;
}

/** Where the driver and the mapping of a school do not fit each other. */
function misfits(driver: object, mapping: Mapping): Misfit[] {
  const found: Misfit[] = [];
  const { changes } = mapping;
  const wanted = changes !== undefined && 'compare' in changes ? 'fingerprints' : 'changes';
  // A driver that declares no sources takes them from what the school delivers.
  const sources = 'sources' in driver ? Object.keys(driver.sources as object) : undefined;
  for (const source of sources ?? []) {
    const section = sectionOf[source];
    const isRead =
      section === undefined ||
      (mapping[section] !== undefined && (section !== 'changes' || source === wanted));
    if (!isRead) {
      found.push({ path: ['driver', 'sources', source], message: `is read by no section of the mapping` });
    }
  }
  for (const [source, section] of Object.entries(sectionOf)) {
    if (sources === undefined || mapping[section] === undefined) continue;
    if (section === 'changes' && source !== wanted) continue;
    if (!sources.includes(source)) {
      found.push({ path: ['mapping', section], message: `needs driver.sources.${source}` });
    }
  }
  if (mapping.requirement !== undefined && mapping.programme === undefined) {
    found.push({ path: ['mapping', 'requirement'], message: 'needs mapping.programme' });
  }
  if (mapping.requirement?.version !== undefined && mapping.programme?.version === undefined) {
    found.push({ path: ['mapping', 'requirement', 'version'], message: 'needs mapping.programme.version' });
  }
  if (mapping.courseCode !== undefined && mapping.course === undefined) {
    found.push({ path: ['mapping', 'courseCode'], message: 'needs mapping.course' });
  }
  return found;
}
