import {
  provenanceOfList,
  suppliedSection,
  type AdapterContext,
  type AdapterParts,
} from '../adapter-parts.js';
import { courseList, type CourseItem } from '../course-list.js';
import { gradeDistributions } from '../grade-distributions.js';
import type { LevelWords } from '../grades.js';
import { onceForEach } from '../kept-lists.js';
import { acceptedAge, checkedArguments, pageOf, type ListArguments } from '../list-page.js';
import type { NativeRow } from '../native-row.js';
import type { CourseHistory } from '../course-history.js';
import { programmeList, type ProgrammeItem } from '../programme-list.js';
import { requirementTable } from '../map-programme.js';
import { notSupplied } from '../adapter-parts.js';
import { evidenceHash } from '../evidence.js';

const noHistory: CourseHistory = {
  currentOf: (code) => code,
  formerOf: () => [],
  understood: true,
  linked: true,
};

/** `Institution.schoolCourses`, `schoolProgrammes` and `gradeDistributions`: what is read whole and kept for a while. */
export function catalogueResolvers(parts: AdapterParts): Record<string, unknown> {
  const { mapping, school } = parts;
  const institution = school.name;
  const { course, programme, requirement, gradeCount } = mapping;

  const coursesWith = onceForEach((history: CourseHistory) =>
    onceForEach((rows: readonly NativeRow[]) => courseList(rows, course!, history, institution)),
  );
  const programmesIn = onceForEach((rows: readonly NativeRow[]) =>
    programmeList(rows, programme!, institution),
  );
  const requirementsIn = onceForEach((rows: readonly NativeRow[]) =>
    requirementTable(rows, requirement!, institution),
  );
  const distributionsWith = onceForEach((words: LevelWords) =>
    onceForEach((rows: readonly NativeRow[]) => gradeDistributions(rows, gradeCount!, mapping.grades, words)),
  );

  return {
    schoolCourses: async (_: unknown, asked: ListArguments, context: AdapterContext) => {
      const checked = checkedArguments(asked);
      const { codes, maxAgeMs } = checked;
      const about = { reader: context.reader, institution };
      await suppliedSection(course, 'courses', 'Institution.schoolCourses', about);
      const [list, known] = await Promise.all([
        context.reader.list('courses', maxAgeMs),
        context.facts.history(maxAgeMs),
      ]);
      const catalogue = coursesWith(known?.history ?? noHistory)(list.rows);
      const found =
        codes === undefined ? catalogue.items : catalogue.items.filter(({ codes: own }) => meets(own, codes));
      const { edges, pageInfo } = pageOf(found, checked);
      const complete = list.complete && catalogue.understood && (known?.complete ?? true);
      return {
        edges: edges.map(({ cursor, item }) => ({ cursor, node: shownCourse(item, known !== null) })),
        pageInfo,
        totalCount: list.complete ? found.length : null,
        complete: complete && isWithinAge(list),
        provenance: provenanceOfList(parts, list),
      };
    },

    schoolProgrammes: async (_: unknown, asked: ListArguments, context: AdapterContext) => {
      const checked = checkedArguments(asked);
      const { codes, maxAgeMs } = checked;
      const { reader } = context;
      await suppliedSection(programme, 'programmes', 'Institution.schoolProgrammes', { reader, institution });
      const hasRequirements = requirement !== undefined && (await reader.supplies('requirements'));
      const [list, required] = await Promise.all([
        reader.list('programmes', maxAgeMs),
        hasRequirements ? reader.list('requirements', maxAgeMs) : null,
      ]);
      const programmes = programmesIn(list.rows);
      const table = required === null ? null : requirementsIn(required.rows);
      const found =
        codes === undefined
          ? programmes.items
          : programmes.items.filter(({ value }) => codes.has(value.code));
      const { edges, pageInfo } = pageOf(found, checked);
      const complete =
        list.complete && programmes.understood && (required?.complete ?? true) && (table?.understood ?? true);
      return {
        edges: edges.map(({ cursor, item }) => ({ cursor, node: shownProgramme(item, table) })),
        pageInfo,
        totalCount: list.complete ? found.length : null,
        complete: complete && isWithinAge(list),
        provenance: provenanceOfList(parts, list),
      };
    },

    gradeDistributions: async (
      _: unknown,
      asked: { readonly fieldOfStudy?: string | null; readonly maxAge?: number | null },
      { reader }: AdapterContext,
    ) => {
      const what = 'Institution.gradeDistributions';
      await suppliedSection(gradeCount, 'gradeCounts', what, { reader, institution });
      const [list, words] = await Promise.all([
        reader.list('gradeCounts', acceptedAge(asked.maxAge)),
        reader.words(),
      ]);
      // Grades that are missing would give every other one another rank, and nobody knows of which groups they are.
      if (!list.complete) throw notSupplied(institution, `${what} (complete)`);
      const field = asked.fieldOfStudy?.trim() ?? '';
      return distributionsWith(words)(list.rows)
        .filter(({ fieldOfStudy }) => field === '' || fieldOfStudy?.startsWith(field))
        .map(({ counts, ...distribution }) =>
          counts === null
            ? notSupplied(institution, `GradeDistribution ${distribution.referenceGroup ?? ''}`.trim())
            : { ...distribution, counts, provenance: provenanceOfList(parts, list) },
        );
    },
  };
}

function meets(own: readonly string[], wanted: ReadonlySet<string>): boolean {
  return own.some((code) => wanted.has(code));
}

function isWithinAge({ delivery }: { readonly delivery: { readonly freshness: string } | null }): boolean {
  return delivery?.freshness !== 'STALE';
}

function shownCourse({ value, row, formerCodes }: CourseItem, hasHistory: boolean): object {
  return {
    ...value,
    formerCodes: hasHistory ? formerCodes : null,
    evidenceHash: () => evidenceHash(row),
  };
}

function shownProgramme(
  { value, row, hasVersions }: ProgrammeItem,
  table: ReturnType<typeof requirementTable> | null,
): object {
  const requirements = table?.requirementsOf(value, hasVersions) ?? null;
  const unclear = table !== null && requirements === null;
  return {
    ...value,
    requirements,
    flags: unclear ? [...value.flags, 'REQUIREMENTS_OF_UNKNOWN_VERSION'] : value.flags,
    evidenceHash: () => evidenceHash(row),
  };
}
