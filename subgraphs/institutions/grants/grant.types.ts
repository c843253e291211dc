import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { payloadType, reasonedStepInput } from '../../kit/room/schema/mutation-types.js';
import { DateTimeScalar } from '../../kit/room/schema/scalars.js';
import type { Payload } from '../../kit/room/scope/mutate.js';

/** The roles that a grant can give. */
export enum GrantRole {
  TEACHER = 'TEACHER',
  REGISTRAR = 'REGISTRAR',
  SERVICE_POINT_CLERK = 'SERVICE_POINT_CLERK',
  INSTITUTION_ADMIN = 'INSTITUTION_ADMIN',
  EXPERT = 'EXPERT',
  COUNCIL_MEMBER = 'COUNCIL_MEMBER',
  CERTIFICATION_CENTRE = 'CERTIFICATION_CENTRE',
  SECRETARIAT = 'SECRETARIAT',
  SUPERVISOR = 'SUPERVISOR',
}
registerEnumType(GrantRole, { name: 'GrantRole', description: 'A role that a grant can give.' });

/** Who may act for which institution with which role, and when. */
@ObjectType({ description: 'Who may act for which institution with which role, and when.' })
export class Grant {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { description: "The identity provider's subject." })
  subject!: string;

  @Field(() => GrantRole)
  role!: GrantRole;

  @Field(() => ID, {
    nullable: true,
    description: 'The institution acted for; null for the bodies of the alliance.',
  })
  institutionId!: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The service point at which a clerk acts; null for every other role.',
  })
  servicePointId!: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The grant that this one was delegated from, and with which it ends.',
  })
  delegatedFromId!: string | null;

  @Field(() => Boolean, {
    description: 'Whether the person to whom it was delegated may delegate it once more.',
  })
  delegable!: boolean;

  @Field(() => String, { nullable: true, description: 'What it was delegated for.' })
  purpose!: string | null;

  @Field(() => String, { description: 'Who gave or delegated it.' })
  givenBy!: string;

  @Field(() => DateTimeScalar)
  from!: Date;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'The end of the half-open interval; null while open.',
  })
  to!: Date | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When it is looked whether the grant is still needed. Nothing ends by itself then.',
  })
  reviewDueAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'Why it was ended before its time.' })
  endReason!: string | null;

  @Field(() => Int)
  version!: number;
}

/** Who asks, as this graph sees them. */
@ObjectType({ description: 'Who asks, as this graph sees them.' })
export class Viewer {
  @Field(() => String)
  subject!: string;

  @Field(() => [String], { description: 'The roles in force for this request.' })
  roles!: string[];

  @Field(() => [Grant], {
    description: 'Every grant that the viewer holds now; Acting-Grant picks one of them.',
  })
  grants!: Grant[];

  @Field(() => [Grant], {
    description: 'What the viewer has let others act with and is not over; also what begins later.',
  })
  delegationsGiven!: Grant[];

  @Field(() => [Grant], {
    description: 'What others have let the viewer act with and is not over; also what begins later.',
  })
  delegationsReceived!: Grant[];
}

/** Whose grants were changed, for the gateway. */
@ObjectType({ description: 'Whose grants were changed, for services of this house.' })
export class GrantChanges {
  @Field(() => String, { description: 'To be given back at the next look.' })
  cursor!: string;

  @Field(() => Boolean, {
    description: 'False when it cannot be said what was changed; then anything may have been.',
  })
  complete!: boolean;

  @Field(() => [String])
  subjects!: string[];
}

/** The grants of one person, for the gateway. */
@ObjectType({ description: 'The grants of one person, for services of this house.' })
export class PrincipalGrants {
  @Field(() => Int, { description: 'Rises whenever a grant of this person changes.' })
  epoch!: number;

  @Field(() => [Grant])
  grants!: Grant[];
}

/** A grant to give. */
@InputType({ description: 'A grant to give.' })
export class GiveGrantInput {
  @Field(() => String)
  subject!: string;

  @Field(() => GrantRole)
  role!: GrantRole;

  @Field(() => ID, { nullable: true })
  institutionId?: string;

  @Field(() => ID, { nullable: true, description: 'For a clerk: the service point of the institution.' })
  servicePointId?: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'From when; now when left out.' })
  from?: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Until when; open when left out.' })
  to?: Date;

  @Field(() => String)
  idempotencyKey!: string;
}

/** A grant to end at once. */
@InputType({ description: 'A grant to end at once.' })
export class RevokeGrantInput extends reasonedStepInput('grantId', 'Why; kept in the audit trail.') {}

/** A grant of one's own to let another person act with. */
@InputType({ description: "A grant of one's own to let another person act with, for a time and a purpose." })
export class DelegateGrantInput {
  @Field(() => ID)
  grantId!: string;

  @Field(() => String)
  subject!: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'From when; now when left out.' })
  from?: Date;

  @Field(() => DateTimeScalar, { description: "Until when; not later than one's own grant." })
  to!: Date;

  @Field(() => String, { description: 'What for, at most 500 characters.' })
  purpose!: string;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether that person may delegate it once more; no when left out.',
  })
  delegable?: boolean;

  @Field(() => String)
  idempotencyKey!: string;
}

/** What a mutation of a grant answers. */
export type GrantPayload = Payload<{ grant: Grant }>;

/** What `giveGrant` answers. */
export const GiveGrantPayload = payloadType('giveGrant', 'grant', Grant);
/** What `delegateGrant` answers. */
export const DelegateGrantPayload = payloadType('delegateGrant', 'grant', Grant);
/** What `revokeGrant` answers. */
export const RevokeGrantPayload = payloadType('revokeGrant', 'grant', Grant);
