import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { AmrloError, messageOf, type ErrorParameters } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import { catalogue, type ErrorCode } from '../../subgraphs/kit/base/errors/catalogue.js';
import { isFaultId, newFaultId } from '../../subgraphs/kit/base/errors/fault-id.js';
import type { Locale } from '../../subgraphs/kit/base/locale.js';
import type { Logger } from '../../subgraphs/kit/base/log.js';

/** What an error carries to a client beside its message; nothing else ever does. */
export interface PublicExtensions {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
  readonly rule?: string;
  readonly id?: string;
}

/** Turns whatever was thrown into what a client may read. */
export interface ErrorMask {
  /** A code of the catalogue with its message in the reader's language; anything else is logged and becomes INTERNAL with an id. */
  mask(error: unknown, locale: Locale): GraphQLFormattedError;
  /** The same in the form that Apollo Server's `formatError` option takes. */
  formatError(locale: Locale): (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;
}

const longestParameter = 500;

/** Codes that Apollo Server and graphql-http give to faults of a request, and the catalogue's code for them. */
const requestFaults: Readonly<Record<string, ErrorCode>> = {
  GRAPHQL_PARSE_FAILED: 'GRAPHQL_PARSE_FAILED',
  GRAPHQL_VALIDATION_FAILED: 'GRAPHQL_VALIDATION_FAILED',
  BAD_USER_INPUT: 'BAD_USER_INPUT',
  BAD_REQUEST: 'REQUEST_MALFORMED',
  OPERATION_RESOLUTION_FAILURE: 'REQUEST_MALFORMED',
  PERSISTED_QUERY_NOT_SUPPORTED: 'PERSISTED_QUERY_NOT_FOUND',
};

/** The extensions of a catalogue code. */
export function extensionsOf(
  code: ErrorCode,
  more: { retryAfterMs?: number; id?: string; rule?: string } = {},
): PublicExtensions {
  const { retryable, rule = more.rule } = catalogue[code];
  return {
    code,
    retryable,
    ...(more.retryAfterMs === undefined ? {} : { retryAfterMs: more.retryAfterMs }),
    ...(rule === undefined ? {} : { rule }),
    ...(more.id === undefined ? {} : { id: more.id }),
  };
}

/** A catalogue error as graphql-js wants it; executors may only return these. */
export function graphQLErrorOf(
  error: AmrloError,
  locale: Locale,
  path?: ReadonlyArray<string | number>,
): GraphQLError {
  return new GraphQLError(error.messageIn(locale), {
    ...(path === undefined ? {} : { path: [...path] }),
    originalError: error,
    extensions: { ...extensionsOf(error.code, { retryAfterMs: error.retryAfterMs }) },
  });
}

/** Removes graphql-js's guesses, which would tell a stranger the names of fields. */
export function withoutSuggestion(message: string): string {
  return message.replace(/ ?Did you mean [\s\S]*$/, '').trim();
}

/** Makes the mask; `log` receives the cause of every masked error under the id that the client was given. */
export function createErrorMask(options: {
  log: Pick<Logger, 'error'>;
  newErrorId?: () => string;
}): ErrorMask {
  const newErrorId = options.newErrorId ?? newFaultId;

  function internal(error: unknown, locale: Locale, knownId?: string): GraphQLFormattedError {
    const id = knownId ?? newErrorId();
    if (knownId === undefined) options.log.error({ id, err: causeOf(error) }, 'masked error');
    return {
      message: messageOf('INTERNAL', { id }, locale),
      ...placeOf(error),
      extensions: { ...extensionsOf('INTERNAL', { id }) },
    };
  }

  function mask(error: unknown, locale: Locale): GraphQLFormattedError {
    const known = amrloErrorIn(error);
    if (known !== undefined) {
      // One that names its id is in the log already.
      const { id } = known.parameters;
      if (known.code === 'INTERNAL') return internal(error, locale, isFaultId(id) ? id : undefined);
      return {
        message: known.messageIn(locale),
        ...placeOf(error),
        extensions: { ...extensionsOf(known.code, { retryAfterMs: known.retryAfterMs }) },
      };
    }
    const { message, extensions } = (error ?? {}) as {
      message?: unknown;
      extensions?: Record<string, unknown>;
    };
    const given = extensions?.['code'];
    const text = typeof message === 'string' ? message : '';
    const code = typeof given === 'string' ? given : codeOfGraphQL(error);
    if (code === undefined) return internal(error, locale);
    const fault = requestFaults[code];
    if (fault !== undefined && !fitsCatalogue(fault, text)) {
      return {
        message: messageOf(fault, { detail: withoutSuggestion(text.replace(/^Syntax Error: /, '')) }, locale),
        ...placeOf(error),
        extensions: { ...extensionsOf(fault) },
      };
    }
    if (!isErrorCode(code)) return internal(error, locale);
    const id = extensions?.['id'];
    const knownId = isFaultId(id) ? id : undefined;
    if (code === 'INTERNAL') return internal(error, locale, knownId);
    const retryAfter = extensions?.['retryAfterMs'];
    const rule = extensions?.['rule'];
    return {
      // A subgraph has already filled the message; what does not have the catalogue's shape is not passed on.
      message: inLocale(code, text, locale),
      ...placeOf(error),
      extensions: {
        ...extensionsOf(code, {
          ...(typeof retryAfter === 'number' && Number.isFinite(retryAfter)
            ? { retryAfterMs: retryAfter }
            : {}),
          ...(knownId === undefined ? {} : { id: knownId }),
          ...(typeof rule === 'string' && rule.length <= 100 ? { rule } : {}),
        }),
      },
    };
  }

  return {
    mask,
    // Apollo's formatted form carries the code it chose, the original error the cause: the original wins where it is ours.
    formatError: (locale) => (formatted, error) => {
      const ours = amrloErrorIn(error);
      if (ours !== undefined && ours.code !== 'INTERNAL')
        return { ...mask(ours, locale), ...placeOf(formatted) };
      if (formatted.extensions?.['code'] === 'INTERNAL_SERVER_ERROR')
        return { ...mask(causeOf(error), locale), ...placeOf(formatted) };
      return mask(formatted, locale);
    },
  };
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(catalogue, code);
}

function codeOfGraphQL(error: unknown): string | undefined {
  if (!(error instanceof GraphQLError) || error.originalError) return undefined;
  if (error.message.startsWith('Syntax Error')) return 'GRAPHQL_PARSE_FAILED';
  return error.path === undefined && error.nodes !== undefined ? 'GRAPHQL_VALIDATION_FAILED' : undefined;
}

function amrloErrorIn(error: unknown): AmrloError | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; depth += 1) {
    if (at instanceof AmrloError) return at;
    at = at instanceof GraphQLError ? at.originalError : undefined;
  }
  return undefined;
}

function causeOf(error: unknown): unknown {
  return error instanceof GraphQLError ? (error.originalError ?? error) : error;
}

function placeOf(error: unknown): Pick<GraphQLFormattedError, 'path' | 'locations'> {
  const { path, locations } = (error ?? {}) as { path?: unknown; locations?: unknown };
  return {
    ...(Array.isArray(locations) ? { locations: locations as GraphQLFormattedError['locations'] } : {}),
    ...(Array.isArray(path) ? { path: path as Array<string | number> } : {}),
  };
}

function shapeOf(template: string): RegExp {
  const escaped = template.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join(`([\\s\\S]{0,${longestParameter}})`)}$`);
}

const shapes = new Map<ErrorCode, Record<Locale, RegExp>>();

function shapesOf(code: ErrorCode): Record<Locale, RegExp> {
  let known = shapes.get(code);
  if (known === undefined) {
    known = { 'zh-CN': shapeOf(catalogue[code].zh), en: shapeOf(catalogue[code].en) };
    shapes.set(code, known);
  }
  return known;
}

function fitsCatalogue(code: ErrorCode, text: string): boolean {
  const { en, 'zh-CN': zh } = shapesOf(code);
  return en.test(text) || zh.test(text);
}

/** The message in the reader's language, its parameters read back from the text that a subgraph filled. */
function inLocale(code: ErrorCode, text: string, locale: Locale): string {
  for (const from of ['zh-CN', 'en'] as const) {
    const match = shapesOf(code)[from].exec(text);
    if (match === null) continue;
    const template = from === 'en' ? catalogue[code].en : catalogue[code].zh;
    const parameters: ErrorParameters = {};
    [...template.matchAll(/\{(\w+)\}/g)].forEach((name, index) => {
      parameters[name[1] ?? ''] = match[index + 1];
    });
    return messageOf(code, parameters, locale);
  }
  return messageOf(code, {}, locale);
}
