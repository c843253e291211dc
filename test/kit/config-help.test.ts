import { describe, expect, test } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { processKinds } from '../../subgraphs/kit/base/config/process-kinds.js';
import {
  settingsHelp,
  settingsTable,
  tableEnd,
  tableStart,
  withSettingsTable,
} from '../../subgraphs/kit/base/config/settings-help.js';
import { settingsOrExit, type ProcessEdge } from '../../subgraphs/kit/base/config/settings-or-exit.js';
import {
  definitionOf,
  flagOf,
  settingNames,
  settingNamesOf,
} from '../../subgraphs/kit/base/config/settings.js';

class Exited extends Error {
  constructor(readonly code: number) {
    super(`exit ${code}`);
  }
}

function start(argv: string[], env: Record<string, string> = {}) {
  const written = { out: '', err: '' };
  const edge: ProcessEdge = {
    out: (text) => void (written.out += text),
    err: (text) => void (written.err += text),
    exit: (code) => {
      throw new Exited(code);
    },
  };
  try {
    return { ...written, settings: settingsOrExit('alliance', { env, argv }, edge), code: undefined };
  } catch (error) {
    if (!(error instanceof Exited)) throw error;
    return { ...written, settings: undefined, code: error.code };
  }
}

describe('the table of settings', () => {
  test('describes every setting in one line and gives every default a form that can be read', () => {
    for (const name of settingNames) {
      const { description, schema, default: value } = definitionOf(name);
      expect(description).toMatch(/^[A-Z][^\n|]*\.$/);
      expect(schema.description).toBeTruthy();
      if (value !== undefined) expect(schema.safeParse(value).success).toBe(true);
    }
  });

  test('gives no two settings the same flag', () => {
    expect(new Set(settingNames.map(flagOf)).size).toBe(settingNames.length);
  });

  test('names no setting like the file of a secret', () => {
    const fileNames = new Set<string>(settingNames.map((name) => `${name}_FILE`));
    expect(settingNames.filter((name) => fileNames.has(name))).toEqual([]);
  });
});

describe('--help', () => {
  test.each(processKinds)(
    'of %s lists every setting of the process with its default and description',
    (kind) => {
      const help = settingsHelp(kind);
      for (const name of settingNamesOf(kind)) {
        const { default: value, description } = definitionOf(name);
        expect(help).toContain(`  ${flagOf(name)}\n      ${name}: ${description}`);
        if (value !== undefined) expect(help).toContain(`(default ${value}`);
      }
    },
  );

  test('prints to standard output and exits with 0, even beside a mistake', () => {
    expect(start(['--help', '--prot'])).toMatchObject({ code: 0, err: '', out: settingsHelp('alliance') });
  });
});

describe('the start of a process', () => {
  test('with a bad setting prints one line per problem to standard error and exits with 2', () => {
    const result = start(['--prot', '1'], { PORT: 'x' });
    expect(result).toMatchObject({ code: 2, out: '' });
    expect(result.err).toBe(
      '--prot is not a setting. Did you mean --port?\n' +
        'The environment variable PORT must be a whole number from 0 to 65535, not "x".\n',
    );
  });

  test('with good settings returns them and prints nothing', () => {
    expect(start(['--port', '1'])).toMatchObject({
      code: undefined,
      out: '',
      err: '',
      settings: { PORT: 1 },
    });
  });
});

describe('the README', () => {
  const readme = new URL('../../README.md', import.meta.url);
  const whenThere = existsSync(readme) ? test : test.skip;

  whenThere('holds exactly the table of settings that the code has (npm run settings writes it)', () => {
    const text = readFileSync(readme, 'utf8');
    expect(text).toBe(withSettingsTable(text));
  });

  test('that has lost its markers is named as such', () => {
    expect(() => withSettingsTable('# x')).toThrow(tableStart);
    expect(withSettingsTable(`a\n${tableStart}\nold\n${tableEnd}\nb`)).toContain(settingsTable());
  });
});
