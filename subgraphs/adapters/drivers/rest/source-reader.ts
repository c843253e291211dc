import { AmrloError } from '../../../kit/base/errors/amrlo-error.js';
import type { Source, StudentSource } from '../../kit/driver.js';
import type { NativeRow } from '../../kit/native-row.js';
import type { ExactJson } from './exact-json.js';
import { fits, onlyColumns, rowsOf } from './json-rows.js';
import { readList, TooManyItems, type Items } from './pages.js';
import type { Reading } from './reading.js';
import type { References } from './references.js';
import type { Answer, Question, RestClient } from './rest-client.js';
import type { DeclaredRest, DeclaredRows, DeclaredShape } from './rest-declaration.js';
import { fillText, type Values } from './template.js';

/** Rows with every column of the answer, before those are chosen that are kept. */
export interface WideRows {
  readonly rows: readonly NativeRow[];
  /** Whether they are all rows that the service holds. */
  readonly complete: boolean;
}

/** What reads the declared sources of one school. */
export interface SourceReader {
  /** All rows of a list. */
  list(
    name: Source,
    declared: DeclaredRows,
    values: Values,
    reading: Reading,
    enough?: (items: readonly ExactJson[]) => boolean,
  ): Promise<WideRows>;
  /** The rows about one student; `rowsOfStudent` reads a source that this one is asked for each row of. */
  student(
    name: StudentSource,
    studentNumber: string,
    reading: Reading,
    rowsOfStudent: (source: StudentSource) => Promise<WideRows>,
  ): Promise<WideRows>;
}

/** What was asked for does not exist there. */
class NotFound extends Error {}

/** Most rows of one source for each of which another is asked. */
const mostParents = 20;

/** The column in which the number stands that was asked for. */
export const askedNumber = 'studentNumber';

/** The reader of the sources that a school file declares. */
export function createSourceReader(
  declared: DeclaredRest,
  client: RestClient,
  references: References,
  institution: string,
): SourceReader {
  async function rows(
    name: Source,
    source: DeclaredRows,
    question: Question,
    values: Values,
    reading: Reading,
    enough?: (items: readonly ExactJson[]) => boolean,
  ): Promise<WideRows> {
    const told = { source: name, keys: values(askedNumber) == null ? 0 : 1 };
    const { items, complete } = await listOf(
      name,
      source,
      question,
      (asked) => client.ask(asked, reading, told),
      enough,
    );
    const flat = flatten(items, source);
    const wanted = flat.rows.filter((row) => fits(row, source.where, values));
    const found = await Promise.all(wanted.map((row) => references.lookUp(row, source.lookups, reading)));
    return {
      rows: found
        .filter(({ row }) => fits(row, source.whereFound, values))
        .map(({ row }) => composed(row, source.compose)),
      complete: complete && flat.complete && found.every((one) => one.complete),
    };
  }

  /** @throws NotFound, and AmrloError `SOURCE_TOO_LARGE` */
  async function listOf(
    name: string,
    { items, paging, key }: Pick<DeclaredShape, 'items' | 'paging' | 'key'>,
    question: Question,
    ask: (question: Question) => Promise<Answer>,
    enough?: (items: readonly ExactJson[]) => boolean,
  ): Promise<Items> {
    try {
      return await readList(
        { question, items, paging, key, maxRows: declared.maxRows, enough },
        async (asked) => {
          const answer = await ask(asked);
          if (answer.status === 404) throw new NotFound(`nothing at ${asked.path.replace(/\/[^/]*$/, '/…')}`);
          return answer;
        },
      );
    } catch (error) {
      if (!(error instanceof TooManyItems)) throw error;
      throw new AmrloError('SOURCE_TOO_LARGE', { institution, what: name, max: declared.maxRows });
    }
  }

  return {
    async list(name, source, values, reading, enough) {
      const question = client.question(source, values);
      if (question === null) throw new Error(`a placeholder of ${name} has no value`);
      return rows(name, source, question, values, reading, enough);
    },

    async student(name, studentNumber, reading, rowsOfStudent) {
      const source = declared.sources[name];
      if (source === undefined) throw new AmrloError('RECORD_NOT_SUPPLIED', { institution, what: name });
      const parents: WideRows =
        source.of === undefined ? { rows: [{}], complete: true } : await rowsOfStudent(source.of);
      if (parents.rows.length > mostParents) {
        throw new AmrloError('SOURCE_TOO_LARGE', { institution, what: name, max: mostParents });
      }
      const none = source.notFound ?? (name === 'students' || name === 'identities' ? 'NONE' : 'FAILURE');
      const found = await Promise.all(
        parents.rows.map(async (parent): Promise<WideRows> => {
          const values: Values = (column) => (column === askedNumber ? studentNumber : parent[column]);
          const question = client.question(source, values);
          // A number that no question can hold is nobody's; a parent without its key leaves its rows unknown.
          if (question === null) return { rows: [], complete: source.of === undefined };
          try {
            const { rows: own, complete } = await rows(name, source, question, values, reading);
            return { rows: own.map((row) => ({ ...row, [askedNumber]: studentNumber })), complete };
          } catch (error) {
            if (error instanceof NotFound && none === 'NONE') return { rows: [], complete: true };
            throw error;
          }
        }),
      );
      return {
        rows: found.flatMap((one) => one.rows),
        complete: parents.complete && found.every((one) => one.complete),
      };
    },
  };
}

/** Items as rows; an item that cannot be read as rows is missing. */
function flatten(items: readonly ExactJson[], shape: Pick<DeclaredShape, 'explode' | 'keyed'>): WideRows {
  const read = items.map((item) => rowsOf(item, shape));
  return { rows: read.flatMap((rows) => rows ?? []), complete: !read.includes(null) };
}

/** The rows with the columns that are kept. */
export function narrow(
  source: Pick<DeclaredRows, 'columns' | 'compose'>,
  rows: readonly NativeRow[],
): NativeRow[] {
  const columns = [askedNumber, ...source.columns, ...Object.keys(source.compose)];
  return rows.map((row) => onlyColumns(row, columns));
}

function composed(row: NativeRow, compose: Readonly<Record<string, string>>): NativeRow {
  const made = Object.entries(compose).flatMap(([column, template]) => {
    const text = fillText(template, (name) => row[name]);
    return text === null ? [] : [[column, text] as const];
  });
  return made.length === 0 ? row : { ...row, ...Object.fromEntries(made) };
}
