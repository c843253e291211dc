import type { Contender, Surroundings } from './contenders.js';
import type { Driver, Driven, Drive } from './drive.js';

/** What one contender did with one load. */
export interface Measured {
  readonly contender: string;
  readonly what: Contender['what'];
  readonly load: 'distinct' | 'identical' | 'one connection' | 'many operations';
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Processor time of the gateway's process per answer, in milliseconds. */
  readonly cpuMs: number;
  /** Resident memory after the load, in MB. */
  readonly memoryMb: number;
  readonly answers: number;
  readonly compared: number;
}

/** Memory of a gateway while operations come that it has not seen. */
export interface MemoryCourse {
  readonly contender: string;
  /** Operations asked so far, and resident memory in MB then. */
  readonly points: readonly { readonly operations: number; readonly memoryMb: number }[];
}

/** How long and how much is asked. */
export interface LoadSettings {
  readonly seconds: number;
  readonly connections: number;
  /** Different operations of the second workload; 0 leaves it out. */
  readonly operations: number;
}

const warmUpRequests = 600;
const mostWarmUpSeconds = 30;

/** Starts a contender, applies every load to it and stops it. */
export async function measureContender(
  contender: Contender,
  around: Surroundings,
  driver: Driver,
  settings: LoadSettings,
): Promise<{ measured: Measured[]; memory: MemoryCourse | undefined; wrong: string | undefined }> {
  const running = await contender.start(around);
  try {
    const tokens = await around.callers.tokens(settings.connections);
    let asked = 0;
    const drive = async (over: Partial<Drive>): Promise<Driven> => {
      const driven = await driver.drive({
        url: running.url,
        kind: 'distinct',
        tokens,
        connections: settings.connections,
        seconds: settings.seconds,
        from: asked,
        ...over,
      });
      asked += driven.answers;
      return driven;
    };
    const measure = async (load: Measured['load'], over: Partial<Drive>): Promise<Measured> => {
      const before = await running.process.cpuMs();
      const driven = await drive(over);
      const cpuMs = ((await running.process.cpuMs()) - before) / driven.answers;
      const { name, what } = contender;
      return { contender: name, what, load, ...driven, cpuMs, memoryMb: await running.process.memoryMb() };
    };
    // Compiled and warm, as a gateway is that has served for a while; by requests, because a busy machine makes few.
    await drive({ requests: warmUpRequests, seconds: mostWarmUpSeconds });
    const measured = [
      await measure('distinct', {}),
      await measure('identical', { kind: 'identical' }),
      await measure('one connection', { connections: 1, seconds: settings.seconds / 2 }),
    ];
    let memory: MemoryCourse | undefined;
    let wrong: string | undefined;
    if (settings.operations > 0 && contender.anyOperation) {
      try {
        memory = await manyOperations(measure, settings.operations, measured, contender.name);
      } catch (error) {
        // What another gateway cannot answer is told beside what it can; ours has to answer all.
        if (contender.what === 'ours') throw error;
        wrong = (error as Error).message.slice(0, 300);
      }
    }
    return { measured, memory, wrong };
  } finally {
    await running.process.stop();
  }
}

/** Every operation is new: in tenths, with the memory after each. */
async function manyOperations(
  measure: (load: Measured['load'], over: Partial<Drive>) => Promise<Measured>,
  operations: number,
  measured: Measured[],
  contender: string,
): Promise<MemoryCourse> {
  const points = [{ operations: 0, memoryMb: measured.at(-1)?.memoryMb ?? Number.NaN }];
  const parts: Measured[] = [];
  const step = Math.ceil(operations / 10);
  for (let from = 0; from < operations; from += step) {
    const part = await measure('many operations', {
      kind: 'many',
      from,
      requests: Math.min(step, operations - from),
      seconds: 600,
    });
    parts.push(part);
    points.push({ operations: from + part.answers, memoryMb: part.memoryMb });
  }
  const answers = parts.reduce((sum, part) => sum + part.answers, 0);
  const mean = (of: (part: Measured) => number) =>
    parts.reduce((sum, part) => sum + of(part) * part.answers, 0) / answers;
  measured.push({
    ...(parts.at(-1) as Measured),
    // Requests per second of all parts together, times as the mean of the parts.
    perSecond: answers / parts.reduce((sum, part) => sum + part.answers / part.perSecond, 0),
    p50: mean(({ p50 }) => p50),
    p99: Math.max(...parts.map(({ p99 }) => p99)),
    cpuMs: mean(({ cpuMs }) => cpuMs),
    answers,
    compared: parts.reduce((sum, part) => sum + part.compared, 0),
  });
  return { contender, points };
}
