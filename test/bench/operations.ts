/**
 * `npm run bench -- --operations [--count 10000]`: how long the alliance's graph takes to plan operations that nobody asked
 * before, with all rights, and what keeping them takes. No subgraph is asked.
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parse, validate, type DocumentNode } from 'graphql';
import { pino } from 'pino';
import { createCompiledEngine } from '../../gateway/engine/compiled-engine.js';
import { createAuthorization } from '../../gateway/security/authorization.js';
import { checkLimits, parseOperation } from '../../gateway/security/limits.js';
import { readSupergraph } from '../../gateway/supergraph/supergraph.js';
import { projectFile } from '../../subgraphs/alliance/project-file.js';
import { chooseBy, type Choose } from '../gateway/differential/choose.js';
import { generateOperation } from '../gateway/differential/operation-generator.js';
import { quantile } from './figures.js';
import { largeOperation } from './large-operation.js';
import { positive } from './options.js';
import { machine } from './report.js';

const { values } = parseArgs({
  options: { operations: { type: 'boolean' }, count: { type: 'string', default: '10000' } },
});
const count = Math.ceil(positive('count', values.count));
const supergraph = await readSupergraph(projectFile('schema/supergraph.graphql'));
const engine = createCompiledEngine({
  supergraph,
  authorization: createAuthorization(supergraph.schema),
  link: {
    call: () => Promise.reject(new Error('Nothing is asked here.')),
    state: () => [],
    close: async () => undefined,
  },
  log: pino({ level: 'silent' }),
});
const loaded = performance.now();
const { schema } = await engine.load();
say(`${machine()}; the planner was made in ${milliseconds(performance.now() - loaded)}.`);

const manifest = JSON.parse(await readFile(projectFile('schema/operations.json'), 'utf8')) as Record<
  string,
  { name: string; client: string; document: string }
>;
say('\nRegistered operations, planned for the first time');
for (const { client, name, document } of Object.values(manifest))
  say(`  ${`${client}/${name}`.padEnd(34)} ${milliseconds(plan(parse(document)))}`);

measure('up to 60 fields', count, (choose) => generateOperation(choose, schema).operation);
measure('about 1,000 fields', Math.ceil(count / 20), (choose) => largeOperation(choose, schema, 1_000));

/** Plans so many operations of which no two are the same, with the memory after each tenth. */
function measure(kind: string, wanted: number, generate: (choose: Choose) => string): void {
  say(`\n${wanted} operations of which no two are the same, ${kind}\n  planned   kept   heap MB`);
  const choose = seededChoice();
  const times: number[] = [];
  for (let tenth = 0; tenth <= 10; tenth += 1) {
    while (times.length < (wanted * tenth) / 10) {
      const document = admitted(generate(choose));
      const { misses } = engine.figures();
      const time = document === undefined ? 0 : plan(document);
      if (engine.figures().misses > misses) times.push(time);
    }
    const heap = heapMegabytes().toFixed(0);
    say(
      `  ${String(times.length).padStart(7)} ${String(engine.figures().size).padStart(6)} ${heap.padStart(9)}`,
    );
  }
  const parts = [0.5, 0.9, 0.99, 1].map((part) => `p${part * 100} ${milliseconds(quantile(times, part))}`);
  say(`  ${parts.join(', ')}`);
}

/** The operation as the gateway would take it in; undefined where it would refuse it. */
function admitted(text: string): DocumentNode | undefined {
  try {
    const document = parseOperation(text);
    checkLimits(document, undefined, undefined);
    return validate(schema, document).length === 0 ? document : undefined;
  } catch {
    return undefined;
  }
}

function plan(document: DocumentNode): number {
  const begun = performance.now();
  engine.warm(document);
  return performance.now() - begun;
}

/** The same choices in every run. */
function seededChoice(): Choose {
  let state = 20_260_301;
  return chooseBy((below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  });
}

function heapMegabytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed / 1e6;
}

function milliseconds(value: number): string {
  return `${value.toFixed(1)} ms`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
