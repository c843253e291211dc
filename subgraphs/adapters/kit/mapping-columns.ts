import { z } from 'zod';
import type { Source } from './driver.js';
import { column } from './mapping-parts.js';
import { mappingSchema, type Mapping } from './mapping.js';

/** A column that a mapping names, and where it does. */
export interface NamedColumn {
  readonly source: Source;
  readonly column: string;
  /** From the mapping on: `['result', 'credits']`. */
  readonly path: readonly (string | number)[];
}

/** Which source the rows of a section are read from. */
const sourceOf: Readonly<Record<string, Source>> = {
  student: 'students',
  identity: 'identities',
  result: 'results',
  enrolment: 'enrolments',
  certificate: 'certificates',
  course: 'courses',
  courseCode: 'courseCodes',
  programme: 'programmes',
  requirement: 'requirements',
  gradeCount: 'gradeCounts',
};

/** The section of a mapping that reads a source; undefined for `changes` and what changes are found by. */
export function sectionOf(source: Source): keyof Mapping | undefined {
  if (source === 'gradeWords') return 'grades';
  return Object.keys(sourceOf).find((section) => sourceOf[section] === source) as keyof Mapping | undefined;
}

/** Every column that a mapping names, in its order; read off the schema, so that no section can be forgotten. */
export function columnsNamed(mapping: Mapping): NamedColumn[] {
  const { grades, changes, ...sections } = mapping;
  const found: NamedColumn[] = [];
  const collect = (source: Source, schema: z.core.$ZodType, value: unknown, at: readonly string[]): void => {
    for (const [path, name] of columnsIn(schema, value, at)) found.push({ source, column: name, path });
  };
  for (const [section, value] of Object.entries(sections)) {
    const source = sourceOf[section];
    if (source !== undefined) collect(source, mappingSchema.shape[section as 'result'], value, [section]);
  }
  collect('gradeWords', mappingSchema.shape.grades.shape.words, grades.words, ['grades', 'words']);
  collect('results', mappingSchema.shape.grades.shape.scales, grades.scales, ['grades', 'scales']);
  const compares = changes !== undefined && 'compare' in changes;
  collect(compares ? 'fingerprints' : 'changes', mappingSchema.shape.changes, changes, ['changes']);
  return found;
}

type Found = [path: (string | number)[], column: string];

function columnsIn(schema: z.core.$ZodType, value: unknown, at: readonly (string | number)[]): Found[] {
  if (value === undefined || value === null) return [];
  if (schema === column) return [[[...at], value as string]];
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    return columnsIn(schema.unwrap(), value, at);
  }
  if (schema instanceof z.ZodUnion) {
    const chosen = schema.options.find((option) => z.safeParse(option, value).success);
    return chosen === undefined ? [] : columnsIn(chosen, value, at);
  }
  if (schema instanceof z.ZodArray) {
    return (value as unknown[]).flatMap((item, index) => columnsIn(schema.element, item, [...at, index]));
  }
  if (schema instanceof z.ZodRecord) {
    return Object.keys(value).flatMap((key) => columnsIn(schema.keyType, key, [...at, key]));
  }
  if (schema instanceof z.ZodObject) {
    return Object.entries(schema.shape as z.core.$ZodShape).flatMap(([key, field]) =>
      columnsIn(field, (value as Record<string, unknown>)[key], [...at, key]),
    );
  }
  return [];
}
