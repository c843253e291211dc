import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { connectionType } from '../../kit/room/connection/connection-type.js';
import { payloadType, reasonedStepInput, stepInput } from '../../kit/room/schema/mutation-types.js';
import { DateScalar, DateTimeScalar } from '../../kit/room/schema/scalars.js';
import type { Payload } from '../../kit/room/scope/mutate.js';

/** What an authority may look at, and for how long. */
@ObjectType({ description: 'What an authority may look at, on which legal basis and for how long.' })
export class SupervisionScope {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { description: 'The authority, for example 宁夏回族自治区教育厅.' })
  authority!: string;

  @Field(() => String, { nullable: true, description: 'The person; null where a grant is named.' })
  subject!: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The grant of the role SUPERVISOR; null where a person is named.',
  })
  grantId!: string | null;

  @Field(() => [String], { nullable: true, description: 'Null: every province.' })
  provinces!: string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'Null: every institution. With provinces: those of these that lie in the provinces.',
  })
  institutionIds!: string[] | null;

  @Field(() => DateScalar)
  from!: string;

  @Field(() => DateScalar, { description: 'The first day on which it is no longer in force.' })
  to!: string;

  @Field(() => String)
  legalBasis!: string;

  @Field(() => DateTimeScalar, { nullable: true })
  revokedAt!: Date | null;

  @Field(() => Int)
  version!: number;
}

/** One look of a supervisor at the alliance. */
@ObjectType({ description: 'A visit of a supervisor: while it is open, figures of its scope can be read.' })
export class SupervisionVisit {
  @Field(() => ID)
  id!: string;

  @Field(() => ID)
  scopeId!: string;

  @Field(() => String, { description: "The supervisor, as the identity provider's subject." })
  subject!: string;

  @Field(() => String, {
    description: 'Why, as the supervisor stated it; it stands in the trail beside each read.',
  })
  purpose!: string;

  @Field(() => DateTimeScalar)
  openedAt!: Date;

  @Field(() => DateTimeScalar)
  expiresAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Null while it was not closed.' })
  closedAt!: Date | null;

  @Field(() => Boolean, { description: 'Whether figures can be read in it now.' })
  open!: boolean;

  @Field(() => Int)
  version!: number;
}

/** One thing that was read in a visit. */
@ObjectType({ description: 'One entry of the audit trail about a visit.' })
export class SupervisionRead {
  @Field(() => ID)
  id!: string;

  @Field(() => DateTimeScalar)
  at!: Date;

  @Field(() => String, { description: 'What was done, for example READ_FIGURES.' })
  action!: string;

  @Field(() => Boolean, { description: 'Whether it was allowed.' })
  allowed!: boolean;

  @Field(() => String, { description: 'What it was done to: a type of the graph.' })
  subjectType!: string;

  @Field(() => String, { nullable: true })
  purpose!: string | null;
}

/** A page of scopes. */
export const SupervisionScopeConnection = connectionType(SupervisionScope, 'SupervisionScope');
/** A page of visits. */
export const SupervisionVisitConnection = connectionType(SupervisionVisit, 'SupervisionVisit');
/** A page of what was read in a visit. */
export const SupervisionReadConnection = connectionType(SupervisionRead, 'SupervisionRead');

/** A scope to give. */
@InputType({ description: 'A scope for one person or for one grant of the role SUPERVISOR.' })
export class GiveSupervisionScopeInput {
  @Field(() => String, { description: 'The authority; 2 to 200 characters.' })
  authority!: string;

  @Field(() => String, { nullable: true })
  subject?: string;

  @Field(() => ID, { nullable: true })
  grantId?: string;

  @Field(() => [String], { nullable: true, description: 'Every province when left out.' })
  provinces?: string[];

  @Field(() => [ID], { nullable: true, description: 'Every institution when left out.' })
  institutionIds?: string[];

  @Field(() => DateScalar)
  from!: string;

  @Field(() => DateScalar, { description: 'The first day on which it is no longer in force.' })
  to!: string;

  @Field(() => String, {
    description: 'The law, the decision or the letter that it rests on; 2 to 1,000 characters.',
  })
  legalBasis!: string;

  @Field(() => String)
  idempotencyKey!: string;
}

/** A scope to end at once. */
@InputType({ description: 'A scope to end at once, with the visits that are under way in it.' })
export class RevokeSupervisionScopeInput extends reasonedStepInput(
  'scopeId',
  'Why; kept in the audit trail.',
) {}

/** A visit to open. */
@InputType({ description: 'A visit to open in a scope that is in force.' })
export class OpenSupervisionInput {
  @Field(() => ID)
  scopeId!: string;

  @Field(() => String, {
    description: 'Why; 5 to 1,000 characters, kept in the audit trail beside each read.',
  })
  purpose!: string;

  @Field(() => Int, { nullable: true, description: 'For how many hours, 1 to 24; 8 when left out.' })
  hours?: number;

  @Field(() => String)
  idempotencyKey!: string;
}

/** A visit to close. */
@InputType({ description: 'A visit to close before it expires.' })
export class CloseSupervisionInput extends stepInput('visitId') {}

/** What a mutation of a scope answers. */
export type SupervisionScopePayload = Payload<{ supervisionScope: SupervisionScope }>;
/** What a mutation of a visit answers. */
export type SupervisionVisitPayload = Payload<{ supervisionVisit: SupervisionVisit }>;

/** What `giveSupervisionScope` answers. */
export const GiveSupervisionScopePayload = payloadType(
  'giveSupervisionScope',
  'supervisionScope',
  SupervisionScope,
);
/** What `revokeSupervisionScope` answers. */
export const RevokeSupervisionScopePayload = payloadType(
  'revokeSupervisionScope',
  'supervisionScope',
  SupervisionScope,
);
/** What `openSupervision` answers. */
export const OpenSupervisionPayload = payloadType('openSupervision', 'supervisionVisit', SupervisionVisit);
/** What `closeSupervision` answers. */
export const CloseSupervisionPayload = payloadType('closeSupervision', 'supervisionVisit', SupervisionVisit);
