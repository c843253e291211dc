/** What this driver reads of a file of the standard. */
interface FileDefinition {
  /** Columns that a row cannot do without. */
  readonly required: readonly string[];
  /** Columns that name a row of another file. */
  readonly references: Readonly<Record<string, OneRosterFile>>;
  /** The column that says which student a row is about, where it is about one. */
  readonly student?: string;
}

/** The files that records are made of, by lower-case name; others of the standard are not read. */
export const oneRosterFiles = [
  'orgs',
  'academicsessions',
  'users',
  'roles',
  'courses',
  'classes',
  'enrollments',
  'categories',
  'scorescales',
  'lineitems',
  'results',
] as const;
export type OneRosterFile = (typeof oneRosterFiles)[number];

/** The versions of the standard that schools deliver. */
export type OneRosterVersion = '1.1' | '1.2';

const common: Record<OneRosterFile, FileDefinition> = {
  orgs: { required: ['sourcedId', 'name'], references: {} },
  academicsessions: { required: ['sourcedId', 'title'], references: {} },
  users: { required: ['sourcedId', 'familyName'], references: {}, student: 'sourcedId' },
  roles: {
    required: ['sourcedId', 'userSourcedId', 'role'],
    references: { userSourcedId: 'users' },
    student: 'userSourcedId',
  },
  courses: { required: ['sourcedId', 'title'], references: {} },
  classes: { required: ['sourcedId', 'title'], references: { courseSourcedId: 'courses' } },
  enrollments: {
    required: ['sourcedId', 'classSourcedId', 'userSourcedId', 'role'],
    references: { classSourcedId: 'classes', userSourcedId: 'users' },
    student: 'userSourcedId',
  },
  categories: { required: ['sourcedId', 'title'], references: {} },
  scorescales: { required: ['sourcedId', 'scoreScaleValue'], references: {} },
  lineitems: {
    required: ['sourcedId', 'classSourcedId'],
    references: {
      classSourcedId: 'classes',
      categorySourcedId: 'categories',
      scoreScaleSourcedId: 'scorescales',
    },
  },
  results: {
    required: ['sourcedId', 'lineItemSourcedId', 'studentSourcedId'],
    references: { lineItemSourcedId: 'lineitems', studentSourcedId: 'users' },
    student: 'studentSourcedId',
  },
};

/**
 * The files of a version, each with what this driver needs of it. In 1.1 a user has one role, in a column of its own;
 * 1.2 moved it to `roles.csv` and added `scoreScales.csv` (OneRoster CSV Binding 1.1 and 1.2).
 */
export const oneRosterDefinitions: Readonly<
  Record<OneRosterVersion, Readonly<Partial<Record<OneRosterFile, FileDefinition>>>>
> = {
  '1.1': {
    ...without(common, ['roles', 'scorescales']),
    users: { ...common.users, required: ['sourcedId', 'familyName', 'role'] },
    lineitems: {
      ...common.lineitems,
      references: { classSourcedId: 'classes', categorySourcedId: 'categories' },
    },
  },
  '1.2': common,
};

/** Misspelt headers seen in real deliveries. */
export const headerSpelling: Readonly<Record<string, string>> = {
  dataLastModified: 'dateLastModified',
  prefferedGivenName: 'preferredGivenName',
  prefferedMiddleName: 'preferredMiddleName',
  prefferedFamilyName: 'preferredFamilyName',
};

function without<T extends object>(whole: T, names: readonly (keyof T & string)[]): Partial<T> {
  return Object.fromEntries(
    Object.entries(whole).filter(([name]) => !names.includes(name as keyof T & string)),
  ) as Partial<T>;
}
