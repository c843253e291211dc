import { z } from 'zod';
import { listSources, studentSources } from '../../kit/driver.js';
import { secretFault } from '../../kit/secret-paths.js';
import { parseXmlPath, type PathNamespaces } from '../xml/xml-path.js';

/*
 * How a school declares its SOAP service (school.yaml). What a WSDL would say stands here: an engineer copies it once,
 * and what is asked of the school never changes because a description somewhere did.
 *
 *     driver:
 *       kind: soap
 *       namespaces: { luku: 'http://…', virta: 'urn:…' }
 *       unprefixed: virta                       # the namespace of names without a prefix in paths
 *       operations:
 *         everything:
 *           keys: 200                           # student numbers in one question
 *           request:                            # elements in their order; the one with {studentNumber} is repeated
 *             luku:OpiskelijanKaikkiTiedotListaRequest:
 *               luku:Kutsuja: { luku:tunnus: '{clientId}', luku:avain: '{clientSecret}' }
 *               luku:Hakuehdot: { luku:kansallinenOppijanumeroLista: '{studentNumber}' }
 *           response: luku:OpiskelijanKaikkiTiedotListaResponse
 *       sources:
 *         results:
 *           operation: everything
 *           rows: Virta/Opiskelija/Opintosuoritukset/Opintosuoritus
 *           where: { Laji: '2' }
 *           columns: { key: '@avain', studentNumber: '../../KansallinenOppijanumero', … }   # see ../xml/xml-path.ts
 */

/** What the environment gives for a request; the secrets among them never stand in a file. */
export const placeholders = ['{studentNumber}', '{clientId}', '{clientSecret}', '{token}'] as const;
/** A column with this in place of a path holds the number that was asked, for answers that do not repeat it. */
export const askedNumber = '{studentNumber}';

const name = z.string().min(1);
const qualifiedName = z.string().regex(/^@?([A-Za-z_][\w.-]*:)?[A-Za-z_][\w.-]*$/, 'must be a name of XML');

/** Elements by name, in order; a text that is a placeholder is replaced, every other one is sent as it stands. */
export type RequestPart = string | { readonly [element: string]: RequestPart };
const requestPart: z.ZodType<RequestPart> = z.union([
  z
    .string()
    .refine(
      (text) => !/[{}]/.test(text) || (placeholders as readonly string[]).includes(text),
      `must be a plain text or one of ${placeholders.join(', ')}`,
    ),
  z.lazy(() => z.record(qualifiedName, requestPart)),
]);

const operation = z.strictObject({
  /** The header SOAPAction; empty by default, as many services declare it. */
  action: z
    .string()
    .regex(/^[^"\r\n]*$/)
    .default(''),
  /** Student numbers in one question. */
  keys: z.int().min(1).max(1_000).default(1),
  /** The element in the body of the question. */
  request: z.record(qualifiedName, requestPart),
  /** The element in the body of the answer. */
  response: name,
});

const source = z.strictObject({
  operation: name,
  /** The elements that become rows; the first step of the path must be in every answer, also where it holds none. */
  rows: name,
  /** Rows that count: the text at each path, `*` for any text and '' for none. */
  where: z.record(name, z.string()).optional(),
  /** A path for each column; of several the texts are joined by spaces, and without one of them there is none. */
  columns: z.record(name, z.union([name, z.array(name).min(2).max(8)])),
  /** Where an answer says how many rows there are in all; a list without it is never complete, unless `whole` says so. */
  total: name.optional(),
  /** The service answers with the whole list at once, by its own documentation. */
  whole: z.boolean().optional(),
});

const sources = z.partialRecord(z.enum([...studentSources, ...listSources]), source);

/** The part `driver` of a school file for a SOAP service. */
export const soapDriverSchema = z
  .strictObject({
    kind: z.literal('soap'),
    version: z.enum(['1.1', '1.2']).default('1.1'),
    /** Prefixes that are used in this file. */
    namespaces: z.record(z.string().regex(/^[A-Za-z_][\w.-]*$/), name),
    /** The prefix whose namespace names without a prefix have in paths. */
    unprefixed: name.optional(),
    /** How a request proves itself in HTTP, where the service wants that: with the token, or with id and secret. */
    authorization: z.enum(['BEARER', 'BASIC']).optional(),
    /** A protected network without TLS; otherwise only HTTPS is spoken beyond this machine. */
    allowPlainHttp: z.boolean().default(false),
    /** What a student number looks like; others are unknown to the school and are not asked for. */
    studentNumbers: z
      .string()
      .refine((text) => isPattern(text), 'must be a regular expression')
      .default('^[\\x21-\\x7E]{1,64}$'),
    operations: z.record(name, operation),
    sources,
    /** Longest time of one question, in milliseconds; the request's own budget may be shorter. */
    timeoutMs: z.int().min(100).max(120_000).default(10_000),
    /** Most questions at once; a records system serves its own people first. */
    parallel: z.int().min(1).max(32).default(4),
    /** Bytes of one answer. */
    maxAnswerBytes: z
      .int()
      .min(1_024)
      .max(64 * 1024 ** 2)
      .default(4 * 1024 ** 2),
    /** Rows of one list. */
    maxRows: z.int().min(1).max(1_000_000).default(100_000),
  })
  .superRefine((driver, context) => {
    const report = (path: readonly (string | number)[], message: string): void => {
      context.addIssue({ code: 'custom', path: [...path], message });
    };
    const attempt = (path: readonly string[], work: () => void): void => {
      try {
        work();
      } catch (error) {
        report(path, (error as Error).message);
      }
    };
    const { unprefixed, namespaces, operations } = driver;
    if (unprefixed !== undefined && namespaces[unprefixed] === undefined)
      report(['unprefixed'], 'is none of the prefixes under namespaces');
    const known = pathNamespaces(driver);
    for (const [key, { request, response }] of Object.entries(operations)) {
      const at = ['operations', key];
      if (Object.keys(request).length !== 1) report([...at, 'request'], 'must be one element');
      for (const prefix of prefixesOf(request)) {
        if (namespaces[prefix] === undefined)
          report([...at, 'request'], `"${prefix}:" stands for no namespace`);
      }
      attempt([...at, 'response'], () => parseXmlPath(response, known));
    }
    for (const [key, declared] of Object.entries(driver.sources)) {
      const at = ['sources', key];
      const asked = operations[declared.operation];
      if (asked === undefined) {
        report([...at, 'operation'], 'is none of the operations');
        continue;
      }
      const takesKeys = usesKeys(asked.request);
      const isStudentSource = (studentSources as readonly string[]).includes(key);
      if (takesKeys !== isStudentSource)
        report(
          [...at, 'operation'],
          isStudentSource ? 'must ask with {studentNumber}' : 'must not ask with {studentNumber}',
        );
      attempt([...at, 'rows'], () => parseXmlPath(declared.rows, known));
      if (declared.total !== undefined)
        attempt([...at, 'total'], () => parseXmlPath(declared.total ?? '', known));
      for (const path of Object.keys(declared.where ?? {}))
        attempt([...at, 'where', path], () => parseXmlPath(path, known));
      for (const [column, paths] of Object.entries(declared.columns)) {
        const used = paths === askedNumber ? [column] : [column, ...[paths].flat()];
        for (const message of new Set(used.map((one) => secretFault(key, one))))
          if (message !== null) report([...at, 'columns', column], message);
        if (paths !== askedNumber)
          attempt(
            [...at, 'columns', column],
            () => void [paths].flat().map((path) => parseXmlPath(path, known)),
          );
        else if (!takesKeys || asked.keys > 1)
          report([...at, 'columns', column], 'is known only where one number is asked at a time (keys: 1)');
      }
    }
  });

/** A SOAP service as a school file declares it. */
export type SoapDriverDeclaration = z.output<typeof soapDriverSchema>;
export type SoapOperation = SoapDriverDeclaration['operations'][string];
export type SoapSource = NonNullable<SoapDriverDeclaration['sources']['students']>;

/** Where the names of a driver's paths belong. */
export function pathNamespaces(driver: {
  readonly namespaces: Readonly<Record<string, string>>;
  readonly unprefixed?: string | undefined;
}): PathNamespaces {
  const { namespaces, unprefixed } = driver;
  return {
    prefixes: namespaces,
    unprefixed: unprefixed === undefined ? '' : (namespaces[unprefixed] ?? ''),
  };
}

/** Every text of a request. */
export function textsOf(part: RequestPart): readonly string[] {
  return typeof part === 'string' ? [part] : Object.values(part).flatMap(textsOf);
}

/** Whether a request asks for student numbers. */
export function usesKeys(request: RequestPart): boolean {
  return textsOf(request).includes(askedNumber);
}

function prefixesOf(part: RequestPart): readonly string[] {
  if (typeof part === 'string') return [];
  return Object.entries(part).flatMap(([element, inner]) => {
    const prefix = /^@?([^:]+):/.exec(element)?.[1];
    return [...(prefix === undefined ? [] : [prefix]), ...prefixesOf(inner)];
  });
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}
