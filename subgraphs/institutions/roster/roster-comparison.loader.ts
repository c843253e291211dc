import type { LoaderDefinition, RequestScope } from '../../kit/room/scope/request-scope.js';
import type { InstitutionLevel } from '../institutions/institution.types.js';
import { memberStates } from './member-states.js';
import {
  RosterComparisonEntity,
  type RosterChangeRow,
  type RosterComparisonRow,
} from './roster-comparison.entity.js';
import { rosterComparisonMachine } from './roster-comparison.machine.js';
import type { RosterRow } from './parse-roster.js';
import type {
  ListedFacts,
  RosterChange,
  RosterChangeCounts,
  RosterChangeKind,
  RosterComparison,
  RosterComparisonState,
  RosterDecision,
  SuccessorReason,
} from './roster-comparison.types.js';

/** What the graph shows of a comparison to the one who asks. */
export function showComparison(scope: RequestScope, row: RosterComparisonRow): RosterComparison {
  return {
    id: row.id,
    asOf: row.asOf,
    previousAsOf: row.previousAsOf,
    state: row.state as RosterComparisonState,
    dueAt: rosterComparisonMachine.dueAt(row.state, row.stateEnteredAt),
    availableActions: rosterComparisonMachine.availableActions({
      state: row.state,
      principal: scope.principal,
      facts: undefined,
    }),
    createdAt: row.createdAt,
    version: row.version,
    unchanged: row.unchanged,
  };
}

/** What the graph shows of a change. */
export function showChange(row: RosterChangeRow): RosterChange {
  const { before, after, successor } = row;
  return {
    id: row.id,
    kind: row.kind as RosterChangeKind,
    moeCode: row.moeCode,
    institutionId: row.institutionId ?? null,
    before: before == null ? null : showFacts(before),
    after: after == null ? null : showFacts(after),
    successor: successor == null ? null : { ...successor, reason: successor.reason as SuccessorReason },
    decision: (row.decision as RosterDecision | null) ?? null,
    decidedSuccessor: row.decidedSuccessor ?? null,
  };
}

function showFacts(facts: {
  [Fact in keyof Omit<RosterRow, 'moeCode'>]: RosterRow[Fact] | null;
}): ListedFacts {
  const { name, authority, province, city, level, note } = facts;
  return { name: name ?? '', authority, province, city, level: level as InstitutionLevel | null, note };
}

/** Comparisons by id; absent and hidden ones are null. */
export const comparisonById: LoaderDefinition<string, RosterComparison | null> = {
  name: 'rosterComparisonById',
  async batch(scope, ids) {
    const rows = await scope.find(RosterComparisonEntity, { id: { $in: [...ids] } });
    const found = new Map(rows.map((row) => [row.id, showComparison(scope, row)]));
    return ids.map((id) => found.get(id) ?? null);
  },
};

/** The comparison that an import made, by the import's id; null where it made none. */
export const comparisonByImport: LoaderDefinition<string, RosterComparison | null> = {
  name: 'rosterComparisonByImport',
  async batch(scope, jobIds) {
    const rows = await scope.find(RosterComparisonEntity, { jobId: { $in: [...jobIds] } });
    const found = new Map(rows.map((row) => [row.jobId, showComparison(scope, row)]));
    return jobIds.map((id) => found.get(id) ?? null);
  },
};

/** How many changes of each kind a comparison has, the unchanged left out; row-level security is the wall here. */
export const countsByComparison: LoaderDefinition<string, Omit<RosterChangeCounts, 'unchanged'>> = {
  name: 'rosterChangeCounts',
  async batch(scope, ids) {
    const { sql } = await scope.unit();
    const rows = await sql.execute<{ id: string; kind: RosterChangeKind; changes: number; members: number }>(
      `select change.comparison_id as id, change.kind, count(*)::integer as changes, count(member.id)::integer as members
       from roster_change change
       left join membership member on member.institution_id = change.institution_id
         and member.state in (select jsonb_array_elements_text(?::jsonb))
       where change.comparison_id in (select jsonb_array_elements_text(?::jsonb))
       group by change.comparison_id, change.kind`,
      [JSON.stringify(memberStates), JSON.stringify(ids)],
    );
    return ids.map((id) => {
      const own = rows.filter((row) => row.id === id);
      const of = (kind: string) => own.find((row) => row.kind === kind)?.changes ?? 0;
      return {
        added: of('NEW'),
        returned: of('RETURNED'),
        renamed: of('RENAMED'),
        moved: of('MOVED'),
        gone: of('GONE'),
        mergeCandidates: of('MERGE_CANDIDATE'),
        membersConcerned: own.reduce((sum, row) => sum + row.members, 0),
      };
    });
  },
};
