/** `npm run differential -- --minutes N --seed S`: looks for operations on which our executor is wrong. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createCompiledEngine } from '../../../gateway/engine/compiled-engine.js';
import { createApolloEngine } from '../../support/stock-engine/apollo-engine.js';
import { campaign } from './campaign.js';
import { asKeptCase } from './regressions.js';
import { kindOf } from './shrink.js';
import { toleratedFault } from './tolerated-faults.js';

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string' },
    /** Goes on after failing cases and tells how many of which kind there were. */
    survey: { type: 'boolean', default: false },
    /** Passes over no known fault. */
    strict: { type: 'boolean', default: false },
    /** Tests the stock executor instead. */
    stock: { type: 'boolean', default: false },
    /** Writes a failing case there, for test/gateway/differential/regressions/. */
    out: { type: 'string' },
  },
});
const seed = options.seed === undefined ? Date.now() % 1_000_000_000 : Number(options.seed);
process.stdout.write(`seed ${seed}\n`);
const kinds = new Map<string, number>();
const { failing, ...seen } = await campaign({
  seed,
  milliseconds: Number(options.minutes) * 60_000,
  engine: options.stock ? createApolloEngine : createCompiledEngine,
  stock: createApolloEngine,
  ...(options.strict ? {} : { tolerated: toleratedFault }),
  shrinkMilliseconds: 90_000,
  ...(options.survey
    ? { onFailing: ({ faults }) => void kinds.set(kindOf(faults), (kinds.get(kindOf(faults)) ?? 0) + 1) }
    : {}),
});
process.stdout.write(`${JSON.stringify(seen)}\n`);
if (kinds.size > 0) process.stdout.write(`${JSON.stringify(Object.fromEntries(kinds))}\n`);
if (failing !== undefined) {
  const text = asKeptCase(failing.failing, failing.faults);
  const { subgraphs, operation, variables, failures } = failing.failing;
  for (const [name, sdl] of Object.entries(subgraphs)) process.stdout.write(`--- ${name}\n${sdl}\n`);
  process.stdout.write(`--- operation\n${operation}\n${JSON.stringify({ variables, failures })}\n`);
  process.stdout.write(`--- faults\n${failing.faults.join('\n')}\n`);
  if (options.out !== undefined) await writeFile(join(process.cwd(), options.out), `${text}\n`);
  process.exitCode = 1;
}
process.exit();
