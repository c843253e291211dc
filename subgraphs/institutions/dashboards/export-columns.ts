import type { Locale } from '../../kit/base/locale.js';
import type { CsvCell } from '../../kit/room/figures/csv.js';
import { FigureGroup } from './figure-export.types.js';

/** What is exported of one member; what is not known, or not to be told, is null. */
export interface MemberRecord {
  readonly id: string;
  readonly memberCode: string;
  readonly name: string;
  readonly province: string | null;
  readonly kind: string;
  readonly state: string;
  readonly joinedOn: string;
  readonly health: string | null;
  readonly lastAnswerAt: string | null;
  readonly calls: number;
  readonly failures: number;
  readonly p95: number | null;
  readonly unavailableSeconds: number;
  readonly year: number | null;
  readonly teachers: number | null;
  readonly reformedCourses: number | null;
  readonly beneficiaries: number | null;
  readonly provinces: number | null;
}

interface Column {
  readonly zh: string;
  readonly en: string;
  readonly of: (member: MemberRecord) => CsvCell;
}

const common: readonly Column[] = [
  { zh: '机构编号', en: 'Institution', of: ({ id }) => id },
  { zh: '成员代码', en: 'Member code', of: ({ memberCode }) => memberCode },
  { zh: '名称', en: 'Name', of: ({ name }) => name },
  { zh: '省份', en: 'Province', of: ({ province }) => province },
  { zh: '类别', en: 'Kind', of: ({ kind }) => kind },
];

const columns: Record<FigureGroup, readonly Column[]> = {
  [FigureGroup.MEMBERS]: [
    { zh: '成员状态', en: 'Member state', of: ({ state }) => state },
    { zh: '加入日期', en: 'Joined on', of: ({ joinedOn }) => joinedOn },
  ],
  [FigureGroup.ADAPTERS]: [
    { zh: '接口状态', en: 'Adapter health', of: ({ health }) => health },
    { zh: '最近应答', en: 'Last answer', of: ({ lastAnswerAt }) => lastAnswerAt },
    { zh: '24小时请求数', en: 'Calls in 24 hours', of: ({ calls }) => calls },
    { zh: '24小时失败数', en: 'Failures in 24 hours', of: ({ failures }) => failures },
    { zh: '95%响应时间（毫秒）', en: 'Response p95 (ms)', of: ({ p95 }) => p95 },
    {
      zh: '24小时不可用（秒）',
      en: 'Unavailable in 24 hours (s)',
      of: ({ unavailableSeconds }) => unavailableSeconds,
    },
  ],
  [FigureGroup.MEMBER_REPORTS]: [
    { zh: '报告年度', en: 'Report year', of: ({ year }) => year },
    { zh: '参与教师', en: 'Teachers', of: ({ teachers }) => teachers },
    { zh: '改革课程', en: 'Reformed courses', of: ({ reformedCourses }) => reformedCourses },
    { zh: '受益人数', en: 'Beneficiaries', of: ({ beneficiaries }) => beneficiaries },
    { zh: '服务省份数', en: 'Provinces served', of: ({ provinces }) => provinces },
  ],
};

/** The header of an export. */
export function headerOf(groups: readonly FigureGroup[], locale: Locale): CsvCell[] {
  const titles = [...common, ...groups.flatMap((group) => columns[group])].map((column) =>
    locale === 'en' ? column.en : column.zh,
  );
  return [
    ...titles.slice(0, common.length),
    locale === 'en' ? 'Group' : '数据组',
    ...titles.slice(common.length),
  ];
}

/** The rows of a member: one per group, in which the columns of the other groups are empty. */
export function rowsOf(member: MemberRecord, groups: readonly FigureGroup[]): CsvCell[][] {
  return groups.map((own) => [
    ...common.map(({ of }) => of(member)),
    own,
    ...groups.flatMap((group) => columns[group].map(({ of }) => (group === own ? of(member) : null))),
  ]);
}
