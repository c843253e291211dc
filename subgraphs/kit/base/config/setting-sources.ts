import { readFileSync } from 'node:fs';
import { suggestionList } from 'graphql/jsutils/suggestionList.js';
import { settingNames, takesFile, type SettingName } from './settings.js';

/** A value as it was found, and the words by which a refusal points at it. */
export interface FoundValue {
  readonly text: string;
  readonly where: string;
}

/** What one source held: values by setting, and what was wrong with it. */
export interface SourceReading {
  readonly values: Map<SettingName, FoundValue>;
  readonly problems: string[];
}

/** Names of the environment that begin with AMRLO_ and belong to the tests, not to a process. */
const foreignName = /^AMRLO_(TEST_\w+|SHARED_DATA)$/;

/** "Did you mean X?", or nothing where no name is near. */
export function didYouMean(unknown: string, known: readonly string[]): string {
  const [nearest] = suggestionList(unknown, known);
  return nearest === undefined ? '' : ` Did you mean ${nearest}?`;
}

/** A reading of a source in which nothing was. */
export function emptyReading(): SourceReading {
  return { values: new Map(), problems: [] };
}

/** Reads the file of a secret; the line break at its end is an editor's, not the secret's. */
export function readSecretFile(name: SettingName, path: string, where: string, into: SourceReading): void {
  try {
    into.values.set(name, { text: readFileSync(path, 'utf8').trim(), where: `The file that ${where} names` });
  } catch (error) {
    into.problems.push(`The file ${path} that ${where} names cannot be read (${reason(error)}).`);
  }
}

/** The setting that a name in an environment or a file means, and whether it names a file that holds the value. */
function resolve(key: string): { name: SettingName; viaFile: boolean } | undefined {
  const direct = settingNames.find((name) => name === key);
  if (direct !== undefined) return { name: direct, viaFile: false };
  const viaFile = settingNames.find((name) => takesFile(name) && `${name}_FILE` === key);
  return viaFile === undefined ? undefined : { name: viaFile, viaFile: true };
}

/** Reads an environment; every name that begins with AMRLO_ must be a setting. An empty variable counts as absent. */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): SourceReading {
  const entries = Object.entries(env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && entry[1] !== '' && !foreignName.test(entry[0]),
  );
  const ours = entries.filter(([key]) => key.startsWith('AMRLO_') || resolve(key) !== undefined);
  return readNames(ours, {
    place: (key) => `The environment variable ${key}`,
    unknown: (key) => `The environment variable ${key} is not a setting.`,
  });
}

/** Reads a JSON file of settings by name; texts, numbers, and true or false for on or off. */
export function readSettingsFile(path: string): SourceReading {
  const refused = (problem: string): SourceReading => ({ values: new Map(), problems: [problem] });
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const detail = error instanceof SyntaxError ? 'is not JSON' : `cannot be read (${reason(error)})`;
    return refused(`The settings file ${path} ${detail}.`);
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    return refused(`The settings file ${path} must hold one JSON object with settings by name.`);
  }
  const problems: string[] = [];
  const entries: [string, string][] = [];
  for (const [key, value] of Object.entries(content)) {
    if (key === 'AMRLO_CONFIG')
      problems.push(`AMRLO_CONFIG cannot be set inside ${path}; a settings file names no other.`);
    else if (typeof value === 'boolean') entries.push([key, value ? 'on' : 'off']);
    else if (typeof value === 'string' || typeof value === 'number') entries.push([key, String(value)]);
    else problems.push(`${key} in ${path} must be a text, a number or true or false.`);
  }
  const reading = readNames(entries, {
    place: (key) => `${key} in ${path}`,
    unknown: (key) => `${key} in ${path} is not a setting.`,
  });
  return { values: reading.values, problems: [...problems, ...reading.problems] };
}

function readNames(
  entries: readonly (readonly [string, string])[],
  words: { place: (key: string) => string; unknown: (key: string) => string },
): SourceReading {
  const reading = emptyReading();
  for (const [key, value] of entries) {
    const meant = resolve(key);
    if (meant === undefined) reading.problems.push(words.unknown(key) + didYouMean(key, settingNames));
    else if (!meant.viaFile) reading.values.set(meant.name, { text: value, where: words.place(key) });
    else if (entries.some(([other]) => other === meant.name)) {
      reading.problems.push(`${words.place(key)} and ${meant.name} are both set; set one of them.`);
    } else readSecretFile(meant.name, value, words.place(key).replace(/^The/, 'the'), reading);
  }
  return reading;
}

function reason(error: unknown): string {
  const code = (error as { code?: string }).code;
  if (code === 'ENOENT') return 'it does not exist';
  if (code === 'EACCES') return 'permission denied';
  if (code === 'EISDIR') return 'it is a folder';
  return code ?? 'unknown reason';
}
