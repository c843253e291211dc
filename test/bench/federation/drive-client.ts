/** Asks as fast as answers come: takes a {@link Drive} over the channel, answers with {@link Driven}. */
import { isDeepStrictEqual } from 'node:util';
import { Client } from 'undici';
import { figuresOf } from '../figures.js';
import type { Drive, Driven, RequestKind } from './drive.js';
import { deepBody, expectedAnswer, manyBody } from './shop-query.js';

/** One answer in so many is parsed and compared; the others have to be 200 and as long as the first one. */
const comparedEvery = { distinct: 200, identical: 200, many: 50 } as const;

process.on('message', (load: Drive) => {
  run(load).then(
    (result) => process.send?.(result),
    (error: unknown) => process.send?.({ failure: `${load.url}: ${(error as Error).message}` }),
  );
});
process.once('disconnect', () => process.exit(0));

async function run(load: Drive): Promise<Driven> {
  const milliseconds: number[] = [];
  let asked = 0;
  let compared = 0;
  let length: number | undefined;
  const started = performance.now();
  const until = started + load.seconds * 1_000;
  const most = load.requests ?? Number.POSITIVE_INFINITY;
  const origin = new URL(load.url);
  const deepExpected = load.kind === 'many' ? undefined : expectedAnswer(deepBody(0));

  async function askOn(client: Client, headers: Record<string, string>): Promise<void> {
    while (asked < most && performance.now() < until) {
      const n = (asked += 1) - 1;
      const body = bodyOf(load.kind, load.from + n);
      const sent = performance.now();
      const answer = await client.request({ method: 'POST', path: origin.pathname, headers, body });
      const bytes = await answer.body.bytes();
      milliseconds.push(performance.now() - sent);
      if (answer.statusCode !== 200)
        throw new Error(`status ${answer.statusCode}: ${Buffer.from(bytes).toString().slice(0, 500)}`);
      if (n % comparedEvery[load.kind] === 0) {
        const text = Buffer.from(bytes).toString();
        if (!isDeepStrictEqual(dataOf(text), (deepExpected ?? expectedAnswer(body)).data))
          throw new Error(`another answer than expected to ${body.slice(0, 300)}: ${text.slice(0, 500)}`);
        compared += 1;
      }
      if (load.kind === 'many') continue;
      length ??= bytes.length;
      if (bytes.length !== length) throw new Error(`answers of ${length} and of ${bytes.length} bytes`);
    }
  }

  const clients = Array.from({ length: load.connections }, () => new Client(origin.origin));
  try {
    await Promise.all(
      clients.map((client, index) => {
        const token = load.tokens[load.kind === 'identical' ? 0 : index];
        return askOn(client, {
          'content-type': 'application/json',
          accept: 'application/json',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        });
      }),
    );
  } finally {
    await Promise.all(clients.map((client) => client.destroy()));
  }
  return {
    ...figuresOf(milliseconds, performance.now() - started),
    answers: milliseconds.length,
    compared,
  };
}

function bodyOf(kind: RequestKind, n: number): string {
  if (kind === 'many') return manyBody(n);
  return deepBody(kind === 'identical' ? 0 : n);
}

/** The data of an answer that has no errors; the order of keys and spaces are not compared. */
function dataOf(text: string): unknown {
  const { data, errors } = JSON.parse(text) as { data?: unknown; errors?: unknown };
  if (errors !== undefined) throw new Error(`an answer with errors: ${text.slice(0, 500)}`);
  return data;
}
