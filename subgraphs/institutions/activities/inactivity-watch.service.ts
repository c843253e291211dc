import { legalDate } from '../../kit/base/clock.js';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { hasRole } from '../../kit/base/identity/principal.js';
import { connectionOf, type Connection } from '../../kit/room/connection/connection-type.js';
import { readStatementPage } from '../../kit/room/connection/statement-page.js';
import type { LoaderDefinition, RequestScope } from '../../kit/room/scope/request-scope.js';
import { seesAllActivity } from './activity.policy.js';
import { assertPast } from './activity.service.js';
import type {
  ActivityEvidence,
  InactivityCandidate,
  InactivityCandidatesArguments,
} from './activity.types.js';
import { evidence, isCandidate, members, readEvidence, type EvidenceRecord } from './inactivity-evidence.js';

interface CandidateRow {
  readonly id: string;
  readonly member_code: string;
  readonly evidence: EvidenceRecord;
}

interface EvidenceKey {
  readonly institutionId: string;
  readonly asOf: string;
}

/**
 * The watch of charter art. 21.1. It lists candidates with their evidence and writes nothing: "automatic" exit is a
 * decision of the standing council (model.md sections 3.14 and 9.3).
 */
export class InactivityWatchService {
  /** The members that were active on that day and of which nothing counted for three years, by code, in one statement. */
  async candidates(
    scope: RequestScope,
    args: InactivityCandidatesArguments,
    withTotal: boolean,
  ): Promise<Connection<InactivityCandidate>> {
    // With hidden entries everybody would look like a candidate.
    if (!seesAllActivity(scope.principal)) {
      throw refuse('ACTION_FORBIDDEN', { action: 'inactivityCandidates' });
    }
    const asOf = dayOf(scope, args.asOf);
    const { sql } = await scope.unit();
    const page = await readStatementPage<CandidateRow>(sql, args, {
      name: `inactivityCandidates ${asOf}`,
      statement: `select member.institution_id as id, member.member_code, ${evidence} as evidence
        from ${members} where ${isCandidate}`,
      parameters: [asOf],
      orderBy: { column: 'member_code', type: 'text' },
      withTotal,
    });
    return connectionOf(page, (row) => ({
      institutionId: row.id,
      memberCode: row.member_code,
      evidence: row.evidence as ActivityEvidence,
    }));
  }

  /** What is known of an institution's activity; null where it is no member, or the caller may not know. */
  async evidenceOf(
    scope: RequestScope,
    institutionId: string,
    asOf: string | undefined,
  ): Promise<ActivityEvidence | null> {
    const { principal } = scope;
    // Entries that row-level security hides would look like none, and an unknown is never a no.
    if (!seesAllActivity(principal) && !hasRole(principal, 'INSTITUTION_ADMIN', institutionId)) return null;
    return scope.load(evidenceByInstitution, { institutionId, asOf: dayOf(scope, asOf) });
  }
}

function dayOf(scope: RequestScope, asOf: string | undefined): string {
  if (asOf == null) return legalDate(scope.clock.now());
  assertPast(scope, asOf);
  return asOf;
}

const evidenceByInstitution: LoaderDefinition<EvidenceKey, ActivityEvidence | null> = {
  name: 'evidenceByInstitution',
  cacheKey: ({ institutionId, asOf }) => `${asOf} ${institutionId}`,
  async batch(scope, keys) {
    const { sql } = await scope.unit();
    const byDay = Map.groupBy(keys, ({ asOf }) => asOf);
    const found = new Map<string, Map<string, EvidenceRecord>>();
    for (const [asOf, wanted] of byDay) {
      const ids = wanted.map(({ institutionId }) => institutionId);
      found.set(asOf, await readEvidence(sql, ids, asOf));
    }
    return keys.map(
      ({ asOf, institutionId }) =>
        (found.get(asOf)?.get(institutionId) as ActivityEvidence | undefined) ?? null,
    );
  },
};
