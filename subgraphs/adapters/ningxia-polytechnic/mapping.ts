import type { Mapping } from '../kit/mapping.js';

/** What of the delivery counts at 宁夏职业技术大学. */
export const choice = { finalCategory: '总评', identityColumn: 'userMasterIdentifier' } as const;

/**
 * What the columns of the OneRoster delivery mean at 宁夏职业技术大学. Credits, hours, programme, level and the number
 * of a term have no place in OneRoster; this school adds them as `metadata.*` columns, as the standard allows.
 */
export const mapping: Mapping = {
  system: 'OneRoster 1.2 CSV',
  student: {
    studentNumber: 'user.sourcedId',
    name: 'user.fullName',
    programme: 'user.metadata.programme',
    level: { column: 'user.metadata.level', codes: { 本科: 'UNDERGRADUATE', 专科: 'JUNIOR_COLLEGE' } },
    enrolmentStatus: [
      { when: { 'user.enabledUser': 'true', 'role.endDate': '' }, status: 'ENROLLED' },
      { when: { 'user.enabledUser': 'TRUE', 'role.endDate': '' }, status: 'ENROLLED' },
    ],
    enrolledOn: 'role.beginDate',
  },
  identity: { studentNumber: 'user.sourcedId', name: 'user.fullName', identityNumber: 'identityNumber' },
  result: {
    studentNumber: 'result.studentSourcedId',
    key: 'result.sourcedId',
    courseCode: 'course.courseCode',
    courseName: ['course.title', 'class.title'],
    credits: 'course.metadata.credits',
    creditScheme: 'CN-16',
    hours: { total: 'course.metadata.hours' },
    sittings: { first: ['result.score', 'result.textScore'], remark: 'result.scoreStatus' },
    range: { lowest: 'lineItem.resultValueMin', highest: 'lineItem.resultValueMax' },
    term: { year: 'term.academicYear', number: 'term.metadata.termNumber' },
    recordedOn: 'result.scoreDate',
  },
  grades: {
    passMark: '60',
    resitCap: null,
    numberScale: 'CN-PERCENT',
    statuses: {
      exempt: 'EXEMPTED',
      withdrawn: 'WITHDRAWN',
      'not submitted': 'INCOMPLETE',
      'partially graded': 'INCOMPLETE',
      submitted: 'INCOMPLETE',
    },
    wordScales: {
      优秀: 'CN-FIVE-LEVEL',
      良好: 'CN-FIVE-LEVEL',
      中等: 'CN-FIVE-LEVEL',
      及格: 'CN-FIVE-LEVEL',
      不及格: 'CN-FIVE-LEVEL',
    },
    passWords: {},
    words: { word: 'word', percentage: 'percentage' },
  },
};
