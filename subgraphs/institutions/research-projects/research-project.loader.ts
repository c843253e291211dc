import type { LoaderDefinition, RequestScope } from '../../kit/room/scope/request-scope.js';
import type { CaseKind } from '../case-step.js';
import {
  ResearchOutputEntity,
  ResearchProjectEntity,
  type ResearchProjectRow,
} from './research-project.entity.js';
import {
  researchProjectMachine,
  type ResearchProjectAction,
  type ResearchProjectStateName,
} from './research-project.machine.js';
import type { ResearchOutput, ResearchProject, ResearchProjectState } from './research-project.types.js';
import { projectDueAt, researchProjectWork } from './research-project.work.js';

/** What the steps of projects have in common. */
export const researchProjectKind: CaseKind<
  ResearchProjectRow,
  ResearchProjectStateName,
  ResearchProjectAction,
  unknown,
  'researchProject',
  ResearchProject
> = {
  field: 'researchProject',
  auditedAs: 'CHANGE_RESEARCH_PROJECT',
  machine: researchProjectMachine,
  work: researchProjectWork,
  context: (scope, row) => ({
    state: row.state as ResearchProjectStateName,
    principal: scope.principal,
    institutionId: row.leadInstitutionId,
    facts: undefined,
  }),
  show: showResearchProject,
};

/** What the graph shows of a project to the one who asks. */
export function showResearchProject(scope: RequestScope, row: ResearchProjectRow): ResearchProject {
  return {
    id: row.id,
    title: row.title,
    topic: row.topic,
    summary: row.summary,
    leadInstitutionId: row.leadInstitutionId,
    partnerIds: [...row.partnerIds],
    otherPartners: [...row.otherPartners],
    startsOn: row.startsOn,
    endsOn: row.endsOn,
    funding: row.funding,
    fundingSource: row.fundingSource ?? null,
    state: row.state as ResearchProjectState,
    since: row.stateSince,
    dueAt: projectDueAt(row),
    reason: row.reason ?? null,
    availableActions: researchProjectMachine.availableActions(researchProjectKind.context(scope, row)),
    version: row.version,
    createdAt: row.createdAt,
  };
}

/** Projects by id; absent and hidden ones are null. */
export const researchProjectById: LoaderDefinition<string, ResearchProject | null> = {
  name: 'researchProjectById',
  async batch(scope, ids) {
    const rows = await scope.find(ResearchProjectEntity, { id: { $in: [...ids] } });
    const found = new Map(rows.map((row) => [row.id, showResearchProject(scope, row)]));
    return ids.map((id) => found.get(id) ?? null);
  },
};

/** The outputs of projects, the oldest first. */
export const outputsByProject: LoaderDefinition<string, ResearchOutput[]> = {
  name: 'outputsByProject',
  async batch(scope, ids) {
    const rows = await scope.find(
      ResearchOutputEntity,
      { projectId: { $in: [...ids] } },
      { orderBy: { createdAt: 'asc', id: 'asc' } },
    );
    return ids.map((id) =>
      rows
        .filter((row) => row.projectId === id)
        .map((row) => ({
          id: row.id,
          title: row.title,
          link: row.link ?? null,
          publishedOn: row.publishedOn ?? null,
        })),
    );
  },
};
