import { describe, expect, test } from '@jest/globals';
import type { processKinds } from '../../subgraphs/kit/base/config/process-kinds.js';
import { key, publicPem, room } from './config-fixture.js';
import { problems } from './config-problems.js';

describe('misuse gets one clear sentence', () => {
  test.each<[string, Record<string, string>, string[], string]>([
    [
      'a port that is no number',
      { PORT: 'abc' },
      [],
      'The environment variable PORT must be a whole number from 0 to 65535, not "abc".',
    ],
    [
      'a port that is too large',
      {},
      ['--port', '65536'],
      '--port must be a whole number from 0 to 65535, not "65536".',
    ],
    [
      'a negative number',
      { AMRLO_DRAIN_MS: '-1' },
      [],
      'The environment variable AMRLO_DRAIN_MS must be a whole number of milliseconds from 0 to 600000, not "-1".',
    ],
    [
      'a number in another form',
      { PORT: '4e3' },
      [],
      'The environment variable PORT must be a whole number from 0 to 65535, not "4e3".',
    ],
    [
      'yes for on',
      { AMRLO_SAFELIST: 'yes' },
      [],
      'The environment variable AMRLO_SAFELIST must be "on" or "off", not "yes".',
    ],
    [
      'a word that is none of the few',
      { LOG_LEVEL: 'loud' },
      [],
      'The environment variable LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent, not "loud".',
    ],
    [
      'a URL without a scheme',
      { AMRLO_PUBLIC_URL: 'graph.example' },
      [],
      'The environment variable AMRLO_PUBLIC_URL must be a URL that starts with http:// or https://, not "graph.example".',
    ],
    [
      'an unknown variable',
      { AMRLO_SAFELIT: 'on' },
      [],
      'The environment variable AMRLO_SAFELIT is not a setting. Did you mean AMRLO_SAFELIST?',
    ],
    [
      'an unknown variable near nothing',
      { AMRLO_QQQQQQQQ: '1' },
      [],
      'The environment variable AMRLO_QQQQQQQQ is not a setting.',
    ],
    [
      'an unknown flag, whose value is not taken for another mistake',
      {},
      ['--prot', '5000'],
      '--prot is not a setting. Did you mean --port?',
    ],
    [
      'a word that is no flag',
      {},
      ['start'],
      '"start" is not understood; settings are given as --name value.',
    ],
    ['a short flag', {}, ['-p=1'], '-p is not a setting.'],
    ['a flag without a value', {}, ['--port', '--host', 'x'], '--port needs a value: --port 4000.'],
    ['a flag with an empty value', {}, ['--host', ''], '--host needs a value: --host 127.0.0.1.'],
    [
      'a flag with an empty inline value',
      {},
      ['--public-url='],
      '--public-url needs a value: --public-url VALUE.',
    ],
    ['a flag given twice', {}, ['--port', '1', '--port=2'], '--port is given twice.'],
    [
      'a flag of another process',
      {},
      ['--school', 'x'],
      'The alliance process does not use --school; --help lists what it uses.',
    ],
    [
      'a timeout nobody waits for',
      { AMRLO_SUBGRAPH_TIMEOUT_MS: '20000' },
      [],
      'AMRLO_SUBGRAPH_TIMEOUT_MS is longer than AMRLO_REQUEST_BUDGET_MS; nobody would wait for it.',
    ],
    [
      'an object store without a bucket',
      { AMRLO_FILES: 's3', AMRLO_S3_REGION: 'r' },
      [],
      'AMRLO_FILES=s3 needs AMRLO_S3_BUCKET, AMRLO_S3_ACCESS_KEY_ID, AMRLO_S3_SECRET_ACCESS_KEY.',
    ],
    [
      'a current key that is not held',
      { AMRLO_ENCRYPTION_KEYS: `k1:${key}`, AMRLO_ENCRYPTION_CURRENT_KEY: 'k2' },
      [],
      'AMRLO_ENCRYPTION_CURRENT_KEY is "k2", which AMRLO_ENCRYPTION_KEYS does not hold.',
    ],
    [
      'the demo in production',
      { NODE_ENV: 'production', AMRLO_DEMO: 'on' },
      [],
      'AMRLO_DEMO=on makes people with known tokens and is refused in production; remove it.',
    ],
    [
      'an issuer in the clear in production',
      { NODE_ENV: 'production', AMRLO_OIDC_ISSUER: 'http://id' },
      [],
      'AMRLO_OIDC_ISSUER must start with https:// in production.',
    ],
  ])('%s', (_, env, argv, sentence) => {
    expect(problems(env, argv)).toEqual([sentence]);
  });

  test.each<[string, (typeof processKinds)[number], Record<string, string>, string]>([
    [
      'an open gateway in production',
      'gateway',
      { NODE_ENV: 'production', AMRLO_AUTH: 'off' },
      'AMRLO_AUTH=off lets everybody read everything and is refused in production; remove it.',
    ],
    [
      'a gateway that knows no issuer',
      'gateway',
      {},
      'A gateway of its own needs AMRLO_OIDC_ISSUER, the issuer of access tokens, or --auth off outside production.',
    ],
    [
      'a gateway that no subgraph believes',
      'gateway',
      { NODE_ENV: 'production', AMRLO_OIDC_ISSUER: 'https://id' },
      'A gateway in production needs AMRLO_ASSERTION_PRIVATE_KEY, or no subgraph believes it.',
    ],
    [
      'a room without a database',
      'learners',
      { AMRLO_ASSERTION_PUBLIC_KEYS: publicPem },
      'The learners subgraph alone needs DATABASE_URL or AMRLO_LEARNERS_DATABASE_URL.',
    ],
    [
      'a room that believes nobody',
      'learners',
      { DATABASE_URL: 'postgresql://x' },
      'The learners process alone needs AMRLO_ASSERTION_PUBLIC_KEYS to know which gateway to believe.',
    ],
    [
      'a room in production without keys',
      'learners',
      room({ NODE_ENV: 'production', AMRLO_LOOKUP_KEY: key }),
      'The learners subgraph in production needs AMRLO_ENCRYPTION_KEYS, AMRLO_AUDIT_SIGNING_KEY.',
    ],
    [
      'an adapter without a school',
      'adapter',
      { AMRLO_ASSERTION_PUBLIC_KEYS: publicPem },
      'An adapter process needs AMRLO_SCHOOL, the folder name of the school that it serves or the path of its school file.',
    ],
  ])('%s', (_, kind, env, sentence) => {
    expect(problems(env, [], kind)).toEqual([sentence]);
  });

  test('all problems come at once, one line each', () => {
    const found = problems({ PORT: 'abc', AMRLO_NOPE: 'x', LOG_LEVEL: 'loud' }, ['--prot', '1', 'word']);
    expect(found).toHaveLength(5);
    for (const sentence of found) expect(sentence).toMatch(/^\S[^\n]*[.?]$/);
  });
});
