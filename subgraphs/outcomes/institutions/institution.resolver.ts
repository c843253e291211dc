import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Int, Resolver, Root } from 'type-graphql';
import { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { selectsTotal } from '../../kit/room/connection/selects-total.js';
import { Public } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import type { CourseService } from '../courses/course.service.js';
import { CourseConnection } from '../courses/course.types.js';
import type { OutcomeService } from '../outcomes/outcome.service.js';
import { LearningOutcomeConnection } from '../outcomes/outcome.types.js';
import { InstitutionReference } from './institution.types.js';

/** What this room adds to an institution. */
@Resolver(() => InstitutionReference)
export class InstitutionResolver {
  readonly #courses: CourseService;
  readonly #outcomes: OutcomeService;

  constructor(courses: CourseService, outcomes: OutcomeService) {
    this.#courses = courses;
    this.#outcomes = outcomes;
  }

  @FieldResolver(() => CourseConnection, { nullable: true, description: 'Its courses, by code.' })
  @Public()
  courses(
    @Root() institution: InstitutionReference,
    @Args(() => PageArguments) args: PageArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return this.#courses.list(scope, { institutionId: institution.id }, args, selectsTotal(info));
  }

  @FieldResolver(() => Int, { nullable: true, description: 'How many courses it has.' })
  @Public()
  courseCount(@Root() institution: InstitutionReference, @Ctx() { scope }: RoomContext): Promise<number> {
    return this.#courses.count(scope, institution.id);
  }

  @FieldResolver(() => LearningOutcomeConnection, {
    nullable: true,
    description: 'Its learning outcomes: those that were certified; its officials see those under way too.',
  })
  @Public()
  outcomes(
    @Root() institution: InstitutionReference,
    @Args(() => PageArguments) args: PageArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return this.#outcomes.list(scope, { issuerId: institution.id }, args, selectsTotal(info));
  }
}
