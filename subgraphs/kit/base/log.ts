import { pino, type Logger } from 'pino';

export type { Logger } from 'pino';

/**
 * The process's logger. Names, identity numbers, tokens and variables never reach a log:
 * callers log ids and codes, and what slips through under these keys is censored.
 */
export function createLogger(options: { level: string; name: string }): Logger {
  return pino({
    name: options.name,
    level: options.level,
    redact: {
      paths: [
        'authorization',
        '*.authorization',
        'headers.authorization',
        'variables',
        '*.variables',
        'token',
        '*.token',
        'password',
        '*.password',
        'identityNumber',
        '*.identityNumber',
        'name.full',
        '*.legalName',
      ],
      censor: '[redacted]',
    },
  });
}
