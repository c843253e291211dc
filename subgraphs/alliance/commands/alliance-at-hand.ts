import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createDevelopmentIssuer } from '../../../gateway/security/development-issuer.js';
import { loadSettings } from '../../kit/base/config/load-settings.js';
import type { SettingsOf } from '../../kit/base/config/settings.js';
import { AmrloError } from '../../kit/base/errors/amrlo-error.js';
import { createLogger } from '../../kit/base/log.js';
import { demoPeople } from '../demo/people.js';
import { runningUrl } from '../running-note.js';
import { CommandFailure } from '../../kit/base/command-line/command-failure.js';

/** An alliance that a command can talk to. */
export interface AllianceAtHand {
  readonly url: string;
  readonly token: string;
  /** Stops it where the command has started it. */
  stop(): Promise<void>;
}

/**
 * The alliance at the given address; without one the alliance that runs over the same data folder, or that answers
 * where PORT and HOST say; and when none runs, one in this process over the same data folder or databases, as
 * `npm start` would start it.
 *
 * @param options.env the environment, from which an alliance in this process takes its settings
 * @param options.say tells the person at the terminal what is done in the meantime
 * @throws CommandFailure when none answers at the given address, one is at work that does not answer, or there is no
 *   token
 */
export async function allianceAtHand(options: {
  url: string | undefined;
  token: string | undefined;
  settings: SettingsOf<'command'>;
  env: Readonly<Record<string, string | undefined>>;
  say: (text: string) => void;
}): Promise<AllianceAtHand> {
  const { settings, token } = options;
  const found = options.url ?? (await runningUrl(settings.DATA_DIR)) ?? usualUrl(options.env);
  const url = found.replace(/\/+(graphql\/?)?$/, '');
  const fault = await probe(url);
  if (fault === undefined)
    return { url, token: token ?? (await demoToken(settings)), stop: async () => undefined };
  if (options.url !== undefined) throw new CommandFailure(`No alliance answers at ${url} (${fault}).`);
  options.say(`No alliance runs at ${url}; one is started here for this command.`);
  return startHere(options.env, token, url);
}

/** Where an alliance with these settings listens. */
function usualUrl(env: Readonly<Record<string, string | undefined>>): string {
  const { PORT, HOST } = loadSettings(['PORT', 'HOST'], { env });
  const host = HOST === '0.0.0.0' || HOST === '::' ? '127.0.0.1' : HOST.includes(':') ? `[${HOST}]` : HOST;
  return `http://${host}:${PORT}`;
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
  silent: string,
): Promise<AllianceAtHand> {
  const settings = loadSettings('alliance', {
    env: { ...env, PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: env['LOG_LEVEL'] ?? 'fatal' },
  });
  // Loaded only here: a command to an alliance that runs does not wait for the whole house.
  const { startAlliance } = await import('../alliance.js');
  const alliance = await startAlliance(
    settings,
    createLogger({ level: settings.LOG_LEVEL, name: 'alliance' }),
  ).catch((error: unknown) => {
    if (!(error instanceof AmrloError) || error.code !== 'DATA_DIR_IN_USE') throw error;
    throw new CommandFailure(
      `An alliance (process ${error.parameters['pid']}) works on ${settings.DATA_DIR}, but none answers at ${silent}: ` +
        'wait until it has started, or give its address with --url.',
      undefined,
      { cause: error },
    );
  });
  const minted = token ?? (await alliance.issuer?.mint(demoPeople.secretariat));
  if (minted === undefined) {
    await alliance.stop();
    throw new CommandFailure('An access token is needed: give it with AMRLO_TOKEN or --token.');
  }
  return { url: alliance.url, token: minted, stop: () => alliance.stop() };
}
