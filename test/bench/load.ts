import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Figures } from './figures.js';
import { sourceFlags } from './source-flags.js';

/** What is asked, by whom, how long. */
export interface Load {
  readonly url: string;
  readonly body: string;
  /**
   * One per connection. Each names another principal (a scope that nothing reads), so that no two connections share
   * a call in flight; the rows, and therefore the bytes, are the same.
   */
  readonly tokens: readonly string[];
  readonly seconds: number;
  /** Before the measurement, with the same settings; not counted. */
  readonly warmUpSeconds: number;
}

/** What came back. */
export interface LoadResult extends Figures {
  /** Answers other than 200, timeouts and broken connections. */
  readonly failed: number;
}

/** Applies a load from a process of its own. @throws Error when anything but 200 came back */
export async function applyLoad(load: Load): Promise<LoadResult> {
  const child = fork(join(import.meta.dirname, 'load-client.ts'), [], { execArgv: [...sourceFlags] });
  try {
    child.send(load);
    const [result] = (await Promise.race([once(child, 'message'), ended(child)])) as [LoadResult];
    if (result.failed > 0) throw new Error(`${result.failed} requests to ${load.url} failed under load.`);
    return result;
  } finally {
    child.kill();
  }
}

async function ended(child: ReturnType<typeof fork>): Promise<never> {
  await once(child, 'exit');
  throw new Error('The load client ended without a result.');
}
