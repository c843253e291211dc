import type { Redis } from 'ioredis';
import type { SettingsOf } from '../subgraphs/kit/base/config/settings.js';
import type { OperationManifest } from './operations/manifest.js';
import { createPersistedOperations, type PersistedOperations } from './operations/persisted-operations.js';
import { createLocalPersistedStore, createRedisPersistedStore } from './operations/persisted-store.js';
import { defaultLimits } from './security/limits.js';
import { createRateLimit, type RateLimit } from './security/rate-limit.js';
import type { GatewayOptions } from './start-gateway.js';

/** The settings that every gateway has, alone or in one process with everything. */
export type EdgeSettings = Pick<
  SettingsOf<'gateway'>,
  keyof SettingsOf<'gateway'> & keyof SettingsOf<'alliance'>
>;

/** What the settings alone say about a gateway. */
export function optionsFromSettings(
  settings: EdgeSettings,
): Pick<
  GatewayOptions,
  | 'port'
  | 'host'
  | 'production'
  | 'servesMetrics'
  | 'limits'
  | 'requestBudgetMs'
  | 'drainMs'
  | 'corsOrigins'
  | 'explainScope'
> {
  return {
    port: settings.PORT,
    host: settings.HOST,
    production: settings.NODE_ENV === 'production',
    ...(settings.AMRLO_METRICS === undefined ? {} : { servesMetrics: settings.AMRLO_METRICS }),
    limits: {
      ...defaultLimits,
      depth: settings.AMRLO_MAX_DEPTH,
      aliases: settings.AMRLO_MAX_ALIASES,
      rootFields: settings.AMRLO_MAX_ROOT_FIELDS,
      tokens: settings.AMRLO_MAX_TOKENS,
    },
    requestBudgetMs: settings.AMRLO_REQUEST_BUDGET_MS,
    ...(settings.AMRLO_EXPLAIN_SCOPE === undefined ? {} : { explainScope: settings.AMRLO_EXPLAIN_SCOPE }),
    drainMs: settings.AMRLO_DRAIN_MS,
    ...(settings.AMRLO_CORS_ORIGINS === undefined ? {} : { corsOrigins: settings.AMRLO_CORS_ORIGINS }),
  };
}

/** The rate limit of the settings, counted in Redis where there is one; undefined for no limit. */
export function rateLimitFromSettings(
  settings: EdgeSettings,
  redis: Redis | undefined,
): RateLimit | undefined {
  const points = settings.AMRLO_RATE_LIMIT_PER_MINUTE;
  return points === 0
    ? undefined
    : createRateLimit({ points, windowSeconds: 60, ...(redis ? { redis } : {}) });
}

/**
 * Registered and persisted operations by the manifest of a graph. What clients have stored outlives the graph: it is kept
 * in Redis where there is one, else in this process.
 */
export function operationsFromSettings(
  settings: EdgeSettings,
  redis: Redis | undefined,
): (manifest: OperationManifest) => PersistedOperations {
  const store = redis ? createRedisPersistedStore(redis) : createLocalPersistedStore();
  return (manifest) =>
    createPersistedOperations({ manifest, store, registeredOnly: settings.AMRLO_SAFELIST });
}
