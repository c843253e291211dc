import { join } from 'node:path';
import { Redis } from 'ioredis';
import { systemClock, type Clock } from '../subgraphs/kit/base/clock.js';
import type { SettingsOf } from '../subgraphs/kit/base/config/settings.js';
import { AmrloError } from '../subgraphs/kit/base/errors/amrlo-error.js';
import { createSigner } from '../subgraphs/kit/base/identity/assertion.js';
import { createHttpTransport } from '../subgraphs/kit/base/link/http-transport.js';
import { createLink, type Link } from '../subgraphs/kit/base/link/link.js';
import type { Logger } from '../subgraphs/kit/base/log.js';
import { createLocalWakeBus, type WakeBus } from '../subgraphs/kit/base/wake.js';
import { createRedisWakeBus } from '../subgraphs/kit/base/wake-redis.js';
import { discoverJwks } from './identity-provider.js';
import { readManifest, type OperationManifest } from './operations/manifest.js';
import type { PersistedOperations } from './operations/persisted-operations.js';
import {
  operationsFromSettings,
  optionsFromSettings,
  rateLimitFromSettings,
} from './options-from-settings.js';
import { createAuthentication } from './security/authentication.js';
import { createGrantSource } from './security/grant-source.js';
import { mountFileProxy } from './server/file-proxy.js';
import type { GraphParts } from './server/graph-release.js';
import { startGateway, type Gateway, type GatewayOptions } from './start-gateway.js';
import { subgraphUrls } from './subgraph-urls.js';
import { startOnGraph } from './supergraph/first-graph.js';
import type { GraphFiles } from './supergraph/graph-files.js';
import { createGraphKeeper, reasonOf, type GraphKeeper } from './supergraph/graph-keeper.js';
import { watchGraph } from './supergraph/graph-watch.js';
import { createLastGoodCopy } from './supergraph/last-good-copy.js';
import { createSubgraphLinks, type LinkLease } from './supergraph/subgraph-links.js';
import { parseSupergraph } from './supergraph/supergraph.js';
import { createGatewayMetrics } from './telemetry/gateway-metrics.js';

type Settings = SettingsOf<'gateway'>;

/** A gateway that follows its supergraph file. */
export interface StandaloneGateway extends Pick<Gateway, 'url' | 'stop'> {
  /** Looks at the supergraph now, also when what it holds was refused before; resolves when that is decided. */
  lookAgain(): Promise<void>;
}

/**
 * A gateway of its own in front of any Federation 2 supergraph whose subgraphs answer over HTTP. It starts whether they
 * answer or not, serves a new supergraph in the file without a restart, and keeps the last good one in the data folder.
 * @param urls addresses that replace those of the supergraph and of the settings
 * @throws AmrloError `SUPERGRAPH_INVALID`, `PORT_TAKEN`, `ADDRESS_UNUSABLE`, `IDENTITY_PROVIDER_UNAVAILABLE`
 */
export async function startStandaloneGateway(
  settings: Settings,
  urls: ReadonlyMap<string, string>,
  log: Logger,
  clock: Clock = systemClock,
): Promise<StandaloneGateway> {
  const file = settings.AMRLO_SUPERGRAPH;
  const metrics = createGatewayMetrics({ processMetrics: true });
  const { signer } = await createSigner(settings.AMRLO_ASSERTION_PRIVATE_KEY, clock);
  const links = createSubgraphLinks(
    (subgraph, url) => {
      const connections = settings.AMRLO_SUBGRAPH_MAX_CONCURRENT;
      return createLink({
        subgraphs: {
          [subgraph]: {
            transport: createHttpTransport({ subgraph, url, connections }),
            timeoutMs: settings.AMRLO_SUBGRAPH_TIMEOUT_MS,
            maxConcurrent: connections,
          },
        },
        signer,
        log,
        metrics: metrics.link,
      });
    },
    (err) => log.warn({ err }, 'the connections to a subgraph could not be closed'),
  );
  const redis =
    settings.REDIS_URL === undefined
      ? undefined
      : new Redis(settings.REDIS_URL, { enableOfflineQueue: false });
  redis?.on('error', (error: Error) => log.warn({ err: error }, 'redis'));
  const wakeBus =
    settings.REDIS_URL === undefined ? createLocalWakeBus() : createRedisWakeBus(settings.REDIS_URL, { log });
  const trust = settings.AMRLO_AUTH ? await trusted(settings, links.current, wakeBus, redis) : undefined;
  if (trust === undefined) log.warn('authorization is off: everybody may read every field');

  function partsOf({ supergraph: text, manifest }: GraphFiles): FollowedParts {
    const supergraph = parseSupergraph(text, file);
    const lease = links.lease(subgraphUrls(supergraph, file, urls, urlsIn(settings)));
    try {
      return {
        supergraph,
        lease,
        link: lease.link,
        serves: () => links.serve(lease),
        retired: () => lease.release(),
        ...(trust ? { operations: trust.operations(manifestOf(manifest, file)) } : {}),
      };
    } catch (error) {
      lease.release();
      throw error;
    }
  }

  /** Follows the file as soon as the first graph is served. */
  const follow: { keeper?: GraphKeeper } = {};
  let closeFiles = async () => {};
  let stopping: Promise<void> | undefined;
  async function start(files: GraphFiles): Promise<Gateway> {
    const { lease, ...parts } = partsOf(files);
    try {
      return await startGateway({
        ...parts,
        graphName: file,
        watchedLink: links.current,
        graphState: () => follow.keeper?.state(),
        ...optionsFromSettings(settings),
        log,
        security: trust?.security ?? 'off',
        wakeBus,
        metrics,
        extraRoutes: (fastify) => {
          closeFiles = mountFileProxy(fastify, (subgraph) => links.urlOf(subgraph));
        },
      });
    } catch (error) {
      lease.release();
      throw error;
    }
  }

  const copy = createLastGoodCopy({ folder: join(settings.DATA_DIR, 'gateway'), source: file, clock });
  const { started: gateway, ...first } = await startOnGraph({ file, copy, log }, start);
  const keeper = await createGraphKeeper({
    file,
    first: { ...first, outdated: gateway.release().outdated },
    async adopt(files) {
      const { lease, ...parts } = partsOf(files);
      try {
        return await gateway.adopt({ ...parts, name: file });
      } catch (error) {
        lease.release();
        throw error;
      }
    },
    copy,
    clock,
    log,
    metrics: metrics.graph,
  });
  follow.keeper = keeper;
  const watch = watchGraph({ file, keeper, clock, log, pollMs: settings.AMRLO_SUPERGRAPH_POLL_MS });
  return {
    url: gateway.url,
    lookAgain: () => watch.lookAgain(),
    stop: () => (stopping ??= stop()),
  };

  async function stop(): Promise<void> {
    await watch.stop();
    await gateway.stop();
    await closeFiles();
    trust?.close();
    await links.close();
    await wakeBus.close();
    redis?.disconnect();
  }
}

/** The parts of a release, with the lease of its links. */
type FollowedParts = GraphParts & { readonly lease: LinkLease };

async function trusted(
  settings: Settings,
  link: Pick<Link, 'call'>,
  wakeBus: WakeBus,
  redis: Redis | undefined,
): Promise<{
  security: Exclude<GatewayOptions['security'], 'off'>;
  operations: (manifest: OperationManifest) => PersistedOperations;
  close: () => void;
}> {
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
  return {
    security: {
      authenticate: (headers) => authentication.authenticate(headers),
      ...(rateLimit === undefined ? {} : { rateLimit }),
    },
    operations: operationsFromSettings(settings, redis),
    close: () => authentication.close(),
  };
}

/** @throws AmrloError `SUPERGRAPH_INVALID`: the graph and its operations are taken together or not at all */
function manifestOf(text: string | undefined, file: string): OperationManifest {
  try {
    return text === undefined ? {} : readManifest(JSON.parse(text));
  } catch (cause) {
    throw new AmrloError('SUPERGRAPH_INVALID', { file, detail: reasonOf(cause) }, { cause });
  }
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
