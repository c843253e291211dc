import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Redis } from 'ioredis';
import { systemClock } from '../subgraphs/kit/base/clock.js';
import type { SettingsOf } from '../subgraphs/kit/base/config/settings.js';
import { createSigner } from '../subgraphs/kit/base/identity/assertion.js';
import { createHttpTransport } from '../subgraphs/kit/base/link/http-transport.js';
import { createLink, type Link } from '../subgraphs/kit/base/link/link.js';
import type { Logger } from '../subgraphs/kit/base/log.js';
import { createLocalWakeBus, type WakeBus } from '../subgraphs/kit/base/wake.js';
import { createRedisWakeBus } from '../subgraphs/kit/base/wake-redis.js';
import { discoverJwks } from './identity-provider.js';
import { readManifest, type OperationManifest } from './operations/manifest.js';
import {
  operationsFromSettings,
  optionsFromSettings,
  rateLimitFromSettings,
} from './options-from-settings.js';
import { createAuthentication } from './security/authentication.js';
import { createGrantSource } from './security/grant-source.js';
import { mountFileProxy } from './server/file-proxy.js';
import { startGateway, type Gateway, type GatewayOptions } from './start-gateway.js';
import { subgraphUrls } from './subgraph-urls.js';
import { readSupergraph } from './supergraph/supergraph.js';
import { createGatewayMetrics } from './telemetry/gateway-metrics.js';

type Settings = SettingsOf<'gateway'>;

/**
 * A gateway of its own in front of any Federation 2 supergraph whose subgraphs answer over HTTP.
 * @param urls addresses that replace those of the supergraph and of the settings
 * @throws AmrloError `SUPERGRAPH_INVALID`, `PORT_TAKEN`, `ADDRESS_UNUSABLE`, `IDENTITY_PROVIDER_UNAVAILABLE`
 */
export async function startStandaloneGateway(
  settings: Settings,
  urls: ReadonlyMap<string, string>,
  log: Logger,
): Promise<Pick<Gateway, 'url' | 'stop'>> {
  const file = settings.AMRLO_SUPERGRAPH;
  const supergraph = await readSupergraph(file);
  const metrics = createGatewayMetrics({ processMetrics: true });
  const { signer } = await createSigner(settings.AMRLO_ASSERTION_PRIVATE_KEY, systemClock);
  const endpoints = subgraphUrls(supergraph, file, urls, urlsIn(settings));
  const link = createLink({
    subgraphs: Object.fromEntries(
      [...endpoints].map(([subgraph, url]) => [
        subgraph,
        {
          transport: createHttpTransport({
            subgraph,
            url,
            connections: settings.AMRLO_SUBGRAPH_MAX_CONCURRENT,
          }),
          timeoutMs: settings.AMRLO_SUBGRAPH_TIMEOUT_MS,
          maxConcurrent: settings.AMRLO_SUBGRAPH_MAX_CONCURRENT,
        },
      ]),
    ),
    signer,
    log,
    metrics: metrics.link,
  });
  const redis =
    settings.REDIS_URL === undefined
      ? undefined
      : new Redis(settings.REDIS_URL, { enableOfflineQueue: false });
  redis?.on('error', (error: Error) => log.warn({ err: error }, 'redis'));
  const wakeBus =
    settings.REDIS_URL === undefined ? createLocalWakeBus() : createRedisWakeBus(settings.REDIS_URL, { log });
  const trust = settings.AMRLO_AUTH ? await trusted(settings, link, wakeBus, redis) : undefined;
  if (trust === undefined) log.warn('authorization is off: everybody may read every field');
  let closeFiles = async () => {};
  const gateway = await startGateway({
    supergraph,
    link,
    ...optionsFromSettings(settings),
    log,
    security: trust?.security ?? 'off',
    ...(trust ? { operations: trust.operations } : {}),
    wakeBus,
    metrics,
    extraRoutes: (fastify) => {
      closeFiles = mountFileProxy(fastify, endpoints);
    },
  });
  return {
    url: gateway.url,
    async stop() {
      await gateway.stop();
      await closeFiles();
      trust?.close();
      await link.close();
      await wakeBus.close();
      redis?.disconnect();
    },
  };
}

async function trusted(settings: Settings, link: Link, wakeBus: WakeBus, redis: Redis | undefined) {
  // The rules between settings have made sure that an issuer is named when authorization is on.
  const issuer = settings.AMRLO_OIDC_ISSUER as string;
  const keys = settings.AMRLO_OIDC_JWKS_URL;
  const authentication = createAuthentication({
    issuer,
    audience: settings.AMRLO_OIDC_AUDIENCE,
    jwks: keys === undefined ? await discoverJwks(issuer) : new URL(keys),
    grants: createGrantSource({ link }),
    wakeBus,
  });
  const rateLimit = rateLimitFromSettings(settings, redis);
  const security: Exclude<GatewayOptions['security'], 'off'> = {
    authenticate: (headers) => authentication.authenticate(headers),
    ...(rateLimit === undefined ? {} : { rateLimit }),
  };
  const operations = operationsFromSettings(settings, await manifestBeside(settings.AMRLO_SUPERGRAPH), redis);
  return { security, operations, close: () => authentication.close() };
}

/** The clients' operations are emitted beside the supergraph; a foreign supergraph has none. */
async function manifestBeside(supergraph: string): Promise<OperationManifest> {
  let text: string;
  try {
    text = await readFile(join(dirname(supergraph), 'operations.json'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
  return readManifest(JSON.parse(text));
}

function urlsIn(settings: Settings): Map<string, string> {
  const named = {
    institutions: settings.AMRLO_INSTITUTIONS_URL,
    outcomes: settings.AMRLO_OUTCOMES_URL,
    learners: settings.AMRLO_LEARNERS_URL,
    agreements: settings.AMRLO_AGREEMENTS_URL,
    records: settings.AMRLO_RECORDS_URL,
  };
  return new Map(Object.entries(named).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
