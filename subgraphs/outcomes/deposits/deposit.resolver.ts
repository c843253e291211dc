import { Ctx, Directive, FieldResolver, Resolver, Root } from 'type-graphql';
import { Authenticated } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import type { CourseService } from '../courses/course.service.js';
import { Course } from '../courses/course.types.js';
import type { OutcomeService } from '../outcomes/outcome.service.js';
import { LearningOutcome } from '../outcomes/outcome.types.js';
import { DepositReference } from './deposit.types.js';

/** What this room adds to a deposit: the public catalog entry behind it. */
@Resolver(() => DepositReference)
export class DepositResolver {
  readonly #courses: CourseService;
  readonly #outcomes: OutcomeService;

  constructor(courses: CourseService, outcomes: OutcomeService) {
    this.#courses = courses;
    this.#outcomes = outcomes;
  }

  @FieldResolver(() => Course, {
    nullable: true,
    description: "The course in the issuer's catalog, its latest edition.",
  })
  @Directive('@requires(fields: "issuerId courseCode")')
  @Authenticated()
  course(@Root() deposit: DepositReference, @Ctx() { scope }: RoomContext): Promise<Course | null> {
    return this.#courses.byCode(scope, deposit);
  }

  @FieldResolver(() => LearningOutcome, {
    nullable: true,
    description: 'The certified outcome for the course, the one recognised last.',
  })
  @Directive('@requires(fields: "issuerId courseCode")')
  @Authenticated()
  outcome(@Root() deposit: DepositReference, @Ctx() { scope }: RoomContext): Promise<LearningOutcome | null> {
    return this.#outcomes.byCourseCode(scope, deposit);
  }
}
