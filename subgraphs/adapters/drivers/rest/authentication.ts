import type { Clock } from '../../../kit/base/clock.js';
import type { SchoolAddress } from '../../kit/driver-parts.js';
import { parseExactJson, scalarText, valueAt, type ExactJson } from './exact-json.js';
import type { HttpAnswer, HttpDoor, HttpRequest } from './http-door.js';
import { asReading } from './reading.js';
import type { DeclaredAuthentication } from './rest-declaration.js';
import { SharedAnswer } from './shared-answer.js';
import { fillAll } from './template.js';

/** How a question says who asks. */
export interface Authentication {
  /** The header to send; null where none is needed. @throws Error when no token can be had */
  header(signal: AbortSignal): Promise<readonly [name: string, value: string] | null>;
  /** A header was refused. Whether a new one can be had; asking again with the same is useless. */
  refused(value: string): boolean;
}

/** What an authentication is made with. */
export interface AuthenticationParts {
  readonly institution: string;
  readonly address: SchoolAddress;
  readonly clock: Clock;
  /** The host that gives tokens. */
  readonly door: HttpDoor;
  /** The path of a declared path on that host. */
  readonly pathOf: (declared: string) => string;
  readonly timeoutMs: number;
}

/**
 * The authentication that a school file declares, with the secrets of the environment.
 * @throws Error with one sentence when a secret is missing
 */
export function createAuthentication(
  declared: DeclaredAuthentication,
  parts: AuthenticationParts,
): Authentication {
  if (declared.kind === 'none') return { header: async () => null, refused: () => false };
  if (declared.kind === 'token') {
    const token = needed(parts, 'AMRLO_SCHOOL_TOKEN', parts.address.token);
    return { header: async () => [declared.header, declared.prefix + token], refused: () => false };
  }
  if (declared.kind === 'clientCredentials') {
    return renewed(parts, 'authorization', (signal) => clientCredentials(declared, parts, signal));
  }
  return renewed(parts, declared.header, (signal) => login(declared, parts, signal));
}

type Token = { readonly value: string; readonly keepMs: number };

function renewed(
  parts: AuthenticationParts,
  name: string,
  fetch: (signal: AbortSignal) => Promise<Token>,
): Authentication {
  needed(parts, 'AMRLO_SCHOOL_CLIENT_ID', parts.address.clientId);
  needed(parts, 'AMRLO_SCHOOL_CLIENT_SECRET', parts.address.clientSecret);
  const { institution, clock, timeoutMs } = parts;
  const token = new SharedAnswer(clock, timeoutMs, (context) =>
    asReading({ institution, clock, limitMs: timeoutMs }, context, ({ signal }) => fetch(signal)),
  );
  return {
    header: async (signal) => [name, await token.get(signal)],
    refused(value) {
      token.forget(value);
      return true;
    },
  };
}

async function clientCredentials(
  declared: Extract<DeclaredAuthentication, { kind: 'clientCredentials' }>,
  { address, door, pathOf }: AuthenticationParts,
  signal: AbortSignal,
): Promise<Token> {
  const { clientId = '', clientSecret = '' } = address;
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  if (declared.scopes.length > 0) form.set('scope', declared.scopes.join(' '));
  const headers: Record<string, string> = { ...formHeaders };
  if (declared.sendAs === 'basic') {
    // RFC 6749, 2.3.1: both parts are form-encoded before they are joined.
    const pair = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`;
    headers['authorization'] = `Basic ${Buffer.from(pair).toString('base64')}`;
  } else {
    form.set('client_id', clientId);
    form.set('client_secret', clientSecret);
  }
  const path =
    address.tokenUrl === undefined
      ? pathOf(declared.tokenPath ?? 'oauth2/token')
      : new URL(address.tokenUrl).pathname;
  const answer = await tokenAnswer(door, { method: 'POST', path, headers, body: form.toString() }, signal);
  const type = scalarText(valueAt(answer, 'token_type')) ?? 'bearer';
  if (type.toLowerCase() !== 'bearer') throw new Error('the token that was given is no bearer token');
  const lifeSeconds = Number(scalarText(valueAt(answer, 'expires_in')) ?? declared.keepSeconds) || 0;
  // A token that lives shorter than the leeway is used for half its life, not fetched for every question.
  const keepMs = Math.max(0, lifeSeconds - Math.min(declared.leewaySeconds, lifeSeconds / 2)) * 1_000;
  return { value: `Bearer ${tokenIn(answer, 'access_token')}`, keepMs };
}

async function login(
  declared: Extract<DeclaredAuthentication, { kind: 'login' }>,
  { address, door, pathOf }: AuthenticationParts,
  signal: AbortSignal,
): Promise<Token> {
  const secrets = (name: string) =>
    name === 'clientId' ? address.clientId : name === 'clientSecret' ? address.clientSecret : undefined;
  const query = fillAll(declared.query, secrets);
  const form = fillAll(declared.form ?? {}, secrets);
  if (query === null || form === null) throw new Error('a placeholder of the login has no value');
  const search = new URLSearchParams(query).toString();
  const answer = await tokenAnswer(
    door,
    {
      method: declared.method,
      path: pathOf(declared.path) + (search === '' ? '' : `?${search}`),
      headers: declared.method === 'POST' ? formHeaders : { accept: 'application/json' },
      body: declared.method === 'POST' ? new URLSearchParams(form).toString() : undefined,
    },
    signal,
  );
  return { value: declared.prefix + tokenIn(answer, declared.tokenAt), keepMs: declared.keepSeconds * 1_000 };
}

const formHeaders = { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' };

async function tokenAnswer(door: HttpDoor, request: HttpRequest, signal: AbortSignal): Promise<ExactJson> {
  const { status, text }: HttpAnswer = await door.send(request, signal);
  // The body stays out of the error: it may repeat what was sent.
  if (status !== 200) throw new Error(`no token was given: status ${status}`);
  return parseExactJson(text);
}

/** A token that can stand in a header; anything else would let an answer write headers. */
function tokenIn(answer: ExactJson, at: string): string {
  const token = scalarText(valueAt(answer, at));
  if (token === null || !/^[\x21-\x7e]{1,8192}$/.test(token) || token === '-1') {
    throw new Error('the answer holds no token');
  }
  return token;
}

function needed({ institution }: AuthenticationParts, setting: string, value: string | undefined): string {
  if (value === undefined || value === '') {
    throw new Error(`The adapter of ${institution} needs ${setting}, with which its web service is asked.`);
  }
  return value;
}
