import { ArgsType, Directive, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { connectionType } from '../../kit/room/connection/connection-type.js';
import { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { Public } from '../../kit/room/policy/field-rights.js';
import { DateScalar, DecimalScalar } from '../../kit/room/schema/scalars.js';
import { Credits } from '../../kit/room/schema/shared-types.js';
import { InstitutionReference } from '../institutions/institution.types.js';

/** An exact fraction in lowest terms. */
@ObjectType({ description: 'An exact fraction in lowest terms; integers as strings.' })
@Directive('@shareable')
export class Fraction {
  @Field(() => String)
  numerator!: string;

  @Field(() => String)
  denominator!: string;
}

/** A class of a course in one term. */
@ObjectType({ description: 'A class of a course in one term (教学班); its hours and credits are its own.' })
export class CourseOffering {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { description: 'For example 2018-2019.' })
  academicYear!: string;

  @Field(() => Int, { description: '1 autumn, 2 spring, 3 summer.' })
  term!: number;

  @Field(() => String, { description: 'The class number as the school writes it (选课课号).' })
  classKey!: string;

  @Field(() => String, { nullable: true, description: 'The school or department that teaches the class.' })
  unit!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The year of enrolment it is meant for; null for everybody.',
  })
  cohort!: string | null;

  @Field(() => Int, { nullable: true, description: 'How many people, as the school states it.' })
  capacity!: number | null;

  @Field(() => DecimalScalar, { description: 'Contact hours.' })
  hours!: string;

  @Field(() => Credits)
  credits!: Credits;

  @Field(() => Fraction)
  hoursPerCredit!: Fraction;
}

/** A page of classes. */
export const CourseOfferingConnection = connectionType(CourseOffering, 'CourseOffering');

/** A course of an institution's catalog. */
@ObjectType({ description: "A course of an institution's catalog, with its facts from one date on." })
@Directive('@key(fields: "id")')
@Public()
export class Course {
  @Field(() => ID)
  id!: string;

  @Field(() => InstitutionReference, { nullable: true })
  institution!: InstitutionReference | null;

  @Field(() => String, { description: 'The course code of the institution.' })
  code!: string;

  @Field(() => String)
  name!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The school or department that teaches most of its classes.',
  })
  unit!: string | null;

  @Field(() => Credits)
  credits!: Credits;

  @Field(() => DecimalScalar, { description: 'Contact hours.' })
  hours!: string;

  @Field(() => Fraction)
  hoursPerCredit!: Fraction;

  @Field(() => String, { nullable: true, description: "How it is graded, in the institution's words." })
  grading!: string | null;

  @Field(() => DateScalar, { description: 'From when these facts hold.' })
  validFrom!: string;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'From when other facts hold; null for the latest edition.',
  })
  validTo!: string | null;
}

/** A page of courses. */
export const CourseConnection = connectionType(Course, 'Course');

/** Which courses to list. */
@InputType({
  description: 'Which courses to list, the latest edition of each; conditions are joined by AND.',
})
export class CourseFilter {
  @Field(() => ID, { nullable: true })
  institutionId?: string;

  @Field(() => String, { nullable: true, description: 'Part of the name.' })
  text?: string;

  @Field(() => String, { nullable: true, description: 'The whole course code.' })
  code?: string;
}

/** The arguments of `courses`. */
@ArgsType()
export class CoursesArguments extends PageArguments {
  @Field(() => CourseFilter, { nullable: true })
  filter?: CourseFilter;
}
