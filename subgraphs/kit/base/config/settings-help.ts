import { processKinds, type ProcessKind } from './process-kinds.js';
import { definitionOf, flagOf, settingNames, settingNamesOf, takesFile } from './settings.js';

/** What `--help` prints for a kind of process: every setting with its flag, its default and one line. */
export function settingsHelp(process: ProcessKind): string {
  const rows = settingNamesOf(process).map((name) => {
    const { default: value, description, secret } = definitionOf(name);
    const notes = [
      value === undefined ? undefined : `default ${value}`,
      secret ? 'secret' : undefined,
      takesFile(name) ? `or ${name}_FILE` : undefined,
    ];
    const suffix = notes.filter((note) => note !== undefined).join('; ');
    return `  ${flagOf(name)}\n      ${name}: ${description}${suffix === '' ? '' : ` (${suffix})`}`;
  });
  return [
    `Settings of the ${process} process: a flag, else the environment, else the JSON file that AMRLO_CONFIG names.`,
    '',
    ...rows,
    '  --help',
    '      Prints this and exits.',
    '',
  ].join('\n');
}

/** The table of every setting for the README, in Markdown; a test holds the README to it. */
export function settingsTable(): string {
  const head = ['| Setting | Flag | Default | Used by | What it does |', '| --- | --- | --- | --- | --- |'];
  const rows = settingNames.map((name) => {
    const { default: value, description, processes, secret } = definitionOf(name);
    const users = processes.length === processKinds.length ? 'all' : processes.join(', ');
    const what = `${description}${secret ? ' *Secret.*' : ''}${takesFile(name) ? ` Or \`${name}_FILE\`.` : ''}`;
    return `| \`${name}\` | \`${flagOf(name)}\` | ${value === undefined ? '' : `\`${value}\``} | ${users} | ${what} |`;
  });
  return [...head, ...rows].join('\n');
}

/** The line in the README before the table. */
export const tableStart = '<!-- settings: written by npm run settings -->';

/** The line in the README after the table. */
export const tableEnd = '<!-- /settings -->';

/**
 * The README with the table as the code has it.
 *
 * @throws Error when the two markers are not there
 */
export function withSettingsTable(readme: string): string {
  const start = readme.indexOf(tableStart);
  const end = readme.indexOf(tableEnd, start);
  if (start < 0 || end < 0) throw new Error(`The README has no lines ${tableStart} and ${tableEnd}.`);
  return `${readme.slice(0, start)}${tableStart}\n\n${settingsTable()}\n\n${readme.slice(end)}`;
}
