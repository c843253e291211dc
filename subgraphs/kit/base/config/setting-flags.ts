import { didYouMean, emptyReading, readSecretFile, type SourceReading } from './setting-sources.js';
import type { ProcessKind } from './process-kinds.js';
import {
  definitionOf,
  fileFlagOf,
  flagOf,
  plainFlagOf,
  settingNames,
  takesFile,
  type SettingName,
} from './settings.js';

/**
 * Reads a command line: `--port 5000` or `--port=5000` for each of the settings that the process uses.
 * A secret is refused, because other users of the machine can read command lines; `--lookup-key-file PATH` is not.
 */
export function readFlags(
  argv: readonly string[],
  used: readonly SettingName[],
  wanted: ProcessKind | readonly SettingName[],
): SourceReading {
  const reading = emptyReading();
  const known = [...used.map(flagOf), '--help'];
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? '';
    if (!word.startsWith('-')) {
      reading.problems.push(`${JSON.stringify(word)} is not understood; settings are given as --name value.`);
      continue;
    }
    const [flag = '', ...rest] = word.split('=');
    const next = argv[index + 1];
    const inline = word.includes('=');
    const value = inline ? rest.join('=') : next;
    // What follows a flag is its value unless it looks like the next flag; it is skipped after an unknown flag too.
    const hasValue = value !== undefined && value !== '' && (inline || !value.startsWith('--'));
    if (!inline && (hasValue || next === '')) index += 1;

    const byFile = settingNames.find((candidate) => takesFile(candidate) && fileFlagOf(candidate) === flag);
    const name = byFile ?? settingNames.find((candidate) => plainFlagOf(candidate) === flag);
    const secret = name !== undefined && byFile === undefined && definitionOf(name).secret ? name : undefined;
    if (secret !== undefined) {
      reading.problems.push(
        `${flag} would show a secret to everybody on this machine; set ${secret} in the environment, or ${flagOf(secret)} to the path of a file.`,
      );
    } else if (name === undefined) {
      reading.problems.push(`${flag} is not a setting.${didYouMean(flag, known)}`);
    } else if (!used.includes(name)) {
      const who = typeof wanted === 'string' ? `The ${wanted} process` : 'This command';
      reading.problems.push(`${who} does not use ${flag}; --help lists what it uses.`);
    } else if (!hasValue) {
      reading.problems.push(
        `${flag} needs a value: ${flag} ${byFile === undefined ? (definitionOf(name).default ?? 'VALUE') : 'PATH'}.`,
      );
    } else if (reading.values.has(name)) {
      reading.problems.push(`${flag} is given twice.`);
    } else if (byFile !== undefined) {
      readSecretFile(name, value, flag, reading);
    } else {
      reading.values.set(name, { text: value, where: flag });
    }
  }
  return reading;
}
