import { AmrloError } from './errors/amrlo-error.js';
import type { Logger } from './log.js';
import { ProblemsError } from './problems-error.js';

let ending = false;

/** Ends the process in order on SIGTERM or SIGINT; a second signal ends it at once. */
export function endOnSignals(stop: () => Promise<void>, log: Logger): void {
  const end = (signal: NodeJS.Signals) => {
    if (ending) process.exit(1);
    ending = true;
    log.info({ signal }, 'stopping');
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'could not stop in order');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
}

/**
 * Ends a process that could not start: one sentence for the person at the terminal, or one for each mistake of a file,
 * no stack, status 1. While a signal already ends it in order it does nothing: work that is cut short then fails because
 * of the signal.
 */
export function exitWithSentence(error: unknown, log: Logger): void {
  log.debug({ err: error }, 'could not start');
  if (ending) return;
  process.stderr.write(`${sentenceOf(error)}\n`);
  process.exit(1);
}

function sentenceOf(error: unknown): string {
  if (error instanceof AmrloError) return `${error.messageIn('zh-CN')} / ${error.messageIn('en')}`;
  if (error instanceof ProblemsError) return error.problems.join('\n');
  if (!(error instanceof Error)) return String(error);
  // A connection that was tried at several addresses fails with a code and no message.
  return error.message.split('\n')[0] || (error as NodeJS.ErrnoException).code || error.name;
}
