import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

/** An edition of a course: its facts from `validFrom` until `validTo` (half-open; null while it is the latest). */
export const CourseEntity = defineEntity({
  name: 'Course',
  tableName: 'course',
  properties: {
    id: p.string().primary(),
    institutionId: p.string(),
    code: p.string(),
    name: p.string(),
    unit: p.string().nullable(),
    hours: p.decimal('string'),
    credits: p.decimal('string'),
    creditScheme: p.string(),
    grading: p.string().nullable(),
    validFrom: p.date(),
    validTo: p.date().nullable(),
    source: p.string(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export type CourseRow = InferEntity<typeof CourseEntity>;
