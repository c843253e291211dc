/** `npm run bench:federation`: our gateway beside others and beside its limits, on the query they are compared by. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { machine } from '../report.js';
import { sourceFlags } from '../source-flags.js';
import { createCallers } from './callers.js';
import { homeContenders, type Surroundings } from './contenders.js';
import { startDriver } from './drive.js';
import { loadTable, memoryTable } from './federation-report.js';
import { measureContender, type Measured, type MemoryCourse } from './measure.js';
import { installPeers, peerContenders } from './peers.js';
import { canPin, cores, startPinned } from './pinned-process.js';
import { ratesPlot } from './plot.js';
import { shopSupergraph } from './shop-subgraphs.js';

const { values: options } = parseArgs({
  options: {
    federation: { type: 'boolean', default: true },
    seconds: { type: 'string', default: '10' },
    connections: { type: 'string', default: '32' },
    operations: { type: 'string', default: '10000' },
    only: { type: 'string' },
    /** Leaves out the gateways that have to be installed first. */
    'no-peers': { type: 'boolean', default: false },
    svg: { type: 'string' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  process.stdout
    .write(`npm run bench:federation -- [--seconds 10] [--connections 32] [--operations 10000] [--only PATTERN]
    [--no-peers] [--json FILE] [--svg FILE]
  --seconds N       of each measured load
  --connections N   that ask at once
  --operations N    different operations of the second workload; 0 leaves it out
  --only PATTERN    only those whose name matches
  --no-peers        leaves out the gateways that have to be installed first
  --json, --svg     write the figures, and a plot of the rates, there
`);
  process.exit();
}
const leftOut: string[] = [];
const folder = await mkdtemp(join(tmpdir(), 'amrlo-bench-federation-'));
const stops: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void stopAll().finally(() => process.exit(130)));
}
try {
  await run();
} finally {
  await stopAll();
}

async function stopAll(): Promise<void> {
  for (const stop of stops.splice(0).toReversed()) await stop();
}

async function run(): Promise<void> {
  const around = await surroundings();
  const driver = startDriver();
  stops.push(() => driver.stop());
  const measured: Measured[] = [];
  const memory: MemoryCourse[] = [];
  const only = options.only === undefined ? undefined : new RegExp(options.only, 'i');
  if (!options['no-peers']) await installPeers();
  const [ours, stock, ...limits] = homeContenders;
  const all = [ours, stock, ...(options['no-peers'] ? [] : peerContenders), ...limits].filter(
    (one) => one !== undefined,
  );
  for (const contender of all) {
    if (only !== undefined && !only.test(contender.name)) continue;
    process.stderr.write(`${contender.name} …\n`);
    const result = await measureOrTell(contender, around, driver, {
      seconds: Number(options.seconds),
      connections: Number(options.connections),
      operations: Number(options.operations),
    });
    if (result === undefined) continue;
    measured.push(...result.measured);
    if (result.memory !== undefined) memory.push(result.memory);
    if (result.wrong !== undefined) leftOut.push(`${contender.name}, many operations: ${result.wrong}`);
  }
  const loads = [...new Set(measured.map(({ load }) => load))];
  process.stdout.write(
    [
      `${new Date().toISOString()}, ${machine()}, ${canPin ? 'gateway alone on its core' : 'NOT bound to cores'}`,
      '',
      ...loads.map((load) => loadTable(load, measured)),
      ...(memory.length === 0 ? [] : [memoryTable(memory)]),
      ...leftOut,
      '',
    ].join('\n'),
  );
  if (options.svg !== undefined)
    await writeFile(
      options.svg,
      ratesPlot('distinct', measured, `${new Date().toISOString().slice(0, 10)}, ${machine()}`),
    );
  if (options.json !== undefined) {
    await writeFile(
      options.json,
      JSON.stringify({ at: new Date(), machine: machine(), pinned: canPin, measured, memory }, null, 2),
    );
  }
}

/** A gateway that is wrong or does not start is told and left out; ours has to be right. */
async function measureOrTell(
  ...args: Parameters<typeof measureContender>
): Promise<Awaited<ReturnType<typeof measureContender>> | undefined> {
  try {
    return await measureContender(...args);
  } catch (error) {
    if (args[0].what !== 'gateway') throw error;
    leftOut.push(`${args[0].name} was left out: ${(error as Error).message.slice(0, 300)}`);
    return undefined;
  }
}

async function surroundings(): Promise<Surroundings> {
  const callers = await createCallers();
  const shop = startPinned(cores.rest, [...sourceFlags, join(import.meta.dirname, 'shop-process.ts')]);
  stops.push(() => shop.stop());
  const told = shop.message<{ urls: Record<string, string>; jwks: string }>();
  shop.child.send(callers.keySet);
  const { urls, jwks } = await told;
  const supergraph = join(folder, 'supergraph.graphql');
  const guardedSupergraph = join(folder, 'guarded.graphql');
  const sdl = shopSupergraph(urls, false);
  await writeFile(supergraph, sdl);
  await writeFile(guardedSupergraph, shopSupergraph(urls, true));
  return { urls, jwks, callers, supergraph, guardedSupergraph, sdl };
}
