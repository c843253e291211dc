import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

/** A class of a course in one term (教学班); its hours and credits are its own. */
export const CourseOfferingEntity = defineEntity({
  name: 'CourseOffering',
  tableName: 'course_offering',
  properties: {
    id: p.string().primary(),
    institutionId: p.string(),
    courseId: p.string(),
    academicYear: p.string(),
    term: p.integer(),
    classKey: p.string(),
    unit: p.string().nullable(),
    cohort: p.string().nullable(),
    capacity: p.integer().nullable(),
    hours: p.decimal('string'),
    credits: p.decimal('string'),
    creditScheme: p.string(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export type CourseOfferingRow = InferEntity<typeof CourseOfferingEntity>;
