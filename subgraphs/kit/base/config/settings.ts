import type { z } from 'zod';
import { graphSettings } from './graph-settings.js';
import { processSettings } from './process-settings.js';
import type { ProcessKind } from './process-kinds.js';
import { schoolSettings } from './school-settings.js';
import type { SettingDefinition } from './setting-definition.js';
import { storageSettings } from './storage-settings.js';
import { trustSettings } from './trust-settings.js';

/**
 * Every setting of every process, in the order in which `--help` and the README list them.
 * A name without prefix is what platforms set by habit; everything of our own begins with `AMRLO_`.
 */
export const settings = {
  ...processSettings,
  ...storageSettings,
  ...trustSettings,
  ...graphSettings,
  ...schoolSettings,
} as const satisfies Record<string, SettingDefinition>;

/** The name of a setting. */
export type SettingName = keyof typeof settings;

type Value<N extends SettingName> = (typeof settings)[N] extends { readonly default: string }
  ? z.output<(typeof settings)[N]['schema']>
  : z.output<(typeof settings)[N]['schema']> | undefined;

/** Some settings by name, read and checked; those without a default may be undefined. */
export type SettingsNamed<N extends SettingName> = { readonly [K in N]: Value<K> };

/** The settings that a kind of process uses; it cannot read those that its `--help` does not list. */
export type SettingsOf<P extends ProcessKind> = {
  readonly [
    N in SettingName as [P] extends [(typeof settings)[N]['processes'][number]] ? N : never
  ]: Value<N>;
};

/** The definition of a setting, without its literal types. */
export function definitionOf(name: SettingName): SettingDefinition {
  return settings[name];
}

/** The names of the settings that a kind of process uses, in the order of the table. */
export function settingNamesOf(process: ProcessKind): SettingName[] {
  return settingNames.filter((name) => definitionOf(name).processes.includes(process));
}

/** Every name, in the order of the table. */
export const settingNames = Object.keys(settings) as SettingName[];

/** Whether `<NAME>_FILE` may name a file that holds the value. */
export function takesFile(name: SettingName): boolean {
  const { secret, fromFile } = definitionOf(name);
  return secret === true || fromFile === true;
}

/** How a setting is written on a command line: `--port`, `--public-url`; a secret only as `--lookup-key-file`. */
export function flagOf(name: SettingName): string {
  return definitionOf(name).secret ? fileFlagOf(name) : plainFlagOf(name);
}

/** The flag that takes the path of a file with the value. */
export function fileFlagOf(name: SettingName): string {
  return `${plainFlagOf(name)}-file`;
}

/** The flag that takes the value itself, also of a secret, for which it is refused. */
export function plainFlagOf(name: SettingName): string {
  return `--${name
    .replace(/^AMRLO_/, '')
    .toLowerCase()
    .replaceAll('_', '-')}`;
}
