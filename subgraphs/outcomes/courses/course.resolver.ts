import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from 'type-graphql';
import { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { selectsTotal } from '../../kit/room/connection/selects-total.js';
import { Public } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import type { CourseService } from './course.service.js';
import { Course, CourseConnection, CourseOfferingConnection, CoursesArguments } from './course.types.js';

/** The catalogs' root fields. */
@Resolver(() => Course)
export class CourseResolver {
  readonly #courses: CourseService;

  constructor(courses: CourseService) {
    this.#courses = courses;
  }

  @Query(() => Course, { nullable: true, description: 'One course.' })
  @Public()
  course(@Arg('id', () => ID) id: string, @Ctx() { scope }: RoomContext): Promise<Course | null> {
    return this.#courses.byId(scope, id);
  }

  @Query(() => CourseConnection, {
    nullable: true,
    description: 'Courses of all catalogs, by code, page by page.',
  })
  @Public()
  courses(
    @Args(() => CoursesArguments) args: CoursesArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return this.#courses.list(scope, args.filter ?? {}, args, selectsTotal(info));
  }

  @FieldResolver(() => CourseOfferingConnection, { description: 'Its classes, term by term.' })
  @Public()
  offerings(
    @Root() course: Course,
    @Args(() => PageArguments) args: PageArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return this.#courses.offerings(scope, course.id, args, selectsTotal(info));
  }
}
