import type { AboutInstitutions } from '../../kit/room/figures/figure-part.js';
import { readTallies, type TallyGroup } from '../../kit/room/figures/read-tallies.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import type { OutcomeKind, OutcomeState } from '../outcomes/outcome.types.js';
import type { OutcomeFigures } from './dashboard.types.js';

/** The outcomes and courses of a dashboard. */
export async function outcomeFigures(
  scope: RequestScope,
  dashboard: AboutInstitutions,
): Promise<OutcomeFigures> {
  const groups = await readTallies(scope, dashboard, [
    { of: 'learning_outcome', figures: ['STATE'] },
    { of: 'course', figures: ['COURSE'] },
    { of: 'course_offering', figures: ['YEAR'] },
  ]);
  return figuresOf(Map.groupBy(groups, ({ of }) => of));
}

function figuresOf(groups: ReadonlyMap<string, readonly TallyGroup[]>): OutcomeFigures {
  const outcomes = groups.get('learning_outcome') ?? [];
  const certified = outcomes.filter(({ keys }) => keys[0] === 'CERTIFIED');
  const courses = (groups.get('course') ?? []).filter(({ keys }) => keys[0] === 'CURRENT');
  return {
    total: sumOf(outcomes),
    byState: counted(outcomes, 0).map(([state, count]) => ({
      state: state as OutcomeState,
      outcomes: count,
    })),
    byKind: counted(certified, 1).map(([kind, count]) => ({ kind: kind as OutcomeKind, outcomes: count })),
    byLevel: counted(certified, 2)
      .map(([level, count]) => ({ level: level === null ? null : Number(level), outcomes: count }))
      .sort((a, b) => (a.level ?? 0) - (b.level ?? 0)),
    courses: sumOf(courses),
    offeringsByYear: counted(groups.get('course_offering') ?? [], 0)
      .map(([year, count]) => ({ academicYear: year ?? '', offerings: count }))
      .sort((a, b) => (a.academicYear < b.academicYear ? 1 : -1)),
  };
}

function counted(groups: readonly TallyGroup[], key: number): [string | null, number][] {
  return [...Map.groupBy(groups, ({ keys }) => keys[key] ?? null)].map(([value, own]) => [value, sumOf(own)]);
}

function sumOf(groups: readonly TallyGroup[]): number {
  return groups.reduce((sum, { rows }) => sum + rows, 0);
}
