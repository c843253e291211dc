import { ProblemsError } from '../problems-error.js';
import type { ProcessKind } from './process-kinds.js';
import { settingRules } from './setting-rules.js';
import { readFlags } from './setting-flags.js';
import { emptyReading, readEnvironment, readSettingsFile, type FoundValue } from './setting-sources.js';
import {
  definitionOf,
  settingNamesOf,
  type SettingName,
  type SettingsNamed,
  type SettingsOf,
} from './settings.js';

/** Where settings come from; a flag beats the environment, the environment beats the file, the file beats a default. */
export interface SettingSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The command line after the script's name. */
  readonly argv?: readonly string[];
  /** A JSON file of settings by name; by default the one that AMRLO_CONFIG or `--config` names. */
  readonly file?: string;
}

/** Everything that is wrong with the settings, one sentence each, ready for a terminal. Never holds a secret. */
export class SettingsError extends ProblemsError {
  override readonly name = 'SettingsError';
}

/**
 * Reads and checks the settings of a kind of process, or a list of settings by name.
 * Unknown names in any source are refused. An empty variable counts as absent.
 *
 * @throws SettingsError with every problem at once
 */
export function loadSettings<P extends ProcessKind>(wanted: P, sources: SettingSources): SettingsOf<P>;
export function loadSettings<N extends SettingName>(
  wanted: readonly N[],
  sources: SettingSources,
): SettingsNamed<N>;
export function loadSettings(wanted: ProcessKind | readonly SettingName[], sources: SettingSources): unknown {
  const names = typeof wanted === 'string' ? settingNamesOf(wanted) : wanted;
  const flags = readFlags(sources.argv ?? [], names, wanted);
  const environment = readEnvironment(sources.env);
  const path =
    sources.file ?? (flags.values.get('AMRLO_CONFIG') ?? environment.values.get('AMRLO_CONFIG'))?.text;
  const file = path === undefined ? emptyReading() : readSettingsFile(path);
  const problems = [...flags.problems, ...environment.problems, ...file.problems];

  const loaded: Partial<Record<SettingName, unknown>> = {};
  const unread = new Set<SettingName>();
  for (const name of names) {
    const found = flags.values.get(name) ?? environment.values.get(name) ?? file.values.get(name);
    const value = found?.text ?? definitionOf(name).default;
    if (value === undefined) continue;
    const result = definitionOf(name).schema.safeParse(value);
    if (result.success) loaded[name] = result.data;
    else {
      unread.add(name);
      problems.push(misfit(name, found ?? { text: value, where: `The default of ${name}` }));
    }
  }
  if (typeof wanted === 'string') {
    for (const rule of settingRules) {
      // A rule about a value that could not be read would only repeat the first problem in other words.
      if (!rule.processes.includes(wanted) || rule.about.some((name) => unread.has(name))) continue;
      const problem = rule.problem(loaded as SettingsOf<ProcessKind>, wanted);
      if (problem !== undefined) problems.push(problem);
    }
  }
  if (problems.length > 0) throw new SettingsError(problems);
  return loaded;
}

function misfit(name: SettingName, found: FoundValue): string {
  const { schema, secret } = definitionOf(name);
  const shown = secret
    ? 'the value that was found is not shown'
    : `not ${JSON.stringify(withoutUserInfo(found.text).slice(0, 80))}`;
  return `${found.where} must be ${schema.description}; ${shown}.`.replace('; not', ', not');
}

/**
 * A text in which nobody's name and password stand before a host. A value that is no URL may still be meant as one, so
 * everything up to the last @ is hidden, whatever characters a password has.
 */
function withoutUserInfo(text: string): string {
  return text.replace(
    /^([a-z][a-z0-9+.-]*:\/\/)?.*@/is,
    (_, scheme: string | undefined) => `${scheme ?? ''}…@`,
  );
}
