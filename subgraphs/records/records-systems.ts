import { parse, type DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../kit/base/clock.js';
import type { SubgraphRequest } from '../kit/base/link/subgraph-request.js';
import type { SchoolCalls } from './school-calls.js';
import type { School } from './school-directory.js';

/** What an adapter says about the system behind it. */
interface Description {
  readonly name: string | null;
  readonly freshness: string | null;
  readonly coverage: unknown;
  readonly capabilities: unknown;
}

const query = /* GraphQL */ `
  query RecordsSystem($amrloInstitutions: [_Any!]!) {
    systems: _entities(representations: $amrloInstitutions) {
      ... on Institution {
        recordsSystem {
          name
          freshness
          coverage {
            supplied
            missing
            rejectedRows
            deliveredAt
          }
          capabilities
        }
      }
    }
  }
`;

interface SystemParts {
  readonly calls: SchoolCalls;
  readonly clock: Clock;
  /** Longest wait for what an adapter says about itself. */
  readonly describeWaitMs: number;
}

const describedForMs = 5 * 60_000;
const undescribedForMs = 10_000;

/**
 * `Institution.recordsSystem`: the health is the router's own observation, because a dead adapter cannot report it;
 * what the system covers is what its adapter said last, asked again after five minutes and never waited for long.
 */
export class RecordsSystems {
  readonly #described = new LRUCache<string, { description: Description | null; until: number }>({
    max: 5_000,
  });
  readonly #parts: SystemParts;
  readonly #document: DocumentNode = parse(query, { noLocation: true });

  constructor(parts: SystemParts) {
    this.#parts = parts;
  }

  /** The records system of a school, as a plain value of the contract's type. Never rejects. */
  async of(school: School, request: SubgraphRequest): Promise<Record<string, unknown>> {
    const description = school.enabled ? await this.#describe(school, request) : null;
    const { health, lastAnswerAt } = this.#parts.calls.health(school);
    const isUp = school.enabled && health === 'UP';
    return {
      kind: school.kind,
      name: description?.name ?? null,
      health: school.enabled ? health : 'DOWN',
      freshness: isUp
        ? (description?.freshness ?? 'LIVE')
        : school.enabled && lastAnswerAt !== null
          ? 'STALE'
          : 'UNAVAILABLE',
      lastAnswerAt: lastAnswerAt?.toISOString() ?? null,
      coverage: description?.coverage ?? null,
      capabilities: description?.capabilities ?? null,
    };
  }

  async #describe(school: School, request: SubgraphRequest): Promise<Description | null> {
    const { calls, clock, describeWaitMs } = this.#parts;
    const now = clock.now().getTime();
    const known = this.#described.get(school.institutionId);
    if (known !== undefined && known.until > now) return known.description;
    const call = calls.ask(
      school,
      {
        operation: {
          document: this.#document,
          query,
          representationVariables: new Map([['systems', 'amrloInstitutions']]),
          usedVariables: [],
        },
        variables: {},
        representations: new Map([['systems', [{ __typename: 'Institution', id: school.institutionId }]]]),
      },
      request,
    );
    const asked = call.answer.then(
      (entities) => {
        const system = entities.get('systems')?.[0]?.value?.['recordsSystem'] as
          Description | null | undefined;
        const description = system ?? known?.description ?? null;
        this.#described.set(school.institutionId, {
          description,
          until: clock.now().getTime() + describedForMs,
        });
        return description;
      },
      () => {
        const description = known?.description ?? null;
        this.#described.set(school.institutionId, {
          description,
          until: clock.now().getTime() + undescribedForMs,
        });
        return description;
      },
    );
    let callOff: () => void = () => undefined;
    const patience = new Promise<Description | null>((resolve) => {
      callOff = clock.after(describeWaitMs, () => resolve(known?.description ?? null));
    });
    try {
      return await Promise.race([asked, patience]);
    } finally {
      callOff();
      call.leave(true);
    }
  }
}
