import { z } from 'zod';
import { listSources, studentSources, type StudentSource } from '../../kit/driver.js';
import { secretFault } from '../../kit/secret-paths.js';
import { placeholdersOf } from './template.js';

const path = z.string().min(1);
const seconds = z.int().positive();
/** Texts with `{placeholders}`: `{studentNumber}`, `{key}`, `{since}`, or a column of the row that the question is about. */
const templates = z.record(z.string().min(1), z.string());

const question = {
  method: z.enum(['GET', 'POST']).default('GET'),
  /** Below the base address; placeholders are encoded. */
  path,
  query: templates.default({}),
  /** The fields of a form; for POST only. */
  form: templates.optional(),
};

const total = z.union([z.strictObject({ header: path }), z.strictObject({ at: path })]);

/**
 * How a list goes on over several answers. What says how much there is (`total`, `totalPages`, `more`, a Link header)
 * is named here; where an answer lacks it, nobody can claim that the list is whole.
 */
const paging = z.strictObject({
  /** `offset`: from which item on; `page`: which page. */
  by: z.enum(['offset', 'page']),
  size: z.int().min(1).max(10_000),
  /** Parameters of the query, or of the form where there is one. */
  sizeParameter: path,
  positionParameter: path,
  /** The number of the first page. */
  firstPage: z.int().min(0).default(1),
  /** How many items there are in all. */
  total: total.optional(),
  totalPages: path.optional(),
  /** A boolean: whether there is a next page. */
  more: path.optional(),
  /** Whether Link headers (RFC 8288) name the next page. */
  link: z.boolean().default(false),
});

const shape = {
  /** Where the list stands in an answer, as a dotted path; '' when the answer itself is the list or the only item. */
  items: z.string().default(''),
  paging: paging.optional(),
  /** The item's own key, by which an item that comes twice is noticed; the whole item without it. */
  key: path.optional(),
  /** A list inside an item of which each element becomes a row of its own, beside the columns of the item. */
  explode: path.optional(),
  /** Lists of `{ by, value }` objects: `name: { by: language, value: value }` gives columns such as `name.en-GB`. */
  keyed: z.record(path, z.strictObject({ by: path, value: path })).default({}),
  /** Only rows whose columns have these values are taken; a system may ignore a filter. */
  where: templates.default({}),
};

const lookup = z.strictObject({
  /** The name of a reference. */
  in: path,
  /** The column with the key. */
  by: path,
  /** Columns of what is found are `<as>.<column>`. */
  as: path,
  /** Whether a key that is not found leaves the row as good as complete. */
  optional: z.boolean().default(false),
});

const rows = {
  ...question,
  ...shape,
  lookups: z.array(lookup).max(8).default([]),
  /** As `where`, of the columns that were looked up. */
  whereFound: templates.default({}),
  /** New columns made of others: `rowKey: '{jxb_id}-{ksxzdm}'`. Where one is missing there is no new column. */
  compose: templates.default({}),
  /** The columns that are kept. Whatever else an answer holds is dropped before anybody sees it. */
  columns: z.array(path).min(1),
};

const studentSource = z.strictObject({
  ...rows,
  /** Asked once for each row of that source about the student; its columns are placeholders. */
  of: z.enum(studentSources).optional(),
  /** What 404 says; by default that there is none of a `students` or `identities` row, and a failure elsewhere. */
  notFound: z.enum(['NONE', 'FAILURE']).optional(),
});

const listSource = z.strictObject(rows);

/** Something that rows refer to by a key: a list read whole, or with `{key}` in its path one item at a time. */
const reference = z.strictObject({
  ...question,
  ...shape,
  key: path,
  keepSeconds: seconds.default(300),
});

const changes = z.strictObject({
  ...rows,
  /** The column with the time of the change, with its zone; rows come in its order. */
  changedAt: path,
  /** Changes of the last seconds are left for the next question, because more of the same instant may follow. */
  settleSeconds: z.int().min(0).default(5),
});

const writeBack = z.strictObject({
  /** The source among whose rows about the student the one to write stands. */
  of: z.enum(studentSources),
  /** Which row: placeholders are `{courseCode}`, `{term}`, `{termYear}`, `{termNumber}`. */
  where: templates,
  /** The column that holds the certificate number once it is written. */
  held: path,
  /** A row may be written when one of these holds ('' is no value); otherwise the school has decided something else. */
  free: z.array(templates).min(1),
  /** For each kind of exemption that the system can record, what fills `{kind}`. */
  kinds: z.partialRecord(z.enum(['WAIVE_STUDY', 'WAIVE_EXAM', 'BOTH']), z.string()),
  method: z.enum(['PATCH', 'PUT', 'POST']),
  path,
  mediaType: path.default('application/json'),
  /** Strings are templates; a member whose placeholder has no value is left out; `{ number: '…' }` is a number. */
  body: z.record(z.string(), z.json()),
});

const authentication = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  /** AMRLO_SCHOOL_TOKEN in a header. */
  z.strictObject({
    kind: z.literal('token'),
    header: path.default('authorization'),
    prefix: z.string().default('Bearer '),
  }),
  /** OAuth2 client credentials (RFC 6749, 4.4) with AMRLO_SCHOOL_CLIENT_ID and AMRLO_SCHOOL_CLIENT_SECRET. */
  z.strictObject({
    kind: z.literal('clientCredentials'),
    /** At the school's own address; where another host gives tokens, its address is AMRLO_SCHOOL_TOKEN_URL. */
    tokenPath: path.optional(),
    scopes: z.array(z.string().min(1)).default([]),
    sendAs: z.enum(['basic', 'form']).default('basic'),
    /** A token is renewed this long before it expires. */
    leewaySeconds: z.int().min(0).default(60),
    /** How long a token is used that does not say when it expires. */
    keepSeconds: seconds.default(300),
  }),
  /** A call that gives a service account a token: `{clientId}` and `{clientSecret}` are its placeholders. */
  z.strictObject({
    kind: z.literal('login'),
    method: z.enum(['GET', 'POST']).default('POST'),
    path,
    query: templates.default({}),
    form: templates.optional(),
    tokenAt: path,
    header: path,
    prefix: z.string().default(''),
    keepSeconds: seconds.default(1_200),
  }),
]);

const service = z.strictObject({
  kind: z.literal('rest'),
  authentication,
  /** Sent with every question. */
  headers: z.record(z.string().regex(/^[A-Za-z0-9-]+$/), z.string()).default({}),
  /** Most questions at once; a records system serves its own people first. */
  concurrency: z.int().min(1).max(50).default(4),
  /** Longest time of one reading, whatever the number of its pages; the request's own budget may be shorter. */
  readTimeoutMs: z.int().positive().default(10_000),
  connectTimeoutMs: z.int().positive().default(3_000),
  /** A longer answer is refused. */
  maxResponseBytes: z
    .int()
    .positive()
    .default(8 * 1024 * 1024),
  /** A longer list is refused. */
  maxRows: z.int().positive().default(50_000),
  /** Plain HTTP outside this machine; only for a network that is protected by other means. */
  allowPlainHttp: z.boolean().default(false),
  /** What an answer of 200 must hold at these paths to be one: `code: '0'`. */
  successWhen: templates.default({}),
  /** An answer of 200 that means 401: `token: '-1'`. */
  unauthorizedWhen: templates.default({}),
  references: z.record(z.string().min(1), reference).default({}),
  sources: z.strictObject({
    ...Object.fromEntries(studentSources.map((source) => [source, studentSource.optional()])),
    ...Object.fromEntries(listSources.map((source) => [source, listSource.optional()])),
    changes: changes.optional(),
  } as {
    [S in (typeof studentSources)[number]]: z.ZodOptional<typeof studentSource>;
  } & {
    [S in (typeof listSources)[number]]: z.ZodOptional<typeof listSource>;
  } & { changes: z.ZodOptional<typeof changes> }),
  writeBack: writeBack.optional(),
});

/** What a school file declares about a web service of paged JSON. */
export const restDriverSchema = service.superRefine(({ sources, references, writeBack: written }, issues) => {
  const fault = (at: (string | number)[], message: string) =>
    issues.addIssue({ code: 'custom', path: at, message });
  for (const name of studentSources) {
    const of = sources[name]?.of;
    if (of === undefined) continue;
    if (leadsBack(name, sources)) fault(['sources', name, 'of'], 'leads back to itself');
    else if (sources[of] === undefined) fault(['sources', name, 'of'], 'names a source that is not declared');
  }
  for (const [name, source] of Object.entries(sources)) {
    for (const [at, column] of (source?.columns ?? []).entries()) {
      const message = secretFault(name, column);
      if (message !== null) fault(['sources', name, 'columns', at], message);
    }
    for (const [column, template] of Object.entries(source?.compose ?? {})) {
      for (const used of [column, ...placeholdersOf(template)]) {
        const message = secretFault(name, used);
        if (message !== null) fault(['sources', name, 'compose', column], message);
      }
    }
    if (source?.form !== undefined && source.method !== 'POST') {
      fault(['sources', name, 'form'], 'is sent with method POST only');
    }
    for (const [at, one] of (source?.lookups ?? []).entries()) {
      if (!Object.hasOwn(references, one.in)) {
        fault(['sources', name, 'lookups', String(at), 'in'], 'names no reference that is declared');
      }
    }
  }
  if (written !== undefined && sources[written.of] === undefined) {
    fault(['writeBack', 'of'], 'names a source that is not declared');
  }
});

function leadsBack(
  name: StudentSource,
  sources: Partial<Record<StudentSource, { readonly of?: StudentSource | undefined } | undefined>>,
): boolean {
  const seen = new Set<string>();
  for (let at: StudentSource | undefined = name; at !== undefined; at = sources[at]?.of) {
    if (seen.has(at)) return true;
    seen.add(at);
  }
  return false;
}

/** A web service as a school file declares it. */
export type DeclaredRest = z.output<typeof restDriverSchema>;
export type DeclaredPaging = z.output<typeof paging>;
export type DeclaredQuestion = Pick<z.output<typeof listSource>, 'method' | 'path' | 'query' | 'form'>;
export type DeclaredShape = Pick<
  z.output<typeof listSource>,
  'items' | 'paging' | 'key' | 'explode' | 'keyed' | 'where'
>;
export type DeclaredRows = z.output<typeof listSource>;
export type DeclaredReference = z.output<typeof reference>;
export type DeclaredAuthentication = z.output<typeof authentication>;
export type DeclaredWriteBack = z.output<typeof writeBack>;
