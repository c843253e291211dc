import { parseArgs } from 'node:util';

/** What the bench is told to do. */
export interface BenchOptions {
  /** Measures clone to first answer as well; takes a minute or two. */
  readonly clone: boolean;
  /** Seconds of each measured load. */
  readonly seconds: number;
  /** Starts on the used data folder. */
  readonly starts: number;
  /** File for the figures as JSON. */
  readonly json: string | undefined;
  /** File for a CPU profile of the one process under load. */
  readonly profile: string | undefined;
  /** Prints the statements of one archive query. */
  readonly statements: boolean;
  readonly redisUrl: string;
}

const usage = `npm run bench -- [--clone] [--seconds 4] [--starts 3] [--json FILE] [--profile FILE] [--statements]
  --clone           also clones the last commit, installs and starts it (a minute or two)
  --seconds N       of each measured load
  --starts N        starts on a used data folder, of which the median is told
  --json FILE       writes the figures there as well
  --profile FILE    writes a CPU profile of the one process under load there and tells where its time went
  --statements      prints the SQL of one archive query
  --records         measures school records instead [--seconds 10] [--rate 20]
  --dashboard       measures the secretariat's dashboard over 3,000 members and 1,000,000 deposits [--seconds 10]
  --roster-history  measures the roster of members as of long ago and of today instead
  --operations      measures the planning of the registered operations and of 10,000 others, and the memory meanwhile;
                    [--count N]
  --federation      measures the gateway beside others instead; see --federation --help
Each subgraph over HTTP needs a Redis: REDIS_URL, or the one of this machine.
`;

/** Reads the command line; prints the usage and ends on `--help` and on anything unknown. */
export function readOptions(args: string[]): BenchOptions {
  try {
    const { values } = parseArgs({
      args,
      options: {
        clone: { type: 'boolean', default: false },
        seconds: { type: 'string', default: '4' },
        starts: { type: 'string', default: '3' },
        json: { type: 'string' },
        profile: { type: 'string' },
        statements: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      process.stdout.write(usage);
      return process.exit(0);
    }
    return {
      clone: values.clone,
      seconds: positive('seconds', values.seconds),
      starts: Math.ceil(positive('starts', values.starts)),
      json: values.json,
      profile: values.profile,
      statements: values.statements,
      redisUrl: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379',
    };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${usage}`);
    return process.exit(2);
  }
}

/** @throws Error for what is no number above 0 */
export function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name} is a positive number.`);
  return value;
}
