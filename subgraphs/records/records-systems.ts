import type { Clock } from '../kit/base/clock.js';
import type { SubgraphRequest } from '../kit/base/link/subgraph-request.js';
import type { EntityCache } from './entity-cache.js';
import type { SchoolStanding } from './health-reporter.js';
import type { Description } from './introduction.js';
import type { SchoolCalls } from './school-calls.js';
import type { SchoolConnection } from './school-connection.js';
import type { School } from './school-directory.js';
import type { SchoolHealth } from './school-guard.js';

interface SystemParts {
  readonly calls: SchoolCalls;
  readonly cache: EntityCache;
  readonly clock: Clock;
  /** Longest wait for what an adapter says about itself. */
  readonly describeWaitMs: number;
}

const notAgainForMs = 10_000;

/**
 * `Institution.recordsSystem`: the health is the router's own observation, because a dead adapter cannot report it;
 * what the system covers is what its adapter said last, asked again after five minutes and never waited for long.
 */
export class RecordsSystems {
  readonly #parts: SystemParts;
  /** Until when an adapter that was asked in vain is left alone. Goes with the connection. */
  readonly #notBefore = new WeakMap<SchoolConnection, number>();
  readonly #asking = new WeakMap<SchoolConnection, Promise<void>>();

  constructor(parts: SystemParts) {
    this.#parts = parts;
  }

  /**
   * The records system of a school, as a plain value of the contract's type. Never rejects.
   * @param wasAsked the school was asked for this answer already; then it is not asked again
   */
  async of(school: School, request: SubgraphRequest, wasAsked: boolean): Promise<Record<string, unknown>> {
    const connection = this.#parts.calls.to(school);
    if (school.enabled && !wasAsked) await this.#introduced(connection, request);
    const description = school.enabled ? connection.introduced.description : null;
    const { health, lastAnswerAt } = connection.health();
    return {
      kind: school.kind,
      name: description?.name ?? null,
      health: school.enabled ? health : 'DOWN',
      freshness: this.#freshness(school, health, description),
      lastAnswerAt: lastAnswerAt?.toISOString() ?? null,
      coverage: description?.coverage ?? null,
      capabilities: description?.capabilities ?? null,
    };
  }

  /** The schools that are switched on and were asked, as they stand now. Asks nobody. */
  standing(): SchoolStanding[] {
    return this.#parts.calls.connections().flatMap((connection) => {
      const { school, introduced } = connection;
      const { health, lastAnswerAt } = connection.health();
      if (!school.enabled || health === 'UNKNOWN') return [];
      const freshness = this.#freshness(school, health, introduced.description);
      return [{ institutionId: school.institutionId, health, freshness, lastAnswerAt }];
    });
  }

  /** How fresh an answer would be now; null where nothing says so. */
  #freshness(
    { enabled, institutionId }: School,
    health: SchoolHealth['health'],
    description: Description | null,
  ): string | null {
    if (!enabled) return 'UNAVAILABLE';
    if (health === 'UP') return description?.freshness ?? null;
    if (health === 'UNKNOWN') return null;
    return this.#parts.cache.keepsAny(institutionId) ? 'STALE' : 'UNAVAILABLE';
  }

  /** Waits a little for the adapter's introduction where one is due; the asking goes on when nobody waits. */
  async #introduced(connection: SchoolConnection, request: SubgraphRequest): Promise<void> {
    const { clock, describeWaitMs } = this.#parts;
    if (!connection.introduced.isDue) return;
    if ((this.#notBefore.get(connection) ?? 0) > clock.now().getTime()) return;
    const asking = this.#asking.get(connection) ?? this.#ask(connection, request);
    let callOff: () => void = () => undefined;
    const patience = new Promise<void>((resolve) => {
      callOff = clock.after(describeWaitMs, resolve);
    });
    try {
      await Promise.race([asking, patience]);
    } finally {
      callOff();
    }
  }

  #ask(connection: SchoolConnection, request: SubgraphRequest): Promise<void> {
    // Nobody's leaving ends it: the guard does, after the school's own time.
    const asking = connection
      .introduce(request, new AbortController().signal)
      .catch(() => {
        // What failed stands in the school's health; here it only means that nothing new is known.
        this.#notBefore.set(connection, this.#parts.clock.now().getTime() + notAgainForMs);
      })
      .finally(() => this.#asking.delete(connection));
    this.#asking.set(connection, asking);
    return asking;
  }
}
