/** Why an embedded PostgreSQL could not start; each code is one thing an operator can act on. */
export type EmbeddedPostgresErrorCode =
  | 'DATA_DIR_IN_USE'
  | 'DATA_DIR_UNWRITABLE'
  | 'DATA_DIR_VERSION'
  | 'EMBEDDED_POSTGRES_MISSING'
  | 'EMBEDDED_POSTGRES_FAILED';

/** A refusal to start. The message is one sentence meant for the terminal of the person who started us. */
export class EmbeddedPostgresError extends Error {
  readonly code: EmbeddedPostgresErrorCode;

  constructor(code: EmbeddedPostgresErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EmbeddedPostgresError';
    this.code = code;
  }
}

/** The `code` of a Node system error (`ENOENT`, …), or undefined for anything else. */
export function systemCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}
