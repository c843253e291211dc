import { ArgsType, Directive, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from '../../kit/room/connection/connection-type.js';
import { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { RequiresRole } from '../../kit/room/policy/field-rights.js';
import { payloadType, reasonedStepInput, stepInput } from '../../kit/room/schema/mutation-types.js';
import { DateScalar, DateTimeScalar } from '../../kit/room/schema/scalars.js';
import { AvailableAction } from '../../kit/room/schema/shared-types.js';
import type { Payload } from '../../kit/room/scope/mutate.js';

/** The states of an expert. */
export enum ExpertState {
  NOMINATED = 'NOMINATED',
  ACTIVE = 'ACTIVE',
  RETIRED = 'RETIRED',
}
registerEnumType(ExpertState, { name: 'ExpertState', description: "A person's place in the pool." });

/** A bond of an expert to an institution, which keeps them from judging it. */
@ObjectType({ description: 'A bond of an expert to an institution, which keeps them from judging it.' })
export class DeclaredConflict {
  @Field(() => ID)
  institutionId!: string;

  @Field(() => String)
  reason!: string;

  @Field(() => DateScalar)
  from!: string;

  @Field(() => DateScalar, { nullable: true, description: 'The first day without it; null while it lasts.' })
  to!: string | null;
}

/** A person of the pool of experts. */
@ObjectType({ description: 'A person of the pool of experts, nominated by a member (charter art. 16).' })
@Directive('@key(fields: "id")')
@RequiresRole('SECRETARIAT', 'INSTITUTION_ADMIN', 'EXPERT')
export class Expert {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  subject!: string;

  @Field(() => String)
  name!: string;

  @Field(() => ID, { description: 'Where the expert works.' })
  institutionId!: string;

  @Field(() => ID, { description: 'The member that nominated the expert.' })
  nominatedBy!: string;

  @Field(() => [String], { description: 'Broad fields of ISCED-F 2013, for example 06.' })
  fields!: string[];

  @Field(() => String, { description: 'What the expert knows, in words.' })
  expertise!: string;

  @Field(() => ExpertState)
  state!: ExpertState;

  @Field(() => DateTimeScalar)
  since!: Date;

  @Field(() => DateTimeScalar, { nullable: true })
  activeFrom!: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Exclusive; null while active.' })
  activeTo!: Date | null;

  @Field(() => DateTimeScalar, { nullable: true })
  dueAt!: Date | null;

  @Field(() => [AvailableAction])
  availableActions!: AvailableAction[];

  @Field(() => Int)
  version!: number;
}

/** A page of experts. */
export const ExpertConnection = connectionType(Expert, 'Expert');

/** Which experts to list. */
@InputType({ description: 'Which experts to list; conditions are joined by AND.' })
export class ExpertFilter {
  @Field(() => ExpertState, { nullable: true })
  state?: ExpertState;

  @Field(() => String, { nullable: true, description: 'A broad field of ISCED-F 2013, for example 06.' })
  field?: string;

  @Field(() => ID, { nullable: true })
  nominatedBy?: string;
}

/** The arguments of `experts`, ordered by name. */
@ArgsType()
export class ExpertsArguments extends PageArguments {
  @Field(() => ExpertFilter, { nullable: true })
  filter?: ExpertFilter;
}

/** What `nominateExpert` takes. */
@InputType({ description: 'A person whom a member nominates for the pool of experts.' })
export class NominateExpertInput {
  @Field(() => ID, { description: 'The member that nominates; the caller administers it.' })
  nominatedBy!: string;

  @Field(() => String, { description: "The person's subject at the identity provider." })
  subject!: string;

  @Field(() => String)
  name!: string;

  @Field(() => ID, { description: 'Where the person works.' })
  institutionId!: string;

  @Field(() => [String], { description: 'Broad fields of ISCED-F 2013: two digits, 00 to 10.' })
  fields!: string[];

  @Field(() => String, { description: 'One to 1,000 characters.' })
  expertise!: string;

  @Field(() => String)
  idempotencyKey!: string;
}

/** What `confirmExpert` takes. */
@InputType()
export class ConfirmExpertInput extends stepInput('expertId') {}

/** What `retireExpert` takes. */
@InputType()
export class RetireExpertInput extends reasonedStepInput('expertId', 'One to 1,000 characters.') {}

/** What `declareConflict` takes. */
@InputType({ description: 'A bond of an expert to an institution; it keeps them from judging it.' })
export class DeclareConflictInput {
  @Field(() => ID)
  expertId!: string;

  @Field(() => ID, { description: 'The institution; of an applicant, as its case names it.' })
  institutionId!: string;

  @Field(() => String, { description: 'One to 1,000 characters.' })
  reason!: string;

  @Field(() => DateScalar, { nullable: true, description: 'The first day of it; today without.' })
  from?: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'The first day without it; open without.' })
  to?: string | null;

  @Field(() => String)
  idempotencyKey!: string;
}

/** What a mutation of an expert answers. */
export type ExpertPayload = Payload<{ expert: Expert }>;

/** What `nominateExpert` answers. */
export const NominateExpertPayload = payloadType('nominateExpert', 'expert', Expert);
/** What `confirmExpert` answers. */
export const ConfirmExpertPayload = payloadType('confirmExpert', 'expert', Expert);
/** What `retireExpert` answers. */
export const RetireExpertPayload = payloadType('retireExpert', 'expert', Expert);
/** What `declareConflict` answers. */
export const DeclareConflictPayload = payloadType('declareConflict', 'expert', Expert);
