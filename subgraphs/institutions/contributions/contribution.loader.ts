import type { Job } from '../../kit/room/jobs/job.js';
import { showJob } from '../../kit/room/jobs/show-job.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import type {
  ContributionEntryRow,
  ContributionSchemeRow,
  ContributionScoreRow,
} from './contribution.entity.js';
import type {
  ContributionComponent,
  ContributionComputation,
  ContributionEntry,
  ContributionPoints,
  ContributionScheme,
  ContributionScore,
  ContributionWeight,
} from './contribution.types.js';

/** What the graph shows of a scheme. */
export function showScheme(row: ContributionSchemeRow): ContributionScheme {
  return {
    id: row.id,
    effectiveFrom: row.effectiveFrom,
    weights: row.weights as readonly object[] as ContributionWeight[],
    createdAt: row.createdAt,
  };
}

/** What the graph shows of a recorded contribution. */
export function showEntry(row: ContributionEntryRow): ContributionEntry {
  return {
    id: row.id,
    institutionId: row.institutionId,
    period: row.period,
    component: row.component as ContributionComponent,
    quantity: row.quantity,
    evidence: row.evidence,
    files: [...row.files],
    createdAt: row.createdAt,
  };
}

/** What the graph shows of a score. */
export function showScore(row: ContributionScoreRow): ContributionScore {
  return {
    id: row.id,
    institutionId: row.institutionId,
    period: row.period,
    components: row.components as readonly object[] as ContributionPoints[],
    points: row.points,
    computedAt: row.computedAt,
    publishedAt: row.publishedAt ?? null,
  };
}

/** What the graph shows of a computation: its job, and what came of it. */
export function showComputation(job: Job, scope: RequestScope): ContributionComputation {
  const { period } = job.input as { period: number };
  const result = job.state === 'SUCCEEDED' ? (job.result as { scored: number }) : null;
  return { id: job.id, job: showJob(job, scope.locale), period, scored: result?.scored ?? null };
}
