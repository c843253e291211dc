import { AmrloError } from '../../../kit/base/errors/amrlo-error.js';
import type {
  ChangedRows,
  ListSource,
  Listing,
  ReadContext,
  RecordsDriver,
  Source,
  StudentSource,
} from '../../kit/driver.js';
import type { DriverParts } from '../../kit/driver-parts.js';
import type { NativeRow } from '../../kit/native-row.js';
import { AnswerTooLarge } from './answer-limit.js';
import { bindStatement, type Holes, type PageKey } from './bound-statement.js';
import { checkColumns } from './column-check.js';
import { checkDatabaseUrl } from './database-url.js';
import type { SqlDialect } from './dialect.js';
import { mysqlDialect } from './mysql-dialect.js';
import { oracleDialect } from './oracle-dialect.js';
import { postgresDialect } from './postgres-dialect.js';
import { withinLimits } from './school-questions.js';
import { questionOf, type SqlDeclaration } from './sql-declaration.js';
import { createWriteBack } from './sql-write-back.js';
import { sqlServerDialect } from './sqlserver-dialect.js';

export { sqlDriverSchema } from './sql-declaration.js';

const dialects: readonly SqlDialect[] = [postgresDialect, mysqlDialect, oracleDialect, sqlServerDialect];

/**
 * A driver for records systems over SQL (PostgreSQL, MySQL, MariaDB, Oracle, SQL Server; the URL's scheme tells):
 * read-only sessions in a pool per school, parameters only, a time limit per question, and cancellation that stops the
 * statement on the server. Exemptions are written where the school file declares how and a writing account is given.
 * @throws Error when a statement or a URL is not acceptable, or the URL is missing
 */
export function createSqlDriver(declared: SqlDeclaration, parts: DriverParts): RecordsDriver {
  const { institution, clock } = parts;
  const { dialect, url } = dialectOf(parts.address.databaseUrl, institution, 'AMRLO_SCHOOL_DATABASE_URL');
  const { schema, poolSize, connectTimeoutMs, statementTimeoutMs, maxRows, pageRows, sources } = declared;
  const { maxRowsPerStudent, maxAnswerCharacters } = declared;
  const columnsChecked = new Set<Source>();
  const questions = new Map(
    (Object.keys(sources) as Source[]).map((source) => [source, questionOf(declared, source)]),
  );
  const reader = dialect.openReader({ url, poolSize, connectTimeoutMs, clock });
  const writing = writingOf(declared, parts);
  const about = { institution, dialect, clock };

  function ask(source: Source, holes: Holes, context: ReadContext): Promise<NativeRow[]> {
    const question = questions.get(source);
    if (question === undefined) throw new AmrloError('RECORD_NOT_SUPPLIED', { institution, what: source });
    const statement = bindStatement(question, dialect, schema, holes);
    const students = holes.keys?.length ?? 0;
    // A batch may have what a whole list may have; one student always their own share.
    const most =
      students === 0
        ? maxRows + 1
        : Math.min(students * maxRowsPerStudent, Math.max(maxRows, maxRowsPerStudent));
    return withinLimits(about, context, statementTimeoutMs, async (limits) => {
      if (dialect.callsThroughColumns === true && !columnsChecked.has(source)) {
        await checkColumns(question.columns, schema, (asked) => reader.query(asked, limits));
        columnsChecked.add(source);
      }
      parts.onQuestion?.(source, students);
      try {
        return await reader.query(statement, {
          ...limits,
          answer: { rows: most, characters: maxAnswerCharacters },
        });
      } catch (error) {
        if (!(error instanceof AnswerTooLarge)) throw error;
        throw new AmrloError('SOURCE_TOO_LARGE', { institution, what: source, max: most }, { cause: error });
      }
    });
  }

  function keysOf(source: Source): readonly PageKey[] {
    return (sources[source]?.by ?? []).map(({ key, number }) => ({
      expression: key,
      column: key.slice(key.indexOf('.') + 1).toUpperCase(),
      number,
    }));
  }

  return {
    method: 'SQL',
    cancels: true,
    supplies: async (source) => questions.has(source),

    async read(source: StudentSource, numbers, context) {
      const times = questions.get(source)?.tokens.filter(({ value }) => value === 'keys').length ?? 1;
      const together = Math.max(1, Math.floor(dialect.mostKeys / Math.max(1, times)));
      const chunks: Promise<NativeRow[]>[] = [];
      for (let at = 0; at < numbers.length; at += together) {
        chunks.push(ask(source, { keys: numbers.slice(at, at + together) }, context));
      }
      return (await Promise.all(chunks)).flat();
    },

    /** Page by page where the school file says by what, so that no transaction stays open over a whole list. */
    async list(source: ListSource, context): Promise<Listing> {
      const by = keysOf(source);
      const until = clock.now().getTime() + context.timeoutMs;
      const rows: NativeRow[] = [];
      for (let values: string[] | null = null; ;) {
        const room = maxRows + 1 - rows.length;
        const limit = by.length === 0 ? room : Math.min(room, pageRows);
        const left = { signal: context.signal, timeoutMs: until - clock.now().getTime() };
        const page = await ask(source, { limit, after: { by, values } }, left);
        rows.push(...page);
        if (rows.length > maxRows) {
          throw new AmrloError('SOURCE_TOO_LARGE', { institution, what: source, max: maxRows });
        }
        if (by.length === 0 || page.length < limit) return { rows, complete: true };
        values = placeOf(page.at(-1)!, by, values, institution);
      }
    },

    async changedSince(since, limit, context): Promise<ChangedRows> {
      const by = keysOf('changes');
      const values = parseCursor(since, by.length);
      const rows = await ask('changes', { limit: limit + 1, after: { by, values } }, context);
      const given = rows.slice(0, limit);
      const last = given.at(-1);
      const place = last === undefined ? values : placeOf(last, by, values, institution);
      return { rows: given, next: JSON.stringify(place ?? []), hasMore: rows.length > limit };
    },

    ...(writing === null ? {} : { writeBack: writing.writeBack }),
    delivery: async () => null,
    stop: async () => {
      await Promise.all([reader.end(), writing?.writer.end()]);
    },
  };
}

function dialectOf(
  url: string | undefined,
  institution: string,
  setting: string,
): { dialect: SqlDialect; url: string } {
  if (url === undefined) {
    throw new Error(`The adapter of ${institution} needs ${setting}, the database of its system.`);
  }
  const scheme = /^([a-z]+):/.exec(url)?.[1] ?? '';
  const dialect = dialects.find(({ schemes }) => schemes.includes(scheme));
  if (dialect === undefined) {
    const known = dialects.flatMap(({ schemes }) => schemes.map((one) => `${one}:`));
    throw new Error(`The URL of a school database must begin with ${known.join(', ')}.`);
  }
  checkDatabaseUrl(url, setting);
  return { dialect, url };
}

function writingOf(declared: SqlDeclaration, { institution, address, clock }: DriverParts) {
  if (declared.writeBack === undefined || address.writeDatabaseUrl === undefined) return null;
  const { dialect, url } = dialectOf(
    address.writeDatabaseUrl,
    institution,
    'AMRLO_SCHOOL_WRITE_DATABASE_URL',
  );
  const { connectTimeoutMs } = declared;
  const writer = dialect.openWriter({ url, poolSize: 2, connectTimeoutMs, clock });
  return { writer, writeBack: createWriteBack(declared, { institution, dialect, writer, clock }) };
}

/** Where a page ended. */
function placeOf(
  row: NativeRow,
  by: readonly PageKey[],
  before: readonly string[] | null,
  institution: string,
): string[] {
  const place = by.map(({ column }) => row[column]);
  const whole = place.filter((value): value is string => typeof value === 'string');
  // Reading on from nowhere, or from where it began, would never end.
  if (whole.length !== by.length || JSON.stringify(whole) === JSON.stringify(before)) {
    const names = by.map(({ column }) => column).join(', ');
    const cause = new Error(`${names} must be in the answer, never null, and unique together.`);
    throw new AmrloError('SCHOOL_UNAVAILABLE', { institution }, { cause });
  }
  return whole;
}

/** The values of a cursor; null for the beginning. */
function parseCursor(since: string | null, length: number): string[] | null {
  if (since === null) return null;
  try {
    const values = JSON.parse(since) as unknown;
    if (Array.isArray(values) && values.length === 0) return null;
    const texts = Array.isArray(values) ? values.filter((value) => typeof value === 'string') : [];
    if (texts.length === length) return texts;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  throw new AmrloError('INPUT_INVALID', { detail: 'since is no cursor of this school' });
}
