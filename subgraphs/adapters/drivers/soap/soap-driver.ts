import { AmrloError } from '../../../kit/base/errors/amrlo-error.js';
import type { DriverParts } from '../../kit/driver-parts.js';
import type { ListSource, ReadContext, RecordsDriver, Source, StudentSource } from '../../kit/driver.js';
import type { NativeRow } from '../../kit/native-row.js';
import type { XmlElement } from '../xml/xml-document.js';
import { acceptableUrl } from '../rest/http-door.js';
import { parseXmlPath, type XmlPath } from '../xml/xml-path.js';
import { soapRequest, soapResponse } from './soap-envelope.js';
import { createSoapExchange, SoapTimeout } from './soap-exchange.js';
import { rowsOf, sourceReader, totalOf, type SourceReader } from './soap-rows.js';
import { pathNamespaces, textsOf, type SoapDriverDeclaration, type SoapOperation } from './soap-schema.js';

export { soapDriverSchema } from './soap-schema.js';

interface Answer {
  readonly numbers: ReadonlySet<string>;
  readonly element: Promise<XmlElement>;
}

/**
 * A driver for SOAP services (1.1 and 1.2). Sources that are read from the same operation share its answers within one
 * operation of the graph, so that a service that gives everything about a student is asked once.
 * @throws Error when the address or a secret that a request needs is missing
 */
export function createSoapDriver(declared: SoapDriverDeclaration, parts: DriverParts): RecordsDriver {
  const { institution, address, clock } = parts;
  const endpoint = checkedAddress(declared, parts);
  const exchange = createSoapExchange({ ...endpoint, clock, declared });
  const namespaces = pathNamespaces(declared);
  const responses = new Map<string, XmlPath>(
    Object.entries(declared.operations).map(([name, { response }]) => [
      name,
      parseXmlPath(response, namespaces),
    ]),
  );
  const readers = new Map<string, SourceReader>(
    Object.entries(declared.sources).map(([source, one]) => [source, sourceReader(one, namespaces)]),
  );
  const form = new RegExp(declared.studentNumbers, 'u');
  const shared = new WeakMap<ReadContext, Map<string, Answer[]>>();

  function readerOf(source: Source): { reader: SourceReader; operation: SoapOperation; name: string } {
    const reader = readers.get(source);
    const name = declared.sources[source as StudentSource]?.operation;
    const operation = name === undefined ? undefined : declared.operations[name];
    if (reader === undefined || name === undefined || operation === undefined)
      throw new AmrloError('RECORD_NOT_SUPPLIED', { institution, what: source });
    return { reader, operation, name };
  }

  async function ask(
    source: Source,
    name: string,
    operation: SoapOperation,
    studentNumbers: readonly string[],
    context: ReadContext,
  ): Promise<XmlElement> {
    if (context.signal.aborted) throw new AmrloError('REQUEST_CANCELLED');
    parts.onQuestion?.(source, studentNumbers.length);
    const { clientId, clientSecret, token } = address;
    const envelope = soapRequest(declared, operation.request, {
      studentNumbers,
      clientId,
      clientSecret,
      token,
    });
    try {
      const document = await exchange.send(envelope, operation.action, {
        signal: context.signal,
        timeoutMs: Math.min(declared.timeoutMs, context.timeoutMs),
      });
      return soapResponse(document, declared, responses.get(name) ?? []);
    } catch (cause) {
      if (context.signal.aborted) throw new AmrloError('REQUEST_CANCELLED', {}, { cause });
      const code = cause instanceof SoapTimeout ? 'SCHOOL_TIMEOUT' : 'SCHOOL_UNAVAILABLE';
      throw new AmrloError(code, { institution }, { cause });
    }
  }

  /** An answer that holds these numbers: one that is there or under way for the same reader, or a new one. */
  function answerFor(
    source: Source,
    name: string,
    operation: SoapOperation,
    numbers: readonly string[],
    context: ReadContext,
  ): Answer {
    const byOperation = shared.get(context) ?? new Map<string, Answer[]>();
    shared.set(context, byOperation);
    const answers = byOperation.get(name) ?? [];
    byOperation.set(name, answers);
    const known = answers.find((answer) => numbers.every((number) => answer.numbers.has(number)));
    if (known !== undefined) return known;
    const made = { numbers: new Set(numbers), element: ask(source, name, operation, numbers, context) };
    answers.push(made);
    return made;
  }

  function rowsIn(reader: SourceReader, element: XmlElement, asked: string | null): readonly NativeRow[] {
    const rows = rowsOf(reader, element, asked);
    if (rows === null) {
      const cause = new Error('the answer lacks the first element of the declared path');
      throw new AmrloError('SCHOOL_UNAVAILABLE', { institution }, { cause });
    }
    return rows;
  }

  return {
    method: 'SOAP',
    // Closing the connection is all that a caller can do; whether the service stops its work nobody knows.
    cancels: false,
    supplies: async (source) => readers.has(source),
    async read(source: StudentSource, studentNumbers, context) {
      const { reader, operation, name } = readerOf(source);
      const asked = studentNumbers.filter((number) => form.test(number));
      const chunks: (readonly string[])[] = [];
      for (let at = 0; at < asked.length; at += operation.keys)
        chunks.push(asked.slice(at, at + operation.keys));
      const answers = await Promise.all(
        chunks.map(async (numbers) => {
          const { element } = answerFor(source, name, operation, numbers, context);
          return rowsIn(reader, await element, numbers.length === 1 ? (numbers[0] ?? null) : null);
        }),
      );
      return answers.flat();
    },
    async list(source: ListSource, context) {
      const { reader, operation, name } = readerOf(source);
      const element = await ask(source, name, operation, [], context);
      const rows = rowsIn(reader, element, null);
      const max = declared.maxRows;
      if (rows.length > max) throw new AmrloError('SOURCE_TOO_LARGE', { institution, what: source, max });
      return { rows, complete: reader.whole || totalOf(reader, element) === rows.length };
    },
    delivery: async () => null,
    stop: () => exchange.close(),
  };
}

function checkedAddress(
  declared: SoapDriverDeclaration,
  { institution, address }: DriverParts,
): { url: string; authorization?: string } {
  const { url, token, clientId, clientSecret } = address;
  const used = Object.values(declared.operations).flatMap(({ request }) => textsOf(request));
  const { authorization } = declared;
  const needs = [
    ['AMRLO_SCHOOL_URL', url, true],
    ['AMRLO_SCHOOL_TOKEN', token, authorization === 'BEARER' || used.includes('{token}')],
    ['AMRLO_SCHOOL_CLIENT_ID', clientId, authorization === 'BASIC' || used.includes('{clientId}')],
    [
      'AMRLO_SCHOOL_CLIENT_SECRET',
      clientSecret,
      authorization === 'BASIC' || used.includes('{clientSecret}'),
    ],
  ] as const;
  const missing = needs.filter(([, value, needed]) => needed && !value).map(([setting]) => setting);
  if (missing.length > 0 || !url)
    throw new Error(`The adapter of ${institution} needs ${missing.join(', ')} for its SOAP service.`);
  acceptableUrl('AMRLO_SCHOOL_URL', url, declared.allowPlainHttp);
  if (authorization === 'BEARER') return { url, authorization: `Bearer ${token ?? ''}` };
  if (authorization === undefined) return { url };
  const pair = Buffer.from(`${clientId ?? ''}:${clientSecret ?? ''}`).toString('base64');
  return { url, authorization: `Basic ${pair}` };
}
