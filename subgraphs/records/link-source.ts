import { LRUCache } from 'lru-cache';
import { systemClock, type Clock } from '../kit/base/clock.js';
import { AmrloError } from '../kit/base/errors/amrlo-error.js';
import { servicePrincipal } from '../kit/base/identity/principal.js';
import type { Link } from '../kit/base/link/link-call.js';
import type { WakeBus } from '../kit/base/wake.js';

/** A record at a school, by its key. */
export interface StudentRecordKey {
  readonly institutionId: string;
  readonly studentNumber: string;
}

/** Which school records are linked to a person; the learners room knows. */
export interface LinkSource {
  /** The records linked to the person with this subject. Rejects when it cannot be known; then nothing is shown. */
  linkedTo(subject: string): Promise<readonly StudentRecordKey[]>;
}

const linksQuery = /* GraphQL */ `
  query StudentRecordLinks($subject: String!) {
    studentRecordLinks(subject: $subject) {
      institutionId
      studentNumber
    }
  }
`;

/** The links that the learners room keeps, asked as the service `records`. */
export function learnersLinkSource(link: Link, clock: Clock = systemClock): LinkSource {
  return {
    async linkedTo(subject) {
      const answer = await link.call({
        subgraph: 'learners',
        query: linksQuery,
        variables: { subject },
        isMutation: false,
        principal: servicePrincipal('records'),
        requestId: 'records-links',
        locale: 'zh-CN',
        deadline: clock.now().getTime() + 2_000,
        signal: AbortSignal.timeout(2_000),
      });
      const rows = answer.data?.['studentRecordLinks'] as readonly StudentRecordKey[] | null | undefined;
      if (!rows) throw new AmrloError('UPSTREAM_UNAVAILABLE', { subgraph: 'learners' });
      return rows;
    },
  };
}

/** What the router asks about links. */
export interface KnownLinks {
  /**
   * The student numbers linked to the subject, by institution. Kept for 30 seconds; when a record that is asked for
   * is not among the kept ones, they are read again (once a second at most), so that a new link works at once.
   */
  linkedTo(
    subject: string,
    wanted: readonly StudentRecordKey[],
  ): Promise<ReadonlyMap<string, ReadonlySet<string>>>;
  stop(): void;
}

interface Kept {
  readonly numbers: ReadonlyMap<string, ReadonlySet<string>>;
  readonly at: number;
}

const lifeMs = 30_000;
const rereadMs = 1_000;

/** Keeps links per subject; a wake of type `StudentRecordLink` forgets all of them. */
export function knownLinks(
  source: LinkSource,
  options: { readonly clock: Clock; readonly wakes?: WakeBus | undefined },
): KnownLinks {
  const { clock, wakes } = options;
  const kept = new LRUCache<string, Kept>({ max: 10_000 });
  const reading = new Map<string, Promise<Kept>>();
  let changes = 0;
  const forget = wakes?.subscribe((signal) => {
    if (signal.type !== 'StudentRecordLink') return;
    changes += 1;
    kept.clear();
    // What is being read may be from before the change: nobody joins it, and it is not kept.
    reading.clear();
  });

  function read(subject: string): Promise<Kept> {
    const running = reading.get(subject);
    if (running !== undefined) return running;
    const work = (async () => {
      const at = clock.now().getTime();
      const changesThen = changes;
      const numbers = new Map<string, Set<string>>();
      for (const { institutionId, studentNumber } of await source.linkedTo(subject)) {
        numbers.set(institutionId, (numbers.get(institutionId) ?? new Set()).add(studentNumber));
      }
      if (changes === changesThen) kept.set(subject, { numbers, at });
      return { numbers, at };
    })().finally(() => {
      if (reading.get(subject) === work) reading.delete(subject);
    });
    reading.set(subject, work);
    return work;
  }

  return {
    async linkedTo(subject, wanted) {
      const known = kept.get(subject);
      if (known === undefined) return (await read(subject)).numbers;
      const age = clock.now().getTime() - known.at;
      const hasAll = wanted.every((key) => known.numbers.get(key.institutionId)?.has(key.studentNumber));
      return age < (hasAll ? lifeMs : rereadMs) ? known.numbers : (await read(subject)).numbers;
    },
    stop: () => forget?.(),
  };
}
