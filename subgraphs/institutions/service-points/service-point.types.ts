import { ArgsType, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from '../../kit/room/connection/connection-type.js';
import { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { payloadType, reasonedStepInput, stepInput } from '../../kit/room/schema/mutation-types.js';
import { DateTimeScalar, DecimalScalar } from '../../kit/room/schema/scalars.js';
import type { Payload } from '../../kit/room/scope/mutate.js';

/** What kind of place it is. */
export enum ServicePointKind {
  BRANCH = 'BRANCH',
  HEI_POINT = 'HEI_POINT',
  MANAGEMENT_CENTRE = 'MANAGEMENT_CENTRE',
}
registerEnumType(ServicePointKind, {
  name: 'ServicePointKind',
  description: 'BRANCH: 学分银行分部. HEI_POINT: 高校网点. MANAGEMENT_CENTRE: 管理中心.',
});

/** A region by the codes of GB/T 2260. */
@ObjectType({ description: 'An administrative region by its codes of six digits (GB/T 2260).' })
export class Region {
  @Field(() => String, { description: 'The narrowest region that is known.' })
  code!: string;

  @Field(() => String)
  provinceCode!: string;

  @Field(() => String, { nullable: true })
  cityCode!: string | null;

  @Field(() => String, { nullable: true })
  districtCode!: string | null;
}

/** Decimal degrees in WGS 84. */
@ObjectType({ description: 'A place on the globe, in decimal degrees of WGS 84.' })
export class Coordinates {
  @Field(() => DecimalScalar, { description: 'Degrees north of the equator, -90 to 90.' })
  latitude!: string;

  @Field(() => DecimalScalar, { description: 'Degrees east of Greenwich, -180 to 180.' })
  longitude!: string;
}

/** A place where learners are served in person. */
@ObjectType({ description: 'A place where an institution serves learners in person.' })
export class ServicePoint {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { description: 'Two to twenty capital letters, digits or hyphens.' })
  pointCode!: string;

  @Field(() => ServicePointKind)
  kind!: ServicePointKind;

  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true })
  nameEn!: string | null;

  @Field(() => ID)
  hostInstitutionId!: string;

  @Field(() => Region)
  region!: Region;

  @Field(() => String)
  address!: string;

  @Field(() => String, { nullable: true, description: 'When it is open, in the language of the request.' })
  openingHours!: string | null;

  @Field(() => Coordinates, { nullable: true })
  coordinates!: Coordinates | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How far it is from the place that was asked for, along the globe; null where none was.',
  })
  distanceMetres!: number | null;

  @Field(() => DateTimeScalar)
  validFrom!: Date;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'The end of the half-open interval; null while it is open.',
  })
  validTo!: Date | null;

  @Field(() => Int)
  version!: number;
}

/** A page of service points. */
export const ServicePointConnection = connectionType(ServicePoint, 'ServicePoint');

/** A place to be near to. */
@InputType({ description: 'A place to be near to, in decimal degrees of WGS 84.' })
export class NearInput {
  @Field(() => DecimalScalar)
  latitude!: string;

  @Field(() => DecimalScalar)
  longitude!: string;

  @Field(() => Int, { nullable: true, description: 'Only what lies within so many kilometres.' })
  withinKm?: number;
}

/** Which service points to list. */
@InputType({ description: 'Which service points to list; conditions are joined by AND.' })
export class ServicePointFilter {
  @Field(() => String, {
    nullable: true,
    description: 'The code of a province, a city or a district (GB/T 2260): everything in it.',
  })
  regionCode?: string;

  @Field(() => ServicePointKind, { nullable: true })
  kind?: ServicePointKind;

  @Field(() => ID, { nullable: true })
  hostInstitutionId?: string;

  @Field(() => NearInput, {
    nullable: true,
    description: 'The nearest come first; those without coordinates are left out.',
  })
  near?: NearInput;

  @Field(() => Boolean, { nullable: true, description: 'Also those that are closed or not open yet.' })
  includeClosed?: boolean;
}

/** The arguments of `servicePoints`. */
@ArgsType()
export class ServicePointsArguments extends PageArguments {
  @Field(() => ServicePointFilter, { nullable: true })
  filter?: ServicePointFilter;
}

/** Coordinates to write down. */
@InputType({ description: 'A place on the globe, in decimal degrees of WGS 84; six digits after the point.' })
export class CoordinatesInput {
  @Field(() => DecimalScalar)
  latitude!: string;

  @Field(() => DecimalScalar)
  longitude!: string;
}

/** A service point to open. */
@InputType({ description: 'A service point to open.' })
export class OpenServicePointInput {
  @Field(() => String, { description: 'Two to twenty capital letters, digits or hyphens.' })
  pointCode!: string;

  @Field(() => ServicePointKind)
  kind!: ServicePointKind;

  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true })
  nameEn?: string | null;

  @Field(() => ID)
  hostInstitutionId!: string;

  @Field(() => String, { description: 'Six digits (GB/T 2260), of the district where it is known.' })
  regionCode!: string;

  @Field(() => String)
  address!: string;

  @Field(() => String, { nullable: true })
  openingHoursZh?: string | null;

  @Field(() => String, { nullable: true })
  openingHoursEn?: string | null;

  @Field(() => CoordinatesInput, { nullable: true })
  coordinates?: CoordinatesInput | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'From when; now when left out.' })
  validFrom?: Date;

  @Field(() => String)
  idempotencyKey!: string;
}

/** What of a service point to change. */
@InputType({ description: 'What to change: a field that is left out stays, one that is null is emptied.' })
export class ChangeServicePointInput extends stepInput('servicePointId') {
  @Field(() => String, { nullable: true })
  name?: string | null;

  @Field(() => String, { nullable: true })
  nameEn?: string | null;

  @Field(() => String, { nullable: true, description: 'Six digits (GB/T 2260).' })
  regionCode?: string | null;

  @Field(() => String, { nullable: true })
  address?: string | null;

  @Field(() => String, { nullable: true })
  openingHoursZh?: string | null;

  @Field(() => String, { nullable: true })
  openingHoursEn?: string | null;

  @Field(() => CoordinatesInput, { nullable: true })
  coordinates?: CoordinatesInput | null;
}

/** A service point to close. */
@InputType({ description: "A service point to close now; its clerks' grants end with it." })
export class CloseServicePointInput extends reasonedStepInput(
  'servicePointId',
  'Why, at most 1,000 characters; kept in the history of the grants that end.',
) {}

/** What a mutation of a service point answers. */
export type ServicePointPayload = Payload<{ servicePoint: ServicePoint }>;

/** What `openServicePoint` answers. */
export const OpenServicePointPayload = payloadType('openServicePoint', 'servicePoint', ServicePoint);
/** What `changeServicePoint` answers. */
export const ChangeServicePointPayload = payloadType('changeServicePoint', 'servicePoint', ServicePoint);
/** What `closeServicePoint` answers. */
export const CloseServicePointPayload = payloadType('closeServicePoint', 'servicePoint', ServicePoint);
