import { Arg, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Authenticated, RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import { depositByResult } from '../deposits/deposit.loader.js';
import { Deposit } from '../deposits/deposit.types.js';
import { learnerById } from '../learners/learner.loader.js';
import { Learner } from '../learners/learner.types.js';
import { learnerIdByRecord } from './student-record.loader.js';
import type { StudentRecordService } from './student-record.service.js';
import {
  CourseResultReference,
  LinkStudentRecordInput,
  LinkStudentRecordPayload,
  StudentRecordReference,
  type StudentRecordLinkPayload,
} from './student-record.types.js';

/** What this room adds to a school's records. */
@Resolver(() => StudentRecordReference)
export class StudentRecordResolver {
  readonly #records: StudentRecordService;

  constructor(records: StudentRecordService) {
    this.#records = records;
  }

  @Query(() => [StudentRecordReference], {
    nullable: 'itemsAndList',
    description: 'The proved school records of a person; for services of this house.',
  })
  @RequiresRole('SERVICE')
  studentRecordLinks(
    @Arg('subject', () => String) subject: string,
    @Ctx() { scope }: RoomContext,
  ): Promise<StudentRecordReference[]> {
    return this.#records.ofSubject(scope, subject);
  }

  @Mutation(() => LinkStudentRecordPayload, {
    nullable: true,
    description:
      "Links a school record to the caller, when the school says that it carries the caller's identity.",
  })
  @Authenticated()
  linkStudentRecord(
    @Arg('input', () => LinkStudentRecordInput) input: LinkStudentRecordInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<StudentRecordLinkPayload> {
    return this.#records.link(scope, input);
  }

  @FieldResolver(() => Learner, { nullable: true, description: 'Whose record it is, where that is proved.' })
  @Authenticated()
  async learner(
    @Root() record: StudentRecordReference,
    @Ctx() { scope }: RoomContext,
  ): Promise<Learner | null> {
    const id = await scope.load(learnerIdByRecord, record);
    return id === null ? null : scope.load(learnerById, id);
  }
}

/** What this room adds to a school's results. */
@Resolver(() => CourseResultReference)
export class CourseResultResolver {
  @FieldResolver(() => Deposit, { nullable: true, description: 'The deposit that was made of this result.' })
  @Authenticated()
  deposit(@Root() result: CourseResultReference, @Ctx() { scope }: RoomContext): Promise<Deposit | null> {
    return scope.load(depositByResult, result);
  }
}
