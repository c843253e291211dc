import { ArgsType, Directive, Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from '../../kit/room/connection/connection-type.js';
import { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { Public } from '../../kit/room/policy/field-rights.js';
import { DateScalar } from '../../kit/room/schema/scalars.js';

/** What kind of body an institution is; associations and enterprises are members too. */
export enum InstitutionKind {
  HIGHER_EDUCATION = 'HIGHER_EDUCATION',
  ASSOCIATION = 'ASSOCIATION',
  ENTERPRISE = 'ENTERPRISE',
  TRAINING_PROVIDER = 'TRAINING_PROVIDER',
  PUBLIC_BODY = 'PUBLIC_BODY',
  COMMUNITY_COLLEGE = 'COMMUNITY_COLLEGE',
}
registerEnumType(InstitutionKind, {
  name: 'InstitutionKind',
  description: 'What kind of body an institution is.',
});

/** The Ministry's level of a higher education institution (办学层次). */
export enum InstitutionLevel {
  UNDERGRADUATE = 'UNDERGRADUATE',
  JUNIOR_COLLEGE = 'JUNIOR_COLLEGE',
}
registerEnumType(InstitutionLevel, {
  name: 'InstitutionLevel',
  description: 'The level in the Ministry list (办学层次): UNDERGRADUATE is 本科, JUNIOR_COLLEGE is 专科.',
});

/** Where an institution stands with the Ministry's list. */
export enum InstitutionListing {
  LISTED = 'LISTED',
  GONE = 'GONE',
  MERGED = 'MERGED',
}
registerEnumType(InstitutionListing, {
  name: 'InstitutionListing',
  description: "Where an institution stands with the Ministry's list; says nothing about its membership.",
  valuesConfig: {
    GONE: { description: 'A later list does not have it any more.' },
    MERGED: { description: 'A later list does not have it any more; it went into `mergedInto`.' },
  },
});

/** An institution: a university, a college, an association, an enterprise, a training provider. */
@ObjectType({ description: 'An institution on the roster, whether it is a member of the alliance or not.' })
@Directive('@key(fields: "id")')
@Public()
export class Institution {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { description: 'The official name.' })
  name!: string;

  @Field(() => String, { nullable: true })
  nameEn!: string | null;

  @Field(() => InstitutionKind)
  kind!: InstitutionKind;

  @Field(() => String, { nullable: true, description: 'The Ministry code of ten digits (学校标识码).' })
  moeCode!: string | null;

  @Field(() => String, { nullable: true, description: 'The authority in charge (主管部门).' })
  authority!: string | null;

  @Field(() => String, { nullable: true, description: 'The province (省、自治区、直辖市).' })
  province!: string | null;

  @Field(() => String, { nullable: true, description: 'The place (所在地).' })
  city!: string | null;

  @Field(() => InstitutionLevel, { nullable: true })
  level!: InstitutionLevel | null;

  @Field(() => String, { nullable: true, description: 'The remark in the list (备注), for example 民办.' })
  note!: string | null;

  @Field(() => String, { description: 'The country, ISO 3166-1 alpha-2.' })
  country!: string;

  @Field(() => String, { nullable: true, description: 'The identifier by SCHAC, for example uw.edu.pl.' })
  schac!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The unified social credit code of eighteen characters (统一社会信用代码).',
  })
  creditCode!: string | null;

  @Field(() => InstitutionListing, {
    nullable: true,
    description: "Where it stands with the Ministry's list; null when the list never had it.",
  })
  listing!: InstitutionListing | null;

  @Field(() => DateScalar, { nullable: true, description: 'The date of the list that said so first.' })
  listingSince!: string | null;

  /** The graph shows the institution itself, as `mergedInto`. */
  mergedIntoId!: string | null;
}

/** A page of institutions. */
export const InstitutionConnection = connectionType(Institution, 'Institution');

/** Which institutions to list. */
@InputType({ description: 'Which institutions to list; conditions are joined by AND.' })
export class InstitutionFilter {
  @Field(() => String, { nullable: true, description: 'Part of the name.' })
  nameContains?: string;

  @Field(() => String, { nullable: true })
  province?: string;

  @Field(() => String, { nullable: true, description: 'The country, ISO 3166-1 alpha-2.' })
  country?: string;

  @Field(() => InstitutionListing, { nullable: true })
  listing?: InstitutionListing;

  @Field(() => InstitutionLevel, { nullable: true })
  level?: InstitutionLevel;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Only institutions that are, or are not, members now.',
  })
  member?: boolean;
}

/** How institutions are ordered. */
export enum InstitutionOrder {
  NAME_ASC = 'NAME_ASC',
  NAME_DESC = 'NAME_DESC',
  MOE_CODE_ASC = 'MOE_CODE_ASC',
  ENGLISH_NAME_ASC = 'ENGLISH_NAME_ASC',
}
registerEnumType(InstitutionOrder, { name: 'InstitutionOrder' });

/** The arguments of `institutions`. */
@ArgsType()
export class InstitutionsArguments extends PageArguments {
  @Field(() => InstitutionFilter, { nullable: true })
  filter?: InstitutionFilter;

  @Field(() => InstitutionOrder, { nullable: true, defaultValue: InstitutionOrder.MOE_CODE_ASC })
  orderBy!: InstitutionOrder;
}
