import type { ArgsDef, ParsedArgs } from 'citty';
import { loadSettings } from '../../kit/base/config/load-settings.js';
import { allianceAtHand, type AllianceAtHand } from './alliance-at-hand.js';

/** How a person says which alliance a command talks to, and as whom. */
export const allianceArgs = {
  url: {
    type: 'string',
    description: 'The alliance; AMRLO_URL, or the one that runs over DATA_DIR, by default.',
  },
  token: { type: 'string', description: "Access token; AMRLO_TOKEN or the demo secretariat's by default." },
} as const satisfies ArgsDef;

/**
 * The alliance that the arguments name, or else the settings; what is done in the meantime is told on standard error.
 * @param process of the command: its environment and its standard error
 * @throws CommandFailure as `allianceAtHand`
 */
export function allianceOf(
  args: ParsedArgs<typeof allianceArgs>,
  { env, stderr }: Pick<NodeJS.Process, 'env' | 'stderr'>,
): Promise<AllianceAtHand> {
  const settings = loadSettings('command', { env });
  return allianceAtHand({
    url: args.url ?? settings.AMRLO_URL,
    token: args.token ?? settings.AMRLO_TOKEN,
    settings,
    env,
    say: (text) => stderr.write(`${text}\n`),
  });
}
