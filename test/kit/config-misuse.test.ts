import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { loadSettings, SettingsError } from '../../subgraphs/kit/base/config/load-settings.js';
import { processKinds } from '../../subgraphs/kit/base/config/process-kinds.js';
import { definitionOf, flagOf, settingNames } from '../../subgraphs/kit/base/config/settings.js';
import { key, privatePem, publicPem, room, rsaPem, settingsFolder } from './config-fixture.js';

const { file } = settingsFolder();

/** The problems of settings that must be refused. */
function problems(
  env: Record<string, string>,
  argv: string[] = [],
  kind: (typeof processKinds)[number] = 'alliance',
): readonly string[] {
  try {
    loadSettings(kind, { env, argv });
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  throw new Error('The settings were accepted.');
}

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
      'a secret on the command line',
      {},
      ['--lookup-key', 'hunter2'],
      '--lookup-key would show a secret to everybody on this machine; set AMRLO_LOOKUP_KEY in the environment, or --lookup-key-file to the path of a file.',
    ],
    [
      'a settings file that is not there',
      { AMRLO_CONFIG: '/nowhere/s.json' },
      [],
      'The settings file /nowhere/s.json cannot be read (it does not exist).',
    ],
    [
      'a secret file that is not there',
      { AMRLO_LOOKUP_KEY_FILE: '/nowhere/k' },
      [],
      'The file /nowhere/k that the environment variable AMRLO_LOOKUP_KEY_FILE names cannot be read (it does not exist).',
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
      'An adapter process needs AMRLO_SCHOOL, the folder name of the school that it serves.',
    ],
  ])('%s', (_, kind, env, sentence) => {
    expect(problems(env, [], kind)).toEqual([sentence]);
  });

  test.each<[string, string, (path: string) => string]>([
    ['a file that is not JSON', '{', (path) => `The settings file ${path} is not JSON.`],
    [
      'a file that holds a list',
      '[]',
      (path) => `The settings file ${path} must hold one JSON object with settings by name.`,
    ],
    [
      'an unknown name in the file',
      '{"PROT": 1}',
      (path) => `PROT in ${path} is not a setting. Did you mean PORT?`,
    ],
    [
      'a name that every object has',
      '{"constructor": "x"}',
      (path) => `constructor in ${path} is not a setting.`,
    ],
    ['the name of a prototype', '{"__proto__": "x"}', (path) => `__proto__ in ${path} is not a setting.`],
    [
      'a nested value',
      '{"PORT": {"a": 1}}',
      (path) => `PORT in ${path} must be a text, a number or true or false.`,
    ],
    ['null', '{"PORT": null}', (path) => `PORT in ${path} must be a text, a number or true or false.`],
    [
      'a fraction',
      '{"PORT": 1.5}',
      (path) => `PORT in ${path} must be a whole number from 0 to 65535, not "1.5".`,
    ],
    [
      'a file that names a file',
      '{"AMRLO_CONFIG": "x"}',
      (path) => `AMRLO_CONFIG cannot be set inside ${path}; a settings file names no other.`,
    ],
  ])('%s', (_, content, sentence) => {
    const path = file('settings.json', content);
    expect(problems({ AMRLO_CONFIG: path })).toEqual([sentence(path)]);
  });

  test('a secret given twice', () => {
    const path = file('secret', key);
    expect(problems({ AMRLO_LOOKUP_KEY: key, AMRLO_LOOKUP_KEY_FILE: path })).toEqual([
      'The environment variable AMRLO_LOOKUP_KEY_FILE and AMRLO_LOOKUP_KEY are both set; set one of them.',
    ]);
  });

  test('all problems come at once, one line each', () => {
    const found = problems({ PORT: 'abc', AMRLO_NOPE: 'x', LOG_LEVEL: 'loud' }, ['--prot', '1', 'word']);
    expect(found).toHaveLength(5);
    for (const sentence of found) expect(sentence).toMatch(/^\S[^\n]*[.?]$/);
  });

  test('no secret is ever shown, whatever is wrong with it', () => {
    const secrets = settingNames.filter((name) => definitionOf(name).secret);
    expect(secrets.length).toBeGreaterThan(10);
    for (const name of secrets) {
      const [kind] = definitionOf(name).processes;
      const path = file('secret', 'hunter2\nhunter2');
      for (const [env, argv] of [
        [{ [name]: 'hunter2\nhunter2' }, []],
        [{ [`${name}_FILE`]: path }, []],
        [{}, [flagOf(name).replace(/-file$/, ''), 'hunter2']],
        [{}, [`${flagOf(name).replace(/-file$/, '')}=hunter2`]],
      ] as [Record<string, string>, string[]][]) {
        expect(problems(env, argv, kind).join(' ')).not.toContain('hunter2');
      }
    }
  });

  test.each([
    ['AMRLO_ENCRYPTION_KEYS', `k1:${key},k1:${key}`],
    ['AMRLO_ENCRYPTION_KEYS', `k1:${key},`],
    ['AMRLO_ENCRYPTION_KEYS', key],
    ['AMRLO_ENCRYPTION_KEYS', 'k1:c2hvcnQ='],
    ['AMRLO_LOOKUP_KEY', 'not base64!'],
    ['AMRLO_LOOKUP_KEY', Buffer.alloc(31).toString('base64')],
    ['AMRLO_AUDIT_SIGNING_KEY', publicPem],
    ['AMRLO_AUDIT_SIGNING_KEY', rsaPem],
    ['AMRLO_ASSERTION_PUBLIC_KEYS', privatePem],
    ['AMRLO_ASSERTION_PUBLIC_KEYS', ''.padStart(20, 'x')],
  ])('%s refuses a key that is not of its kind', (name, value) => {
    const [sentence] = problems(room({ [name]: value }), [], 'learners');
    expect(sentence).toContain(`The environment variable ${name} must be `);
  });
});

describe('any text', () => {
  test('is either read or refused with sentences of one line, and nothing else is thrown', () => {
    const words = fc.oneof(
      fc.string(),
      fc.constantFrom('--port', '--host', '--help', '=', '--', '-', '--lookup-key'),
    );
    const names = fc.oneof(
      fc.constantFrom(...settingNames.filter((name) => name !== 'AMRLO_CONFIG')),
      fc.string(),
    );
    fc.assert(
      fc.property(
        fc.dictionary(names, fc.string()),
        fc.array(words.filter((word) => !word.startsWith('--config'))),
        fc.constantFrom(...processKinds),
        (env, argv, kind) => {
          try {
            loadSettings(kind, { env, argv });
          } catch (error) {
            expect(error).toBeInstanceOf(SettingsError);
            for (const problem of (error as SettingsError).problems) expect(problem).not.toMatch(/[\r\n]/);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test('that is a whole number in bounds is read back as that number', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 65_535 }), (port) => {
        expect(loadSettings('alliance', { env: {}, argv: ['--port', String(port)] }).PORT).toBe(port);
      }),
    );
  });
});
