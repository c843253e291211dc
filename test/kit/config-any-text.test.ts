import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { loadSettings, SettingsError } from '../../subgraphs/kit/base/config/load-settings.js';
import { processKinds } from '../../subgraphs/kit/base/config/process-kinds.js';
import { settingNames } from '../../subgraphs/kit/base/config/settings.js';

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
