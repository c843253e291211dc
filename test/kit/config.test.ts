import { describe, expect, test } from '@jest/globals';
import { loadSettings } from '../../subgraphs/kit/base/config/load-settings.js';
import { roomDatabase } from '../../subgraphs/kit/base/config/setting-rules.js';
import { adapter, key, privatePem, publicPem, room, settingsFolder } from './config-fixture.js';

const { file } = settingsFolder();

describe('reading settings', () => {
  test('gives defaults where nothing is set, as numbers and booleans and not as text', () => {
    const settings = loadSettings('alliance', { env: {} });
    expect(settings).toMatchObject({
      PORT: 4000,
      HOST: '127.0.0.1',
      DATA_DIR: '.data',
      NODE_ENV: 'development',
    });
    expect(settings).toMatchObject({ AMRLO_SAFELIST: false, AMRLO_REQUEST_BUDGET_MS: 10_000 });
    expect(settings.DATABASE_URL).toBeUndefined();
    expect(settings.AMRLO_DEMO).toBeUndefined();
  });

  test('lets a flag beat the environment, the environment beat the file, and the file beat a default', () => {
    const path = file(
      'settings.json',
      '{"PORT": 1, "HOST": "::1", "LOG_LEVEL": "warn", "AMRLO_SAFELIST": true}',
    );
    const settings = loadSettings('alliance', {
      env: { AMRLO_CONFIG: path, PORT: '2', HOST: '0.0.0.0', UNRELATED: 'x' },
      argv: ['--port', '3'],
    });
    expect(settings).toMatchObject({ PORT: 3, HOST: '0.0.0.0', LOG_LEVEL: 'warn', AMRLO_SAFELIST: true });
  });

  test('takes --port=3 and --config FILE as well', () => {
    const path = file('settings.json', '{"HOST": "::1"}');
    const settings = loadSettings('alliance', { env: {}, argv: ['--port=3', '--config', path] });
    expect(settings).toMatchObject({ PORT: 3, HOST: '::1' });
  });

  test('counts an empty variable as absent', () => {
    expect(loadSettings('alliance', { env: { PORT: '', AMRLO_OIDC_ISSUER: '' } }).PORT).toBe(4000);
  });

  test('gives a process only the settings that it uses, and a list of names only those', () => {
    expect(loadSettings('adapter', { env: adapter() })).not.toHaveProperty('AMRLO_LOOKUP_KEY');
    expect(loadSettings(['PORT'], { env: {} })).toEqual({ PORT: 4000 });
  });

  test('does not judge the value of a setting that the process does not use', () => {
    expect(loadSettings('adapter', { env: { ...adapter(), AMRLO_MAX_DEPTH: 'deep' } }).AMRLO_SCHOOL).toBe(
      'ningxia',
    );
  });

  test('reads a secret from the file that NAME_FILE or --name-file names, without the line break at its end', () => {
    const path = file('secret', `${key}\n`);
    expect(
      loadSettings('learners', { env: room({ AMRLO_LOOKUP_KEY_FILE: path }) }).AMRLO_LOOKUP_KEY,
    ).toHaveLength(32);
    const byFlag = loadSettings('learners', { env: room(), argv: ['--lookup-key-file', path] });
    expect(byFlag.AMRLO_LOOKUP_KEY).toEqual(Buffer.alloc(32, 7));
    const config = file('settings.json', JSON.stringify({ AMRLO_LOOKUP_KEY_FILE: path }));
    expect(
      loadSettings('learners', { env: room(), argv: ['--config', config] }).AMRLO_LOOKUP_KEY,
    ).toHaveLength(32);
  });

  test('reads what has many lines from a file too, without calling it a secret', () => {
    const path = file('keys.pem', publicPem + publicPem);
    const env = { DATABASE_URL: 'postgresql://x' };
    const byName = loadSettings('learners', { env: { ...env, AMRLO_ASSERTION_PUBLIC_KEYS_FILE: path } });
    const byFlag = loadSettings('learners', { env, argv: ['--assertion-public-keys-file', path] });
    expect(byName.AMRLO_ASSERTION_PUBLIC_KEYS).toHaveLength(2);
    expect(byFlag).toEqual(byName);
  });

  test('reads encryption keys by id, and Ed25519 keys whose line breaks were written as \\n', () => {
    const settings = loadSettings('learners', {
      env: room({
        AMRLO_ENCRYPTION_KEYS: `k1:${key},k2:${key}`,
        AMRLO_ENCRYPTION_CURRENT_KEY: 'k2',
        AMRLO_ASSERTION_PUBLIC_KEYS: (publicPem + publicPem).replaceAll('\n', '\\n'),
        AMRLO_AUDIT_SIGNING_KEY: privatePem,
      }),
    });
    expect([...(settings.AMRLO_ENCRYPTION_KEYS?.keys() ?? [])]).toEqual(['k1', 'k2']);
    expect(settings.AMRLO_ASSERTION_PUBLIC_KEYS).toEqual([publicPem.trim(), publicPem.trim()]);
    expect(settings.AMRLO_AUDIT_SIGNING_KEY?.trim()).toBe(privatePem.trim());
  });

  test('leaves the variables of the tests alone', () => {
    const env = { AMRLO_TEST_DATABASE_URL: 'postgresql://x', AMRLO_SHARED_DATA: '/nowhere' };
    expect(loadSettings('alliance', { env }).PORT).toBe(4000);
  });

  test('takes the database of a room together with its owner from one place', () => {
    const common = { DATABASE_URL: 'postgresql://a', MIGRATION_DATABASE_URL: 'postgresql://b' };
    expect(roomDatabase('learners', {})).toBeUndefined();
    expect(roomDatabase('learners', common)).toEqual({
      url: 'postgresql://a',
      migrationUrl: 'postgresql://b',
    });
    expect(roomDatabase('learners', { ...common, AMRLO_LEARNERS_DATABASE_URL: 'postgresql://c' })).toEqual({
      url: 'postgresql://c',
      migrationUrl: undefined,
    });
  });
});
