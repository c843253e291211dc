import type { FilterQuery } from '@mikro-orm/postgresql';
import { z } from 'zod';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { hasRole } from '../../kit/base/identity/principal.js';
import { newId } from '../../kit/base/ids.js';
import { connectionOf, type Connection } from '../../kit/room/connection/connection-type.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { constraintRefuses, mutate } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { reportCase, takeStep } from '../case-step.js';
import { InstitutionEntity } from '../institutions/institution.entity.js';
import { institutionById } from '../institutions/institution.loader.js';
import type { Institution } from '../institutions/institution.types.js';
import { assertActiveMember } from '../memberships/active-member.js';
import {
  ResearchOutputEntity,
  ResearchProjectEntity,
  type ResearchProjectRow,
} from './research-project.entity.js';
import {
  outputsByProject,
  researchProjectById,
  researchProjectKind,
  showResearchProject,
} from './research-project.loader.js';
import type {
  AddResearchOutputInput,
  ApproveResearchProjectInput,
  ProposeResearchProjectInput,
  ResearchOutput,
  ResearchProject,
  ResearchProjectPayload,
  ResearchProjectsArguments,
  StopResearchProjectInput,
} from './research-project.types.js';

constraintRefuses('research_project_two_people', () => refuse('ENTRY_SAME_PERSON'));

const text = (field: string, most: number) =>
  z.string().trim().min(1, `${field}: 1-${most}`).max(most, `${field}: 1-${most}`);
const proposal = z.object({
  title: text('title', 200),
  topic: text('topic', 200),
  summary: text('summary', 4_000),
  partnerIds: z.array(z.string()).max(100, 'partnerIds: 0-100'),
  otherPartners: z.array(text('otherPartners', 200)).max(100, 'otherPartners: 0-100'),
  funding: z.string().regex(/^\d{1,12}(\.\d{1,2})?$/, 'funding: >= 0, two decimal places'),
  fundingSource: text('fundingSource', 200).nullish(),
});
const output = z.object({
  title: text('title', 300),
  link: z
    .url({ protocol: /^https$/, error: 'link: https://…' })
    .max(1_000, 'link: 1-1000')
    .nullish(),
});
const reasoned = z.object({ reason: text('reason', 500) });

/** The registry of research projects (charter art. 9, 10). */
export class ResearchProjectService {
  /** One project; null when absent or hidden. */
  byId(scope: RequestScope, id: string): Promise<ResearchProject | null> {
    return scope.load(researchProjectById, id);
  }

  /** A page of the registry, the newest first. */
  async list(
    scope: RequestScope,
    { filter = {}, ...args }: ResearchProjectsArguments,
    withTotal: boolean,
  ): Promise<Connection<ResearchProject>> {
    const conditions: FilterQuery<ResearchProjectRow>[] = [];
    if (filter.partnerId != null) conditions.push({ partnerIds: { $contains: [filter.partnerId] } });
    if (filter.states != null) conditions.push({ state: { $in: filter.states } });
    if (filter.contains != null) {
      const like = { $like: `%${filter.contains.replace(/[\\%_]/g, '\\$&')}%` };
      conditions.push({ $or: [{ title: like }, { topic: like }] });
    }
    const page = await scope.page(ResearchProjectEntity, args, {
      where: conditions.length === 0 ? {} : { $and: conditions },
      orderBy: [{ createdAt: 'desc' }],
      withTotal,
    });
    return connectionOf(page, (row) => showResearchProject(scope, row));
  }

  /** The member that leads. */
  leadOf(scope: RequestScope, project: ResearchProject): Promise<Institution | null> {
    return scope.load(institutionById, project.leadInstitutionId);
  }

  /** The institutions that take part, the leading one among them. */
  partnersOf(scope: RequestScope, project: ResearchProject): Promise<(Institution | null)[]> {
    return Promise.all(project.partnerIds.map((id) => scope.load(institutionById, id)));
  }

  /** What the project brought forth, the oldest first. */
  outputsOf(scope: RequestScope, project: ResearchProject): Promise<ResearchOutput[]> {
    return scope.load(outputsByProject, project.id);
  }

  /** Proposes a project that an active member leads. */
  propose(scope: RequestScope, input: ProposeResearchProjectInput): Promise<ResearchProjectPayload> {
    const operation = 'proposeResearchProject';
    return mutate(
      scope,
      { operation, action: 'CHANGE_RESEARCH_PROJECT', subjectType: 'ResearchProject', input },
      async (transaction) => {
        const { institutionId, startsOn, endsOn } = input;
        if (!hasRole(scope.principal, 'INSTITUTION_ADMIN', institutionId)) {
          throw refuse('ACTION_FORBIDDEN', { action: operation });
        }
        const checked = checkInput(proposal, input);
        if (endsOn <= startsOn) throw refuse('INTERVAL_EMPTY', {}, ['input', 'endsOn']);
        await assertActiveMember(transaction, institutionId, ['input', 'institutionId']);
        const partnerIds = [...new Set([institutionId, ...checked.partnerIds])];
        const named = await transaction.find(InstitutionEntity, { id: { $in: partnerIds } });
        const unknown = partnerIds.find((id) => !named.some((institution) => institution.id === id));
        if (unknown !== undefined) {
          throw refuse('NOT_FOUND', { type: 'Institution', id: unknown }, ['input', 'partnerIds']);
        }
        const now = scope.clock.now();
        const row = transaction.create(ResearchProjectEntity, {
          id: newId('ResearchProject'),
          ...checked,
          leadInstitutionId: institutionId,
          partnerIds,
          startsOn,
          endsOn,
          outputCount: 0,
          state: 'PROPOSED',
          stateSince: now,
          proposedBy: scope.principal.subject,
          version: 1,
          createdAt: now,
        });
        return reportCase(scope, transaction, researchProjectKind, row);
      },
    );
  }

  /** Enters a project in the registry; never by the person who proposed it. */
  approve(scope: RequestScope, input: ApproveResearchProjectInput): Promise<ResearchProjectPayload> {
    const on = { id: input.researchProjectId, input };
    return takeStep(scope, researchProjectKind, 'approveResearchProject', on, (row) => {
      row.approvedBy = scope.principal.subject;
    });
  }

  /** A step that changes nothing but the state. */
  move(
    scope: RequestScope,
    action: 'startResearchProject' | 'completeResearchProject',
    input: ApproveResearchProjectInput,
  ): Promise<ResearchProjectPayload> {
    return takeStep(scope, researchProjectKind, action, { id: input.researchProjectId, input });
  }

  /** Stops a project before its end. */
  stop(scope: RequestScope, input: StopResearchProjectInput): Promise<ResearchProjectPayload> {
    const on = { id: input.researchProjectId, input };
    return takeStep(scope, researchProjectKind, 'stopResearchProject', on, (row) => {
      row.reason = checkInput(reasoned, input).reason;
    });
  }

  /** Adds an output; also after the end, for papers appear late. */
  addOutput(scope: RequestScope, input: AddResearchOutputInput): Promise<ResearchProjectPayload> {
    const on = { id: input.researchProjectId, input };
    return takeStep(scope, researchProjectKind, 'addResearchOutput', on, (row, transaction) => {
      transaction.create(ResearchOutputEntity, {
        id: newId('ResearchOutput'),
        projectId: row.id,
        ...checkInput(output, input),
        publishedOn: input.publishedOn,
        addedBy: scope.principal.subject,
        createdAt: scope.clock.now(),
      });
      row.outputCount += 1;
    });
  }
}
