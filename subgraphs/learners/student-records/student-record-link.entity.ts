import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

/**
 * A school record that belongs to a learner. It counts from `confirmedAt`: the school said that the record carries
 * the learner's identity, and that identity is verified.
 */
export const StudentRecordLinkEntity = defineEntity({
  name: 'StudentRecordLink',
  tableName: 'student_record_link',
  properties: {
    id: p.string().primary(),
    learnerId: p.string(),
    ownerSubject: p.string(),
    institutionId: p.string(),
    studentNumber: p.string(),
    confirmedAt: p.datetime().nullable(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export type StudentRecordLinkRow = InferEntity<typeof StudentRecordLinkEntity>;
