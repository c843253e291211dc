import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createDevelopmentIssuer } from '../../../gateway/security/development-issuer.js';
import { loadSettings } from '../../kit/base/config/load-settings.js';
import type { SettingsOf } from '../../kit/base/config/settings.js';
import { createLogger } from '../../kit/base/log.js';
import { demoPeople } from '../demo/people.js';
import { CommandFailure } from './command-failure.js';

/** An alliance that a command can talk to. */
export interface AllianceAtHand {
  readonly url: string;
  readonly token: string;
  /** Stops it where the command has started it. */
  stop(): Promise<void>;
}

const usualUrl = 'http://127.0.0.1:4000';

/**
 * The alliance at the given address; without one the alliance of this machine, and when none runs, one in this
 * process over the same data folder or databases, as `npm start` would start it.
 *
 * @param options.env the environment, from which an alliance in this process takes its settings
 * @param options.say tells the person at the terminal what is done in the meantime
 * @throws CommandFailure when none answers at the given address, or there is no token
 */
export async function allianceAtHand(options: {
  url: string | undefined;
  token: string | undefined;
  settings: SettingsOf<'command'>;
  env: Readonly<Record<string, string | undefined>>;
  say: (text: string) => void;
}): Promise<AllianceAtHand> {
  const { settings, token } = options;
  const url = (options.url ?? usualUrl).replace(/\/+(graphql\/?)?$/, '');
  const fault = await probe(url);
  if (fault === undefined)
    return { url, token: token ?? (await demoToken(settings)), stop: async () => undefined };
  if (options.url !== undefined) throw new CommandFailure(`No alliance answers at ${url} (${fault}).`);
  options.say(`No alliance runs at ${url}; one is started here for the import.`);
  return startHere(options.env, token);
}

/** @returns undefined when an alliance answers, else why none does. @throws CommandFailure when something else does */
async function probe(url: string): Promise<string | undefined> {
  let status: unknown;
  try {
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(5_000) });
    status = ((await response.json().catch(() => undefined)) as { status?: unknown } | undefined)?.status;
  } catch (error) {
    return connectionFault(error);
  }
  if (status === 'live') return undefined;
  throw new CommandFailure(
    `Something answers at ${url}, but it is no alliance; give its address with --url.`,
  );
}

/** Why a connection failed, in a word: `ECONNREFUSED`, `ENOTFOUND`, `TimeoutError`. */
function connectionFault(error: unknown): string {
  const { cause, name } = error as { cause?: { code?: string; message?: string }; name?: string };
  return cause?.code ?? cause?.message ?? name ?? 'unknown reason';
}

async function demoToken(settings: SettingsOf<'command'>): Promise<string> {
  const dataDir = settings.DATA_DIR;
  if (settings.NODE_ENV !== 'production' && existsSync(join(dataDir, 'development-issuer.json'))) {
    const issuer = await createDevelopmentIssuer({ dataDir, production: false });
    return issuer.mint(demoPeople.secretariat);
  }
  throw new CommandFailure('An access token is needed: give it with AMRLO_TOKEN or --token.');
}

async function startHere(
  env: Readonly<Record<string, string | undefined>>,
  token: string | undefined,
): Promise<AllianceAtHand> {
  const settings = loadSettings('alliance', {
    env: { ...env, PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: env['LOG_LEVEL'] ?? 'fatal' },
  });
  // Loaded only here: a command to an alliance that runs does not wait for the whole house.
  const { startAlliance } = await import('../alliance.js');
  const alliance = await startAlliance(
    settings,
    createLogger({ level: settings.LOG_LEVEL, name: 'alliance' }),
  );
  const minted = token ?? (await alliance.issuer?.mint(demoPeople.secretariat));
  if (minted === undefined) {
    await alliance.stop();
    throw new CommandFailure('An access token is needed: give it with AMRLO_TOKEN or --token.');
  }
  return { url: alliance.url, token: minted, stop: () => alliance.stop() };
}
