import { catalogue, type ErrorCode } from './catalogue.js';
import type { Locale } from '../locale.js';

/** What fills the `{placeholders}` of a catalogue message. */
export type ErrorParameters = Record<string, string | number | boolean | null | undefined>;

/** Where in the input the refusal lies, from the root of the mutation's arguments. */
export type InputPath = ReadonlyArray<string | number>;

/**
 * The one error of this house: a code of the catalogue and the values for its message.
 * Anything else that is thrown is a bug or a foreign fault and leaves the process only as `INTERNAL` with an id.
 */
export class AmrloError extends Error {
  readonly code: ErrorCode;
  readonly parameters: ErrorParameters;
  readonly path: InputPath | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(
    code: ErrorCode,
    parameters: ErrorParameters = {},
    options: { path?: InputPath; retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(
      messageOf(code, parameters, 'en'),
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.name = 'AmrloError';
    this.code = code;
    this.parameters = parameters;
    this.path = options.path;
    this.retryAfterMs = options.retryAfterMs;
  }

  /** The message for a reader, with the placeholders filled. */
  messageIn(locale: Locale): string {
    return messageOf(this.code, this.parameters, locale);
  }

  /** A refusal is something that the person who asked can act on; it goes to `userErrors`. Faults go to `errors`. */
  get isRefusal(): boolean {
    return catalogue[this.code].kind === 'refusal';
  }
}

/** Makes an error that the asking person can act on; in a mutation it becomes a row of `userErrors`. */
export function refuse(code: ErrorCode, parameters?: ErrorParameters, path?: InputPath): AmrloError {
  return new AmrloError(code, parameters, path ? { path } : {});
}

/** The catalogue's message in one language with its placeholders filled. */
export function messageOf(code: ErrorCode, parameters: ErrorParameters, locale: Locale): string {
  const template = locale === 'en' ? catalogue[code].en : catalogue[code].zh;
  return template.replace(/\{(\w+)\}/g, (_, name: string) => String(parameters[name] ?? ''));
}
