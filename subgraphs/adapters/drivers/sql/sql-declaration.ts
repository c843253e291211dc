import { z } from 'zod';
import { listSources, studentSources, type Source } from '../../kit/driver.js';
import { checkInsert, checkQuestion, type CheckedStatement, type StatementRules } from './statement-check.js';
import { StatementFault, isKeyword } from './statement-tokens.js';

const identifier = z.string().regex(/^[A-Za-z_][A-Za-z0-9_$]{0,62}$/, 'must be a plain identifier');

/** A column that a list is ordered by and read on from: `k.KCDM`, or `{ key: k.ID, number: true }`. */
const key = z.string().regex(/^[\p{L}_][\p{L}\p{Nd}_]*\.[\p{L}_][\p{L}\p{Nd}_]*$/u, 'must be alias.COLUMN');
const keyColumn = z.union([
  key.transform((text) => ({ key: text, number: false })),
  z.strictObject({ key, number: z.boolean() }),
]);

const source = z.strictObject({
  /** One SELECT. Its holes: {schema}; {keys} of students; {limit}, {after} of lists; {limit}, {since} of `changes`. */
  statement: z.string().min(1),
  /** What {after} and {since} read on by: together unique, never null, in the order of the statement, in its answer. */
  by: z.array(keyColumn).min(1).optional(),
});

const words = z.partialRecord(z.enum(['WAIVE_STUDY', 'WAIVE_EXAM', 'BOTH']), z.string().min(1));

/** What a write-back statement may know of an exemption. */
export const exemptionHoles = [
  'studentNumber',
  'courseCode',
  'term',
  'academicYear',
  'firstYear',
  'termNumber',
  'certificateNumber',
  'kind',
  'recordedGrade',
  'credits',
] as const;

const writeBack = z.strictObject({
  /** Finds what stands in the exemption's place; gives at least CERTIFICATE_NUMBER and RECORDED_GRADE. */
  exists: z.string().min(1),
  /** INSERTs that write it, each exactly one row, in their order. */
  insert: z.union([
    z
      .string()
      .min(1)
      .transform((text) => [text]),
    z.array(z.string().min(1)).min(1),
  ]),
  /** The system's words for {kind}; the contract's own codes where it has none. */
  kinds: words.default({}),
});

/** What a school file declares about its database: what is asked there, and how hard. */
export const sqlDriverSchema = z
  .strictObject({
    kind: z.literal('sql'),
    /** The schema (MariaDB: the database) of the system's tables, {schema} in statements. */
    schema: identifier,
    /** Further schemas that statements may read. */
    schemas: z.array(identifier).default([]),
    /** Most sessions at once; a records system serves its own people first. */
    poolSize: z.int().min(1).max(50).default(4),
    /** Longest time of one question; the request's own budget may be shorter. */
    statementTimeoutMs: z.int().positive().default(5_000),
    connectTimeoutMs: z.int().positive().default(3_000),
    /** A list that is longer is refused. */
    maxRows: z.int().min(1).max(10_000_000).default(100_000),
    /** Rows of a source for one student; a question that gives more is stopped on the server and refused. */
    maxRowsPerStudent: z.int().min(1).max(1_000_000).default(20_000),
    /** Characters of everything that one statement gives; beyond it is stopped and refused. */
    maxAnswerCharacters: z.int().min(1).max(500_000_000).default(100_000_000),
    /** Rows of a list in one statement, where it is read page by page. */
    pageRows: z.int().min(1).max(10_000).default(2_000),
    sources: z.partialRecord(z.enum([...studentSources, ...listSources, 'changes']), source),
    writeBack: writeBack.optional(),
  })
  .superRefine((declared, context) => {
    const reported = (path: (string | number)[], check: () => unknown): void => {
      try {
        check();
      } catch (error) {
        if (!(error instanceof StatementFault)) throw error;
        context.addIssue({ code: 'custom', path, message: error.message });
      }
    };
    for (const name of Object.keys(declared.sources) as Source[]) {
      reported(['sources', name, 'statement'], () => questionOf(declared, name));
    }
    if (declared.writeBack === undefined) return;
    reported(['writeBack', 'exists'], () => existsOf(declared));
    declared.writeBack.insert.forEach((_, at) =>
      reported(['writeBack', 'insert', at], () => insertOf(declared, at)),
    );
  });

/** A database as a school file declares it. */
export type SqlDeclaration = z.output<typeof sqlDriverSchema>;

type Declared = Pick<SqlDeclaration, 'schemas' | 'sources' | 'writeBack'>;

/**
 * The checked statement of a declared source.
 * @throws StatementFault
 */
export function questionOf(declared: Declared, name: Source): CheckedStatement {
  const { statement = '', by } = declared.sources[name] ?? {};
  const ofStudents = (studentSources as readonly string[]).includes(name);
  const further = name === 'changes' ? 'since' : 'after';
  const checked = checkQuestion(statement, {
    schemas: declared.schemas,
    holes: ofStudents ? ['schema', 'keys'] : ['schema', 'limit', ...(by === undefined ? [] : [further])],
    identities: name === 'identities',
  });
  if (ofStudents) checkKeys(checked);
  else checkLimit(checked);
  if (by !== undefined && ofStudents) throw new StatementFault('reads by {keys} and needs no "by"');
  for (const { key: written } of by ?? []) {
    const [alias, column] = written.toUpperCase().split('.');
    const ordered = checked.tokens.some(
      ({ value }, at) =>
        value === alias && checked.tokens[at + 1]?.value === '.' && checked.tokens[at + 2]?.value === column,
    );
    // What is only compared would be checked by nobody.
    if (!ordered) throw new StatementFault(`must name ${written}, by which it reads on`);
  }
  if (by === undefined ? name === 'changes' : !hasHole(checked, further)) {
    throw new StatementFault(`must read on with {${further}} in its condition and "by" beside it`);
  }
  return checked;
}

/** @throws StatementFault */
export function existsOf(declared: Declared): CheckedStatement {
  const checked = checkQuestion(declared.writeBack?.exists ?? '', writeRules(declared));
  for (const column of ['CERTIFICATE_NUMBER', 'RECORDED_GRADE']) {
    const named = checked.tokens.some(({ kind, value }) => kind === 'word' && value === column);
    if (!named) throw new StatementFault(`must give ${column}`);
  }
  for (const hole of ['studentNumber', 'courseCode']) {
    if (!hasHole(checked, hole)) throw new StatementFault(`must look for {${hole}}`);
  }
  return checked;
}

/** @throws StatementFault */
export function insertOf(declared: Declared, at: number): ReturnType<typeof checkInsert> {
  return checkInsert(declared.writeBack?.insert[at] ?? '', writeRules(declared));
}

function writeRules({ schemas }: Declared): StatementRules {
  return { schemas, holes: ['schema', ...exemptionHoles], identities: false };
}

function hasHole({ tokens }: CheckedStatement, name: string): boolean {
  return tokens.some(({ kind, value }) => kind === 'hole' && value === name);
}

function checkKeys({ tokens }: CheckedStatement): void {
  const at = tokens.flatMap(({ kind, value }, index) => (kind === 'hole' && value === 'keys' ? [index] : []));
  const listed = at.every(
    (index) =>
      isKeyword(tokens[index - 2], 'IN') &&
      tokens[index - 1]?.value === '(' &&
      tokens[index + 1]?.value === ')',
  );
  if (at.length === 0 || !listed) throw new StatementFault('must read by IN ({keys})');
}

/** The end of a list is written in each dialect's way, and all of them want an order for it. */
function checkLimit({ tokens }: CheckedStatement): void {
  let depth = 0;
  const ordered = tokens.some((token, at) => {
    if (token.kind === 'sign' && token.value === '(') depth += 1;
    if (token.kind === 'sign' && token.value === ')') depth -= 1;
    return depth === 0 && isKeyword(token, 'ORDER') && isKeyword(tokens[at + 1], 'BY');
  });
  const last = tokens.at(-1);
  const limits = tokens.filter(({ kind, value }) => kind === 'hole' && value === 'limit').length;
  if (!ordered || limits !== 1 || last?.kind !== 'hole' || last.value !== 'limit') {
    throw new StatementFault(
      'is read whole and must end in ORDER BY … {limit}, so that it cannot grow without end',
    );
  }
}
