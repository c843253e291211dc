import { loadSettings, SettingsError } from '../../subgraphs/kit/base/config/load-settings.js';
import type { processKinds } from '../../subgraphs/kit/base/config/process-kinds.js';

/** The problems of settings that must be refused. */
export function problems(
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
