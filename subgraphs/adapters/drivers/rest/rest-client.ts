import type { Clock } from '../../../kit/base/clock.js';
import { AmrloError } from '../../../kit/base/errors/amrlo-error.js';
import type { Source } from '../../kit/driver.js';
import type { DriverParts } from '../../kit/driver-parts.js';
import { createAuthentication } from './authentication.js';
import { parseExactJson, scalarText, valueAt, type ExactJson } from './exact-json.js';
import {
  acceptableUrl,
  createHttpDoor,
  type HttpAnswer,
  type HttpDoor,
  type HttpRequest,
} from './http-door.js';
import type { Reading } from './reading.js';
import type { DeclaredQuestion, DeclaredRest } from './rest-declaration.js';
import { fillAll, fillPath, type Values } from './template.js';

/** A question with nothing left open. */
export interface Question {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  /** On the host, without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly form?: Readonly<Record<string, string>> | undefined;
  readonly json?: { readonly mediaType: string; readonly text: string } | undefined;
}

/** An answer that was understood; `body` is undefined for 404 and for an empty answer. */
export interface Answer {
  readonly status: number;
  readonly body: ExactJson | undefined;
  readonly header: (name: string) => string | undefined;
  /** The address that answered, against which links in it are read. */
  readonly url: URL;
}

/** A school's web service behind its authentication. */
export interface RestClient {
  /** The question with its placeholders filled; null where one has no value. */
  question(
    declared: Omit<DeclaredQuestion, 'method'> & { readonly method: Question['method'] },
    values: Values,
  ): Question | null;
  /**
   * Asks once; a refused token is renewed once, and a service that asks for patience (429, 503 with Retry-After) is
   * asked again while there is time. mayRefuse: whether 400, 403, 409 and 422 are answers too.
   * @throws AmrloError `SCHOOL_UNAVAILABLE`, or the connection's error
   */
  ask(
    question: Question,
    reading: Reading,
    told: { source: Source | undefined; keys: number },
    mayRefuse?: boolean,
  ): Promise<Answer>;
  close(): Promise<void>;
}

const mostPatience = 3;
const defaultPauseMs = 1_000;
const refusals: ReadonlySet<number> = new Set([400, 403, 409, 422]);

/** The client of the web service that a school file declares. @throws Error with a sentence when an address or secret is missing */
export function createRestClient(declared: DeclaredRest, parts: DriverParts): RestClient {
  const { institution, address, clock } = parts;
  if (address.url === undefined) {
    throw new Error(`The adapter of ${institution} needs AMRLO_SCHOOL_URL, the address of its web service.`);
  }
  const base = acceptableUrl('AMRLO_SCHOOL_URL', address.url, declared.allowPlainHttp);
  const doorTo = (url: URL): HttpDoor =>
    createHttpDoor({ ...declared, url, connections: declared.concurrency });
  const door = doorTo(base);
  const tokenUrl =
    address.tokenUrl === undefined
      ? base
      : acceptableUrl('AMRLO_SCHOOL_TOKEN_URL', address.tokenUrl, declared.allowPlainHttp);
  const tokenDoor = tokenUrl.origin === base.origin ? door : doorTo(tokenUrl);
  const pathOf = (path: string): string => `${base.pathname.replace(/\/+$/, '')}/${path.replace(/^\/+/, '')}`;
  const authentication = createAuthentication(declared.authentication, {
    institution,
    address,
    clock,
    door: tokenDoor,
    pathOf,
    timeoutMs: declared.readTimeoutMs,
  });

  function unavailable(cause: string, retryAfterMs?: number): AmrloError {
    // The body stays out of the cause: it may hold records, and a proxy's error page names internal hosts.
    const options = { cause: new Error(cause), ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
    return new AmrloError('SCHOOL_UNAVAILABLE', { institution }, options);
  }

  async function attempt(
    question: Question,
    reading: Reading,
  ): Promise<{ answer: HttpAnswer; body: Body; sent: string }> {
    const credential = await authentication.header(reading.signal);
    const request = requestOf(question, {
      ...declared.headers,
      ...(credential && { [credential[0]]: credential[1] }),
    });
    const answer = await door.send(request, reading.signal);
    return { answer, body: bodyOf(answer), sent: credential?.[1] ?? '' };
  }

  async function patient(question: Question, reading: Reading, told: () => void): ReturnType<typeof attempt> {
    for (let tries = 1; ; tries += 1) {
      told();
      const tried = await attempt(question, reading);
      const pauseMs = pauseAskedFor(tried.answer, clock);
      if (pauseMs === null) return tried;
      if (tries === mostPatience || pauseMs >= reading.remainingMs()) {
        throw unavailable(`status ${tried.answer.status}`, pauseMs);
      }
      await reading.pause(pauseMs);
    }
  }

  return {
    question(question, values) {
      const path = fillPath(question.path, values);
      const query = fillAll(question.query, values);
      const form = question.form === undefined ? undefined : fillAll(question.form, values);
      if (path === null || query === null || form === null) return null;
      return { method: question.method, path: pathOf(path), query, form };
    },
    async ask(question, reading, { source, keys }, mayRefuse = false) {
      const told = () => source !== undefined && parts.onQuestion?.(source, keys);
      let tried = await patient(question, reading, told);
      if (refusesToken(tried, declared) && authentication.refused(tried.sent)) {
        tried = await patient(question, reading, told);
      }
      const { answer, body } = tried;
      const { status } = answer;
      const url = new URL(answer.path, base.origin);
      const header = answer.header;
      if (refusesToken(tried, declared)) throw unavailable(`status ${status}: the credentials were refused`);
      // A proxy's page is not the service's word that there is none.
      if (status === 404 && body !== 'NOT_JSON') return { status, body: undefined, header, url };
      if (mayRefuse && refusals.has(status)) return { status, body: undefined, header, url };
      if (status < 200 || status > 299) throw unavailable(`status ${status}`);
      if (body === 'NOT_JSON') throw unavailable(`status ${status}, and the body is not JSON`);
      if (body !== undefined && !holdsAll(body.json, declared.successWhen)) {
        throw unavailable('the answer does not say that it succeeded');
      }
      return { status, body: body?.json, header, url };
    },
    async close() {
      await Promise.all([door.close(), ...(tokenDoor === door ? [] : [tokenDoor.close()])]);
    },
  };
}

/** The JSON of an answer, undefined for an empty one. */
type Body = { readonly json: ExactJson } | 'NOT_JSON' | undefined;

function bodyOf({ text }: HttpAnswer): Body {
  if (text.trim() === '') return undefined;
  try {
    return { json: parseExactJson(text.startsWith('\uFEFF') ? text.slice(1) : text) };
  } catch {
    return 'NOT_JSON';
  }
}

function refusesToken({ answer, body }: { answer: HttpAnswer; body: Body }, declared: DeclaredRest): boolean {
  if (answer.status === 401) return true;
  const conditions = Object.keys(declared.unauthorizedWhen).length > 0;
  return conditions && typeof body === 'object' && holdsAll(body.json, declared.unauthorizedWhen);
}

function holdsAll(body: ExactJson, wanted: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([path, text]) => scalarText(valueAt(body, path)) === text);
}

function requestOf(question: Question, headers: Readonly<Record<string, string>>): HttpRequest {
  const search = new URLSearchParams(question.query).toString();
  const body = question.json?.text ?? (question.form && new URLSearchParams(question.form).toString());
  const type = question.json?.mediaType ?? (question.form && 'application/x-www-form-urlencoded');
  // A path may hold a query of its own (`?doType=query`).
  const joint = question.path.includes('?') ? '&' : '?';
  return {
    method: question.method,
    path: search === '' ? question.path : `${question.path}${joint}${search}`,
    headers: {
      accept: 'application/json',
      ...(type === undefined ? {} : { 'content-type': type }),
      ...lowerCase(headers),
    },
    body,
  };
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** How long a service asks to be left alone (RFC 9110, 10.2.3); null when it does not. */
function pauseAskedFor({ status, header }: HttpAnswer, clock: Clock): number | null {
  if (status !== 429 && status !== 503) return null;
  const asked = header('retry-after')?.trim();
  if (asked === undefined) return status === 429 ? defaultPauseMs : null;
  if (/^\d{1,9}$/.test(asked)) return Number(asked) * 1_000;
  const instant = Date.parse(asked);
  return Number.isNaN(instant) ? defaultPauseMs : Math.max(0, instant - clock.now().getTime());
}
