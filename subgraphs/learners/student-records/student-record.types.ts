import { Directive, Field, ID, InputType, ObjectType } from 'type-graphql';
import { payloadType } from '../../kit/room/schema/mutation-types.js';
import { DateTimeScalar } from '../../kit/room/schema/scalars.js';
import type { Payload } from '../../kit/room/scope/mutate.js';

/** A person's record at one school; the school answers for everything but the key. */
@ObjectType('StudentRecord')
@Directive('@key(fields: "institutionId studentNumber")')
export class StudentRecordReference {
  @Field(() => ID)
  @Directive('@authenticated')
  institutionId!: string;

  @Field(() => String)
  @Directive('@authenticated')
  studentNumber!: string;
}

/** What a student achieved in one class; the school answers for everything but the key. */
@ObjectType('CourseResult')
@Directive('@key(fields: "institutionId nativeKey")')
export class CourseResultReference {
  @Field(() => ID)
  @Directive('@authenticated')
  institutionId!: string;

  @Field(() => String)
  @Directive('@authenticated')
  nativeKey!: string;
}

/** A school record that belongs to a learner. */
@ObjectType({ description: 'A school record that belongs to a learner.' })
export class StudentRecordLink {
  @Field(() => ID)
  id!: string;

  @Field(() => ID)
  institutionId!: string;

  @Field(() => String)
  studentNumber!: string;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'Since when the record counts; null until the identity of the learner is verified.',
  })
  confirmedAt!: Date | null;
}

/** A school record to link to the caller. */
@InputType({ description: "A school record to link to the caller's account." })
export class LinkStudentRecordInput {
  @Field(() => ID)
  institutionId!: string;

  @Field(() => String)
  studentNumber!: string;

  @Field(() => String)
  idempotencyKey!: string;
}

/** What a mutation of a link answers. */
export type StudentRecordLinkPayload = Payload<{ link: StudentRecordLink }>;

/** What `linkStudentRecord` answers. */
export const LinkStudentRecordPayload = payloadType('linkStudentRecord', 'link', StudentRecordLink);
