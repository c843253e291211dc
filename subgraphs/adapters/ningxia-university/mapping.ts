import type { Statements } from '../drivers/sql/statements.js';
import type { Mapping } from '../kit/mapping.js';

/** The system's own schema. */
export const zhengfangSchema = 'zfxfzb';

/** What is asked of the Zhengfang tables; the faults that each line answers are listed in README.md. */
export const statements: Statements = {
  students: `
    SELECT x.XH, x.XM, x.ZYMC, x.CC, x.XJZT, x.SFZX, x.RXRQ, x.BYRQ,
      (SELECT MIN(z.TJZYDM) FROM {schema}.ZYDMB z WHERE z.ZYDM = x.ZYDM) AS ZYDM_GB,
      (SELECT CASE WHEN COUNT(*) = 1 THEN MIN(z.TJZYDM) END
         FROM {schema}.ZYDMB z WHERE x.ZYDM IS NULL AND z.ZYMC = x.ZYMC) AS ZYMC_GB
    FROM {schema}.XSJBXXB x
    WHERE x.XH IN ({keys})
    ORDER BY x.XH`,
  results: `
    SELECT c.XH, c.XKKH, c.XMDM, c.XN, c.XQ, c.KCDM, c.KCMC, c.XF, c.CJ, c.BKCJ, c.CXCJ, c.CXBJ, c.BZ, c.FXBJ,
      c.CJDATE, c.XGSJ,
      COALESCE(k.ZXS, (SELECT MIN(t.ZXS) FROM {schema}.JXRWB t WHERE t.XKKH = c.XKKH)) AS ZXS,
      (SELECT MIN(t.QSJSZ) FROM {schema}.JXRWB t WHERE t.XKKH = c.XKKH) AS QSJSZ
    FROM {schema}.CJB c
    LEFT JOIN {schema}.KCDMB k ON k.KCDM = c.KCDM
    WHERE c.XH IN ({keys})
    ORDER BY c.XH, c.XN, c.XQ, c.XKKH`,
  identities: `
    SELECT x.XH, x.XM, x.SFZH FROM {schema}.XSJBXXB x WHERE x.XH IN ({keys})`,
  gradeWords: `
    SELECT d.CJ, d.DYCJ FROM {schema}.CJDZB d`,
};

/** What the columns mean at 宁夏大学. */
export const mapping: Mapping = {
  system: '正方教务管理系统 (zfxfzb)',
  student: {
    studentNumber: 'XH',
    name: 'XM',
    programme: 'ZYMC',
    programmeCode: ['ZYDM_GB', 'ZYMC_GB'],
    level: {
      column: 'CC',
      codes: {
        本科: 'UNDERGRADUATE',
        专科: 'JUNIOR_COLLEGE',
        专升本: 'JUNIOR_COLLEGE_TO_UNDERGRADUATE',
        高起本: 'UPPER_SECONDARY_TO_UNDERGRADUATE',
      },
    },
    enrolmentStatus: [
      { when: { XJZT: '有', SFZX: '是' }, status: 'ENROLLED' },
      { when: { XJZT: '有', SFZX: '否' }, status: 'SUSPENDED' },
      // XJZT 无 says that the person has left: with a graduation date by graduating, without one in a way nobody knows.
      { when: { XJZT: '无', BYRQ: '*' }, status: 'GRADUATED' },
    ],
    enrolledOn: 'RXRQ',
    graduatedOn: 'BYRQ',
  },
  identity: { studentNumber: 'XH', name: 'XM', identityNumber: 'SFZH' },
  result: {
    studentNumber: 'XH',
    key: ['XMDM', 'XKKH'],
    courseCode: 'KCDM',
    courseName: 'KCMC',
    classNumber: { column: 'XKKH', style: 'TERM_FIRST', courseCodeWidth: 8 },
    credits: 'XF',
    creditScheme: 'CN-16',
    hours: { perWeek: 'ZXS', weeks: 'QSJSZ' },
    sittings: { first: 'CJ', resit: 'BKCJ', retake: 'CXCJ', retakeWhen: { CXBJ: '1' }, remark: 'BZ' },
    term: { year: 'XN', number: 'XQ' },
    recordedOn: ['CJDATE', 'XGSJ'],
    flags: [{ when: { FXBJ: '1' }, flag: 'MINOR_PROGRAMME' }],
  },
  grades: {
    passMark: '60',
    resitCap: '60',
    numberScale: 'CN-PERCENT',
    statuses: { 缺考: 'ABSENT', 作弊: 'MISCONDUCT', 免修: 'EXEMPTED', 缓考: 'DEFERRED' },
    wordScales: {
      优秀: 'CN-FIVE-LEVEL',
      良好: 'CN-FIVE-LEVEL',
      中等: 'CN-FIVE-LEVEL',
      及格: 'CN-FIVE-LEVEL',
      不及格: 'CN-FIVE-LEVEL',
      合格: 'CN-TWO-LEVEL',
      不合格: 'CN-TWO-LEVEL',
    },
    passWords: { 合格: true, 不合格: false },
    words: { word: 'CJ', percentage: 'DYCJ' },
  },
};
