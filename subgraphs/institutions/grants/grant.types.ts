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

  @Field(() => DateTimeScalar)
  from!: Date;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'The end of the half-open interval; null while open.',
  })
  to!: Date | null;

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

/** What a mutation of a grant answers. */
export type GrantPayload = Payload<{ grant: Grant }>;

/** What `giveGrant` answers. */
export const GiveGrantPayload = payloadType('giveGrant', 'grant', Grant);
/** What `revokeGrant` answers. */
export const RevokeGrantPayload = payloadType('revokeGrant', 'grant', Grant);
