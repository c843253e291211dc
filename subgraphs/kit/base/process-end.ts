import { AmrloError } from './errors/amrlo-error.js';
import type { Logger } from './log.js';

/** Ends the process in order on SIGTERM or SIGINT; a second signal ends it at once. */
export function endOnSignals(stop: () => Promise<void>, log: Logger): void {
  let ending = false;
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

/** Ends a process that could not start: one sentence for the person at the terminal, no stack, status 1. */
export function exitWithSentence(error: unknown, log: Logger): never {
  log.debug({ err: error }, 'could not start');
  process.stderr.write(`${sentenceOf(error)}\n`);
  process.exit(1);
}

function sentenceOf(error: unknown): string {
  if (error instanceof AmrloError) return `${error.messageIn('zh-CN')} / ${error.messageIn('en')}`;
  if (error instanceof Error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') return 'The port is taken; set PORT to another one.';
    return error.message.split('\n')[0] ?? error.name;
  }
  return String(error);
}
