import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { Redis } from 'ioredis';
import { readManifest } from '../../gateway/operations/manifest.js';
import {
  operationsFromSettings,
  optionsFromSettings,
  rateLimitFromSettings,
} from '../../gateway/options-from-settings.js';
import type { DevelopmentIssuer } from '../../gateway/security/development-issuer.js';
import { startGateway, type Gateway } from '../../gateway/start-gateway.js';
import { readSupergraph } from '../../gateway/supergraph/supergraph.js';
import { systemClock, type Clock } from '../kit/base/clock.js';
import { createSigner, createVerifier } from '../kit/base/identity/assertion.js';
import { AmrloError } from '../kit/base/errors/amrlo-error.js';
import { createHttpTransport } from '../kit/base/link/http-transport.js';
import type { SubgraphTransport } from '../kit/base/link/subgraph-request.js';
import { createInProcessTransport } from '../kit/base/link/in-process-transport.js';
import { createLink, type Link } from '../kit/base/link/link.js';
import { assertCanListen } from '../kit/base/listening.js';
import type { Logger } from '../kit/base/log.js';
import { createLocalWakeBus } from '../kit/base/wake.js';
import { createRedisWakeBus } from '../kit/base/wake-redis.js';
import type { Room } from '../kit/room/room.js';
import type { Adapter } from '../adapters/kit/create-adapter.js';
import { institutionsDirectory } from '../records/school-directory.js';
import { institutionsHealth } from '../records/health-sink.js';
import { learnersLinkSource } from '../records/link-source.js';
import { createRecordsRouter } from '../records/records-router.js';
import { institutionsTrail } from '../records/write-back-trail.js';
import { openDatabases, type AllianceDatabases } from './databases.js';
import { projectFile } from './project-file.js';
import { roomModules } from './modules.js';
import type { AllianceSettings } from './alliance-settings.js';
import { openAuthentication } from './open-authentication.js';
import { openRooms } from './open-rooms.js';
import { noteRunning } from './running-note.js';
import { openDemoSchools } from './schools.js';

/** A whole alliance in one process. */
export interface Alliance {
  /** The base address; the graph is at `/graphql`. */
  readonly url: string;
  /** Mints tokens for demo people; undefined with a real identity provider, a database of one's own, in production. */
  readonly issuer: DevelopmentIssuer | undefined;
  /** Whether the demo alliance is wanted here. */
  readonly demo: boolean;
  readonly databases: AllianceDatabases;
  /** The subgraphs by name, as the link reaches them: each request must carry a signed principal. */
  readonly subgraphs: Map<string, SubgraphTransport>;
  readonly link: Link;
  readonly gateway: Gateway;
  readonly stop: () => Promise<void>;
}

/**
 * Starts everything: databases, the four rooms, the records router, the demo schools' adapters, the gateway.
 * Whether the address is free is found out before anything is opened; what was started before a failure is stopped again.
 */
export async function startAlliance(
  settings: AllianceSettings,
  log: Logger,
  clock: Clock = systemClock,
): Promise<Alliance> {
  const opened: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const close of opened.splice(0).reverse()) await close();
  };
  try {
    return await build(settings, log, clock, opened, stop);
  } catch (error) {
    // Why it could not start is what the operator needs, also when stopping then fails too.
    await stop().catch((err: unknown) => log.warn({ err }, 'could not stop in order'));
    throw error;
  }
}

async function build(
  settings: AllianceSettings,
  log: Logger,
  clock: Clock,
  opened: (() => Promise<void>)[],
  stop: () => Promise<void>,
): Promise<Alliance> {
  const production = settings.NODE_ENV === 'production';
  await assertCanListen({ host: settings.HOST, port: settings.PORT });
  const supergraph = await readSupergraph(projectFile('schema/supergraph.graphql'));
  const databases = await openDatabases(settings, log);
  opened.push(() => databases.stop());
  const demo = settings.AMRLO_DEMO ?? (databases.embedded && !production);

  const wakeBus =
    settings.REDIS_URL === undefined ? createLocalWakeBus() : createRedisWakeBus(settings.REDIS_URL, { log });
  opened.push(() => wakeBus.close());
  const { signer, publicKeyPem } = await createSigner(settings.AMRLO_ASSERTION_PRIVATE_KEY, clock);
  const publicKeys = [
    ...(publicKeyPem ? [publicKeyPem] : []),
    ...(settings.AMRLO_ASSERTION_PUBLIC_KEYS ?? []),
  ];
  const verifier = await createVerifier(publicKeys, clock);

  const rooms = new Map<string, Room>();
  const subgraphs = new Map<string, SubgraphTransport>();
  const unopened =
    (name: string): SubgraphTransport =>
    () =>
      Promise.reject(new AmrloError('UPSTREAM_UNAVAILABLE', { subgraph: name }));
  const link = createLink({
    subgraphs: Object.fromEntries(
      [...roomModules.map(({ name }) => name), 'records'].map((name) => [
        name,
        {
          transport: createInProcessTransport(name, async (request) =>
            (subgraphs.get(name) ?? unopened(name))(request),
          ),
          timeoutMs: settings.AMRLO_SUBGRAPH_TIMEOUT_MS,
          maxConcurrent: settings.AMRLO_SUBGRAPH_MAX_CONCURRENT,
        },
      ]),
    ),
    signer,
    clock,
    log,
  });
  opened.push(() => link.close());

  const fileRoutes = await openRooms({
    settings,
    databases,
    rooms,
    verifier,
    signer,
    link,
    wakeBus,
    clock,
    log,
    demo,
  });
  for (const room of rooms.values()) opened.push(() => room.stop());

  const schools: ReadonlyMap<string, Adapter> = demo
    ? await openDemoSchools(databases, verifier, join(settings.DATA_DIR, 'records-state'))
    : new Map();
  for (const school of schools.values()) opened.push(() => school.stop());
  const router = createRecordsRouter({
    directory: institutionsDirectory(link, clock),
    links: learnersLinkSource(link, clock),
    trail: institutionsTrail(link),
    health: institutionsHealth(link, clock),
    connect: ({ endpoint, institutionId }) =>
      endpoint.startsWith('local:')
        ? localAdapter(schools, endpoint.slice('local:'.length))
        : createHttpTransport({ subgraph: `adapter:${institutionId}`, url: endpoint }),
    verifier,
    signer,
    wakes: wakeBus,
    clock,
    log,
  });
  for (const room of rooms.values()) subgraphs.set(room.name, room.handle);
  subgraphs.set('records', router.handle);
  opened.push(async () => router.stop());

  const { authentication, issuer } = await openAuthentication({
    settings,
    development: !production && (databases.embedded || demo),
    link,
    wakeBus,
    clock,
  });
  opened.push(async () => authentication.close());
  const redis =
    settings.REDIS_URL === undefined ? undefined : new Redis(settings.REDIS_URL, { maxRetriesPerRequest: 1 });
  if (redis !== undefined) {
    redis.on('error', (err) => log.warn({ err }, 'Redis cannot be reached'));
    opened.push(async () => redis.disconnect());
  }
  const manifest = readManifest(JSON.parse(await readFile(projectFile('schema/operations.json'), 'utf8')));
  const rateLimit = rateLimitFromSettings(settings, redis);
  const gateway = await startGateway({
    supergraph,
    link,
    ...optionsFromSettings(settings),
    log,
    security: {
      authenticate: (headers) => authentication.authenticate(headers),
      ...(rateLimit === undefined ? {} : { rateLimit }),
    },
    operations: operationsFromSettings(settings, redis)(manifest),
    wakeBus,
    clock,
    extraRoutes: (fastify) => {
      // Uploads are streams; nothing may buffer them.
      fastify.removeAllContentTypeParsers();
      fastify.addContentTypeParser('*', (_request, _payload, done) => done(null));
      fastify.all<{ Params: { room: string } }>('/files/:room/*', async (request, reply) => {
        const routes = fileRoutes.get(request.params.room);
        if (routes === undefined) return reply.callNotFound();
        reply.hijack();
        await routes(request.raw, reply.raw);
      });
    },
  });
  opened.push(() => gateway.stop());
  opened.push(await noteRunning(settings.DATA_DIR, gateway.url, log));
  for (const room of rooms.values()) room.start();
  return { url: gateway.url, issuer, demo, databases, subgraphs, link, gateway, stop };
}

function localAdapter(schools: ReadonlyMap<string, Adapter>, name: string): SubgraphTransport {
  const school = schools.get(name);
  if (school !== undefined) return school.handle;
  return () => Promise.reject(new AmrloError('UPSTREAM_UNAVAILABLE', { subgraph: name }));
}
