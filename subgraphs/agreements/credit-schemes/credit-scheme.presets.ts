/** A way of counting credit, as data: what one credit stands for. */
export interface CreditSchemePreset {
  readonly code: string;
  readonly version: number;
  readonly nameZh: string;
  readonly name: string;
  /** Hours that stand for one credit, as a fraction; null where the scheme counts none. */
  readonly hoursPerCredit: { readonly numerator: number; readonly denominator: number } | null;
  /** What the hours are: CONTACT (taught) or WORKLOAD (all of a student's work). */
  readonly hoursKind: 'CONTACT' | 'WORKLOAD' | null;
  /** The grid that a converted amount is rounded down to. */
  readonly granularity: string;
  /** Where the numbers come from. */
  readonly source: string;
}

/** The schemes that ship (model.md sections 4 and 9.8). Between CN and ECTS only an agreement gives a ratio. */
export const creditSchemePresets: readonly CreditSchemePreset[] = [
  {
    code: 'CN-16',
    version: 1,
    nameZh: '16 学时制学分',
    name: 'Chinese credit of 16 contact hours',
    hoursPerCredit: { numerator: 16, denominator: 1 },
    hoursKind: 'CONTACT',
    granularity: '0.5',
    source: 'the norm for theory courses; 78 % of the offerings of one university in 2018-19',
  },
  {
    code: 'CN-17',
    version: 1,
    nameZh: '17 学时制学分',
    name: 'Chinese credit of 17 contact hours',
    hoursPerCredit: { numerator: 17, denominator: 1 },
    hoursKind: 'CONTACT',
    granularity: '0.5',
    source: 'schools that count 17 teaching weeks',
  },
  {
    code: 'CN-18',
    version: 1,
    nameZh: '18 学时制学分',
    name: 'Chinese credit of 18 contact hours',
    hoursPerCredit: { numerator: 18, denominator: 1 },
    hoursKind: 'CONTACT',
    granularity: '0.5',
    source: 'schools that count 18 teaching weeks',
  },
  {
    code: 'ECTS',
    version: 1,
    nameZh: '欧洲学分',
    name: 'European Credit Transfer and Accumulation System',
    hoursPerCredit: { numerator: 55, denominator: 2 },
    hoursKind: 'WORKLOAD',
    granularity: '0.5',
    source: "ECTS Users' Guide 2015: 25 to 30 hours of workload; their middle",
  },
  {
    code: 'ACBS',
    version: 1,
    nameZh: '韩国学分银行学分',
    name: 'Credit of the Academic Credit Bank System of Korea',
    hoursPerCredit: { numerator: 15, denominator: 1 },
    hoursKind: 'CONTACT',
    granularity: '1',
    source: 'Academic Credit Bank System: 15 hours of class a credit',
  },
  {
    code: 'US-SEM',
    version: 1,
    nameZh: '美国学期制学分',
    name: 'US semester unit',
    hoursPerCredit: null,
    hoursKind: null,
    granularity: '0.01',
    source: '1 semester unit = 3/2 quarter units',
  },
  {
    code: 'US-QTR',
    version: 1,
    nameZh: '美国学季制学分',
    name: 'US quarter unit',
    hoursPerCredit: null,
    hoursKind: null,
    granularity: '0.01',
    source: '1 quarter unit = 2/3 semester units',
  },
];

/** Whether a code is a scheme's. */
export function isCreditScheme(code: string): boolean {
  return creditSchemePresets.some((scheme) => scheme.code === code);
}
