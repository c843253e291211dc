import type { LoaderDefinition } from '../../kit/room/scope/request-scope.js';
import { noteReads } from '../audit/read-audit.js';
import { StudentRecordLinkEntity, type StudentRecordLinkRow } from './student-record-link.entity.js';
import type { StudentRecordReference } from './student-record.types.js';

/** The key of a school record. */
export interface RecordKey {
  readonly institutionId: string;
  readonly studentNumber: string;
}

/** The proved school records of learners, as references that the schools resolve. */
export const recordsByLearner: LoaderDefinition<string, StudentRecordReference[]> = {
  name: 'recordsByLearner',
  async batch(scope, learnerIds) {
    const rows = await scope.find(
      StudentRecordLinkEntity,
      { learnerId: { $in: [...learnerIds] }, confirmedAt: { $ne: null } },
      { orderBy: { confirmedAt: 'asc', id: 'asc' } },
    );
    noteReads(scope, 'READ_STUDENT_RECORD', 'StudentRecord', rows.map(asPersonal));
    return learnerIds.map((id) =>
      rows
        .filter((row) => row.learnerId === id)
        .map(({ institutionId, studentNumber }) => ({ institutionId, studentNumber })),
    );
  },
};

/** The id of the learner whose record it is, as far as the caller may see it. */
export const learnerIdByRecord: LoaderDefinition<RecordKey, string | null> = {
  name: 'learnerIdByRecord',
  cacheKey: (key) => `${key.institutionId}\n${key.studentNumber}`,
  async batch(scope, keys) {
    const rows = await scope.find<StudentRecordLinkRow>(StudentRecordLinkEntity, {
      $or: keys.map(({ institutionId, studentNumber }) => ({ institutionId, studentNumber })),
      confirmedAt: { $ne: null },
    });
    return keys.map(
      (key) =>
        rows.find((row) => row.institutionId === key.institutionId && row.studentNumber === key.studentNumber)
          ?.learnerId ?? null,
    );
  },
};

function asPersonal(row: StudentRecordLinkRow) {
  return { id: row.id, learnerId: row.learnerId, ownerSubject: row.ownerSubject };
}
