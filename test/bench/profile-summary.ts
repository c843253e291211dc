import { readFile } from 'node:fs/promises';

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** A part of the time that a process was busy. */
export interface Share {
  readonly name: string;
  /** Of the busy time, 0 to 1. */
  readonly share: number;
}

/** Where a process spent its own time, by function and by package, from a CPU profile. */
export async function summarizeProfile(file: string): Promise<{ functions: Share[]; packages: Share[] }> {
  const profile = JSON.parse(await readFile(file, 'utf8')) as CpuProfile;
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const functions = new Map<string, number>();
  const packages = new Map<string, number>();
  let busy = 0;
  profile.samples.forEach((id, index) => {
    const frame = frames.get(id);
    const time = profile.timeDeltas[index] ?? 0;
    if (frame === undefined || ['(idle)', '(program)'].includes(frame.functionName)) return;
    // The profiler's own start and stop.
    if (frame.url === 'node:inspector') return;
    busy += time;
    const place = packageOf(frame.url);
    const file = frame.url.split('/').at(-1) ?? '';
    add(functions, `${frame.functionName || '(anonymous)'}  ${place} ${file}:${frame.lineNumber + 1}`, time);
    add(packages, frame.functionName === '(garbage collector)' ? 'garbage collection' : place, time);
  });
  const shares = (of: Map<string, number>) =>
    [...of].map(([name, time]) => ({ name, share: time / busy })).toSorted((a, b) => b.share - a.share);
  return { functions: shares(functions), packages: shares(packages) };
}

function packageOf(url: string): string {
  const installed = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  if (installed !== undefined) return installed;
  if (url === '') return 'native';
  if (url.startsWith('node:')) return 'node';
  return /\/dist\/((?:subgraphs\/)?[^/]+(?:\/[^/]+)?)/.exec(url)?.[1] ?? 'other';
}

function add(to: Map<string, number>, name: string, time: number): void {
  to.set(name, (to.get(name) ?? 0) + time);
}
