import { systemClock, type Clock } from '../kit/base/clock.js';
import { AmrloError } from '../kit/base/errors/amrlo-error.js';
import { servicePrincipal } from '../kit/base/identity/principal.js';
import type { Link } from '../kit/base/link/link-call.js';
import type { Logger } from '../kit/base/log.js';
import type { WakeBus } from '../kit/base/wake.js';
import type { RecordsMethod } from './contract.js';

/** One line of the directory: how the adapter of a school is reached and how hard it may be pressed. */
export interface School {
  readonly institutionId: string;
  /** For messages. */
  readonly name: string;
  readonly kind: RecordsMethod;
  /** The address of the adapter subgraph: `http(s)://…/graphql`, or `local:NAME` for one in this process. */
  readonly endpoint: string;
  /** A school that is switched off is not asked; its records are unavailable. */
  readonly enabled: boolean;
  /** Longest wait for one answer; 3000 when the school names none. */
  readonly timeoutMs?: number | null;
  /** Most questions at once; 16 when the school names none. */
  readonly maxConcurrent?: number | null;
}

/** Where the directory comes from. */
export interface SchoolDirectory {
  /** Every school. Rejects when the directory cannot be read. */
  schools(): Promise<readonly School[]>;
}

const directoryQuery = /* GraphQL */ `
  query RecordsDirectory {
    recordsDirectory {
      institutionId
      name
      kind
      endpoint
      enabled
      timeoutMs
      maxConcurrent
    }
  }
`;

/** The directory that the institutions room keeps, asked as the service `records`. */
export function institutionsDirectory(link: Link, clock: Clock = systemClock): SchoolDirectory {
  return {
    async schools() {
      const answer = await link.call({
        subgraph: 'institutions',
        query: directoryQuery,
        isMutation: false,
        principal: servicePrincipal('records'),
        requestId: 'records-directory',
        locale: 'zh-CN',
        deadline: clock.now().getTime() + 5_000,
        signal: AbortSignal.timeout(5_000),
      });
      const rows = answer.data?.['recordsDirectory'] as
        readonly (School & { name: string | null })[] | null | undefined;
      if (!rows) throw new AmrloError('UPSTREAM_UNAVAILABLE', { subgraph: 'institutions' });
      return rows.map((row) => ({ ...row, name: row.name ?? row.institutionId }));
    },
  };
}

/** The directory as the router uses it: found by institution, refreshed, kept when a refresh fails. */
export interface KnownSchools {
  /** Undefined for an institution without a records system. Rejects while the directory was never read. */
  find(institutionId: string): Promise<School | undefined>;
  stop(): void;
}

const lifeMs = 30_000;

/**
 * Keeps the directory for 30 seconds, or until a wake of type `RecordsDirectory`. The last good directory stays in
 * use while a newer one is read or cannot be read: schools do not vanish because the institutions room restarts.
 */
export function knownSchools(
  directory: SchoolDirectory,
  options: {
    readonly clock: Clock;
    readonly log?: Logger | undefined;
    readonly wakes?: WakeBus | undefined;
    /** Told after each reading who is connected now. */
    readonly onRead?: (schools: ReadonlyMap<string, School>) => void;
  },
): KnownSchools {
  const { clock, log, wakes, onRead } = options;
  let known: ReadonlyMap<string, School> | undefined;
  let staleAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;
  let changes = 0;
  let changesSeen = 0;
  const forget = wakes?.subscribe((signal) => {
    if (signal.type !== 'RecordsDirectory') return;
    staleAt = Number.NEGATIVE_INFINITY;
    changes += 1;
  });

  async function read(): Promise<void> {
    staleAt = clock.now().getTime() + lifeMs;
    const changesThen = changes;
    try {
      known = new Map((await directory.schools()).map((school) => [school.institutionId, school]));
      onRead?.(known);
    } catch (error) {
      // Asked again soon, but not by every request of an outage.
      staleAt = clock.now().getTime() + 1_000;
      log?.warn({ code: (error as AmrloError).code }, 'the directory of schools could not be read');
      if (known === undefined) throw error;
    } finally {
      changesSeen = changesThen;
    }
  }

  return {
    async find(institutionId) {
      // Twice, for a change that came while the directory was read.
      for (let round = 0; round < 2; round += 1) {
        if (reading === undefined && clock.now().getTime() >= staleAt) {
          reading = read().finally(() => {
            reading = undefined;
          });
          reading.catch(() => undefined);
        }
        // A directory that is only old is renewed beside the questions; one that changed is waited for.
        if (reading === undefined || (known !== undefined && changes === changesSeen)) break;
        await reading;
      }
      if (known === undefined) throw new AmrloError('UPSTREAM_UNAVAILABLE', { subgraph: 'institutions' });
      return known.get(institutionId);
    },
    stop: () => forget?.(),
  };
}
