import { describe, expect, test } from '@jest/globals';
import { definitionOf, flagOf, settingNames } from '../../subgraphs/kit/base/config/settings.js';
import { key, privatePem, publicPem, room, rsaPem, settingsFolder } from './config-fixture.js';
import { problems } from './config-problems.js';

const { file } = settingsFolder();

describe('misuse of a secret gets one clear sentence', () => {
  test.each<[string, Record<string, string>, string[], string]>([
    [
      'a secret on the command line',
      {},
      ['--lookup-key', 'hunter2'],
      '--lookup-key would show a secret to everybody on this machine; set AMRLO_LOOKUP_KEY in the environment, or --lookup-key-file to the path of a file.',
    ],
    [
      'a secret file that is not there',
      { AMRLO_LOOKUP_KEY_FILE: '/nowhere/k' },
      [],
      'The file /nowhere/k that the environment variable AMRLO_LOOKUP_KEY_FILE names cannot be read (it does not exist).',
    ],
  ])('%s', (_, env, argv, sentence) => {
    expect(problems(env, argv)).toEqual([sentence]);
  });

  test('a secret given twice', () => {
    const path = file('secret', key);
    expect(problems({ AMRLO_LOOKUP_KEY: key, AMRLO_LOOKUP_KEY_FILE: path })).toEqual([
      'The environment variable AMRLO_LOOKUP_KEY_FILE and AMRLO_LOOKUP_KEY are both set; set one of them.',
    ]);
  });

  test.each(settingNames.filter((name) => definitionOf(name).schema.description?.includes('URL')))(
    'the name and password of a URL in %s are not shown',
    (name) => {
      for (const url of [
        'ftp://amrlo:Geheim99@host',
        'ftp://amrlo:Ge/h?e#i@Geheim99@host',
        'amrlo:Geheim99@host',
      ]) {
        const [kind] = definitionOf(name).processes;
        const shown = problems({ [name]: url }, [], kind).join(' ');
        expect(shown).toContain(name);
        expect(shown).not.toMatch(/Geheim99|amrlo:/);
      }
    },
  );

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
