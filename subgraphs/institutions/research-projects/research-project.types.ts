import { ArgsType, Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from '../../kit/room/connection/connection-type.js';
import { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { payloadType, reasonedStepInput, stepInput } from '../../kit/room/schema/mutation-types.js';
import { DateScalar, DateTimeScalar, DecimalScalar } from '../../kit/room/schema/scalars.js';
import { SteppedObject } from '../../kit/room/schema/shared-types.js';
import type { Payload } from '../../kit/room/scope/mutate.js';

/** The states of a project. */
export enum ResearchProjectState {
  PROPOSED = 'PROPOSED',
  APPROVED = 'APPROVED',
  RUNNING = 'RUNNING',
  COMPLETED = 'COMPLETED',
  STOPPED = 'STOPPED',
}
registerEnumType(ResearchProjectState, {
  name: 'ResearchProjectState',
  description: 'The state of a research project.',
});

/** What a project brought forth. */
@ObjectType({ description: 'What a research project brought forth: a paper, a standard, a tool.' })
export class ResearchOutput {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  title!: string;

  @Field(() => String, { nullable: true, description: 'An https address.' })
  link!: string | null;

  @Field(() => DateScalar, { nullable: true })
  publishedOn!: string | null;
}

/** A research project of members (charter art. 9, 10). */
@ObjectType({ description: 'A research project of members in the registry of the alliance.' })
export class ResearchProject extends SteppedObject {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  title!: string;

  @Field(() => String)
  topic!: string;

  @Field(() => String)
  summary!: string;

  @Field(() => ID)
  leadInstitutionId!: string;

  @Field(() => [String], { description: 'Partners that are not on the roster, by name.' })
  otherPartners!: string[];

  @Field(() => DateScalar)
  startsOn!: string;

  @Field(() => DateScalar, { description: 'The first day after it.' })
  endsOn!: string;

  @Field(() => DecimalScalar, { description: 'In CNY.' })
  funding!: string;

  @Field(() => String, { nullable: true })
  fundingSource!: string | null;

  @Field(() => ResearchProjectState)
  state!: ResearchProjectState;

  @Field(() => DateTimeScalar)
  since!: Date;

  @Field(() => String, { nullable: true, description: 'Why it was stopped.' })
  reason!: string | null;

  @Field(() => DateTimeScalar)
  createdAt!: Date;

  /** For the field resolver; not a field of the graph. */
  partnerIds!: string[];
}

/** A page of projects. */
export const ResearchProjectConnection = connectionType(ResearchProject, 'ResearchProject');

/** Which projects to list. */
@InputType({ description: 'Which projects to list; conditions are joined by AND.' })
export class ResearchProjectFilter {
  @Field(() => ID, { nullable: true, description: 'Where this institution leads or takes part.' })
  partnerId?: string;

  @Field(() => [ResearchProjectState], { nullable: true })
  states?: ResearchProjectState[];

  @Field(() => String, { nullable: true, description: 'Part of the title or of the topic.' })
  contains?: string;
}

/** The arguments of `researchProjects`. */
@ArgsType()
export class ResearchProjectsArguments extends PageArguments {
  @Field(() => ResearchProjectFilter, { nullable: true })
  filter?: ResearchProjectFilter;
}

/** A new project. */
@InputType({ description: 'A project that a member wants to lead.' })
export class ProposeResearchProjectInput {
  @Field(() => ID, { description: 'The member that leads, for which the caller acts.' })
  institutionId!: string;

  @Field(() => String, { description: 'One to 200 characters.' })
  title!: string;

  @Field(() => String, { description: 'One to 200 characters.' })
  topic!: string;

  @Field(() => String, { description: 'One to 4,000 characters.' })
  summary!: string;

  @Field(() => [ID], { description: 'Partners that are on the roster.' })
  partnerIds!: string[];

  @Field(() => [String], { description: 'Partners that are not, by name.' })
  otherPartners!: string[];

  @Field(() => DateScalar)
  startsOn!: string;

  @Field(() => DateScalar, { description: 'The first day after it.' })
  endsOn!: string;

  @Field(() => DecimalScalar, { description: 'In CNY, at most two decimal places.' })
  funding!: string;

  @Field(() => String, { nullable: true })
  fundingSource?: string;

  @Field(() => String)
  idempotencyKey!: string;
}

/** What `approveResearchProject` takes. */
@InputType({ description: 'The project to enter in the registry.' })
export class ApproveResearchProjectInput extends stepInput('researchProjectId') {}

/** What `startResearchProject` takes. */
@InputType({ description: 'The project that starts.' })
export class StartResearchProjectInput extends stepInput('researchProjectId') {}

/** What `completeResearchProject` takes. */
@InputType({ description: 'The project that is completed.' })
export class CompleteResearchProjectInput extends stepInput('researchProjectId') {}

/** What `stopResearchProject` takes. */
@InputType({ description: 'The project to stop, and why.' })
export class StopResearchProjectInput extends reasonedStepInput(
  'researchProjectId',
  'Why; one to 500 characters.',
) {}

/** What `addResearchOutput` takes. */
@InputType({ description: 'What a project brought forth.' })
export class AddResearchOutputInput extends stepInput('researchProjectId') {
  @Field(() => String, { description: 'One to 300 characters.' })
  title!: string;

  @Field(() => String, { nullable: true, description: 'An https address.' })
  link?: string;

  @Field(() => DateScalar, { nullable: true })
  publishedOn?: string;

  @Field(() => String)
  idempotencyKey!: string;
}

/** What a mutation of a project answers. */
export type ResearchProjectPayload = Payload<{ researchProject: ResearchProject }>;

const payload = (mutation: string) => payloadType(mutation, 'researchProject', ResearchProject);

/** What `proposeResearchProject` answers. */
export const ProposeResearchProjectPayload = payload('proposeResearchProject');
/** What `approveResearchProject` answers. */
export const ApproveResearchProjectPayload = payload('approveResearchProject');
/** What `startResearchProject` answers. */
export const StartResearchProjectPayload = payload('startResearchProject');
/** What `completeResearchProject` answers. */
export const CompleteResearchProjectPayload = payload('completeResearchProject');
/** What `stopResearchProject` answers. */
export const StopResearchProjectPayload = payload('stopResearchProject');
/** What `addResearchOutput` answers. */
export const AddResearchOutputPayload = payload('addResearchOutput');
