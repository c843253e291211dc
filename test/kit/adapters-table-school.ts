import type {
  ChangedRows,
  Delivery,
  Exemption,
  ListSource,
  RecordsDriver,
  Source,
  StudentSource,
} from '../../subgraphs/adapters/kit/driver.js';
import { createAdapter, type Adapter } from '../../subgraphs/adapters/kit/create-adapter.js';
import { mappingSchema, type Mapping } from '../../subgraphs/adapters/kit/mapping.js';
import type { NativeRow } from '../../subgraphs/adapters/kit/native-row.js';
import { FakeClock } from '../../subgraphs/kit/base/clock.js';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import type { AssertionVerifier } from '../../subgraphs/kit/base/identity/assertion.js';

/** Rows by source; a source that is absent is not supplied. Tests change them as a school does. */
export type Tables = Partial<Record<Source, NativeRow[]>>;

/** What of a system a test sets. */
export interface TableSystem {
  tables: Tables;
  /** Lists of which the system does not say how much there is. */
  readonly incomplete: Set<ListSource>;
  /** Sources that fail. */
  readonly failing: Map<Source, AmrloError>;
  delivery: Delivery | null;
  /** Each question that was asked. */
  readonly asked: Source[];
  writeBack?: (exemption: Exemption) => Promise<'WRITTEN' | 'ALREADY_WRITTEN'>;
  changedSince?: (since: string | null, limit: number) => Promise<ChangedRows>;
  rejected: Set<string>;
}

/** A system whose tables lie in memory; every row has its student number in the column `XH`. */
export function tableSystem(tables: Tables = {}): TableSystem {
  return {
    tables,
    incomplete: new Set(),
    failing: new Map(),
    delivery: null,
    asked: [],
    rejected: new Set(),
  };
}

/** The driver of such a system. */
export function tableDriver(system: TableSystem): RecordsDriver {
  const rowsOf = (source: Source): NativeRow[] => {
    system.asked.push(source);
    const failure = system.failing.get(source);
    if (failure !== undefined) throw failure;
    const rows = system.tables[source];
    if (rows === undefined) throw new AmrloError('RECORD_NOT_SUPPLIED', { institution: 'S', what: source });
    return rows;
  };
  return {
    method: system.delivery === null ? 'SQL' : 'DROP',
    cancels: true,
    supplies: async (source) => system.tables[source] !== undefined,
    read: async (source: StudentSource, numbers) =>
      rowsOf(source).filter((row) => numbers.includes(row['XH'] ?? '')),
    list: async (source: ListSource) => ({
      rows: [...rowsOf(source)],
      complete: !system.incomplete.has(source),
    }),
    delivery: async () => system.delivery,
    hasRejectedRows: async (studentNumber) => system.rejected.has(studentNumber),
    ...(system.changedSince === undefined ? {} : { changedSince: system.changedSince }),
    ...(system.writeBack === undefined ? {} : { writeBack: system.writeBack }),
    stop: async () => undefined,
  };
}

/** A mapping of every section of the kit, on short columns. */
export const wholeMapping: Mapping = mappingSchema.parse({
  system: 'Tables',
  student: {
    studentNumber: 'XH',
    name: 'XM',
    programme: 'ZYMC',
    level: { column: 'CC', codes: { 本科: 'UNDERGRADUATE' } },
    studyForm: { column: 'XXXS', codes: { 普通: 'REGULAR', 成人: 'ADULT' } },
    enrolmentStatus: [
      { when: { ZT: '在校' }, status: 'ENROLLED' },
      { when: { ZT: '毕业' }, status: 'GRADUATED' },
      { when: { ZT: '结业' }, status: 'COMPLETED' },
      { when: { ZT: '退学' }, status: 'WITHDRAWN' },
    ],
    enrolledOn: 'RXRQ',
  },
  identity: { studentNumber: 'XH', name: 'XM', identityNumber: 'SFZH' },
  result: {
    studentNumber: 'XH',
    key: 'XKKH',
    courseCode: 'KCDM',
    courseName: 'KCMC',
    courseEnglishName: 'KCYWMC',
    credits: 'XF',
    creditScheme: 'CN-16',
    hours: { total: 'XS' },
    sittings: {
      first: 'CJ',
      resit: 'BKCJ',
      retake: 'CXCJ',
      retakeWhen: { CXBJ: '1' },
      remark: 'BZ',
    },
    term: { year: 'XN', number: 'XQ' },
    recordedOn: 'CJDATE',
    components: [
      { kind: 'COURSEWORK', name: '平时', column: 'PSCJ', weight: 'PSBL' },
      { kind: 'EXAMINATION', name: '期末', column: 'QMCJ' },
    ],
  },
  grades: {
    passMark: '60',
    resitCap: '60',
    numberScale: 'CN-PERCENT',
    statuses: { 缺考: 'ABSENT', 作弊: 'MISCONDUCT', 免修: 'EXEMPTED', 缓考: 'DEFERRED' },
    wordScales: { 优秀: 'CN-FIVE-LEVEL', 及格: 'CN-FIVE-LEVEL', 合格: 'CN-TWO-LEVEL', 通过: 'CN-TWO-LEVEL' },
    passWords: { 合格: true, 通过: true },
    words: { word: 'CJ', percentage: 'DYCJ' },
  },
  enrolment: {
    studentNumber: 'XH',
    term: { year: 'XN', number: 'XQ' },
    programme: 'ZYMC',
    status: [{ when: { ZT: '在校' }, status: 'ENROLLED' }],
    from: 'KSRQ',
    lastDay: 'JSRQ',
  },
  certificate: {
    studentNumber: 'XH',
    key: 'ZSID',
    kind: [{ when: { LX: '毕业' }, kind: 'GRADUATION' }],
    number: 'ZSBH',
    name: 'ZSMC',
    grade: 'ZSCJ',
    awardedOn: 'FZRQ',
  },
  course: {
    code: 'KCDM',
    name: 'KCMC',
    englishName: 'KCYWMC',
    credits: 'XF',
    creditScheme: 'CN-16',
    hours: { total: 'XS' },
    validFrom: 'QYRQ',
  },
  courseCode: {
    code: 'KCDM',
    formerCode: 'YKCDM',
    formerName: 'YKCMC',
    validFrom: 'QYRQ',
    validTo: 'TYRQ',
  },
  programme: {
    code: 'ZYDM',
    name: 'ZYMC',
    credits: 'ZXF',
    creditScheme: 'CN-16',
    years: 'XZ',
    version: 'NJ',
  },
  requirement: {
    programmeCode: 'ZYDM',
    version: 'NJ',
    group: 'KZ',
    name: 'KZMC',
    credits: 'XF',
    compulsory: [
      { when: { XBX: '必' }, is: true },
      { when: { XBX: '选' }, is: false },
    ],
    exemptable: [{ when: { KZMC: '毕业设计' }, is: false }],
    courseCode: 'KCDM',
  },
  gradeCount: {
    referenceGroup: 'ZB',
    fieldOfStudy: 'XKFL',
    fromYear: 'QSN',
    toYear: 'JZN',
    grade: 'CJ',
    count: 'RS',
  },
  changes: { studentNumber: 'XH', changedAt: 'XGSJ' },
});

/** An adapter over such a system, on a clock of the test's. */
export function tableAdapter(
  system: TableSystem,
  verifier: AssertionVerifier,
  options: { mapping?: Mapping; clock?: FakeClock; stateDir?: string } = {},
): Adapter {
  return createAdapter({
    school: { institutionId: 'inst_tables', name: 'A school' },
    driver: tableDriver(system),
    mapping: options.mapping ?? wholeMapping,
    verifier,
    clock: options.clock ?? new FakeClock(),
    stateDir: options.stateDir,
  });
}
