import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Connection } from '../../kit/room/connection/connection-type.js';
import { selectsTotal } from '../../kit/room/connection/selects-total.js';
import { Authenticated, Public, RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import { Grant } from '../grants/grant.types.js';
import type { ServicePointService } from './service-point.service.js';
import {
  ChangeServicePointInput,
  ChangeServicePointPayload,
  CloseServicePointInput,
  CloseServicePointPayload,
  OpenServicePointInput,
  OpenServicePointPayload,
  ServicePoint,
  ServicePointConnection,
  ServicePointsArguments,
  type ServicePointPayload,
} from './service-point.types.js';

/** Where learners are served in person. */
@Resolver(() => ServicePoint)
export class ServicePointResolver {
  readonly #points: ServicePointService;

  constructor(points: ServicePointService) {
    this.#points = points;
  }

  @Query(() => ServicePoint, { nullable: true, description: 'One service point, also one that is closed.' })
  @Public()
  servicePoint(@Arg('id', () => ID) id: string, @Ctx() { scope }: RoomContext): Promise<ServicePoint | null> {
    return this.#points.byId(scope, id);
  }

  @Query(() => ServicePointConnection, {
    nullable: true,
    description: 'Service points by code, or the nearest first where a place is named.',
  })
  @Public()
  servicePoints(
    @Args(() => ServicePointsArguments) args: ServicePointsArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<ServicePoint>> {
    return this.#points.list(scope, args, selectsTotal(info));
  }

  @FieldResolver(() => [Grant], {
    nullable: true,
    description: 'The grants in force of its clerks, as far as the caller may see them.',
  })
  @Authenticated()
  staff(@Root() point: ServicePoint, @Ctx() { scope }: RoomContext): Promise<Grant[]> {
    return this.#points.staff(scope, point.id);
  }

  @Mutation(() => OpenServicePointPayload, { nullable: true, description: 'Opens a service point.' })
  @RequiresRole('SECRETARIAT', 'INSTITUTION_ADMIN')
  openServicePoint(
    @Arg('input', () => OpenServicePointInput) input: OpenServicePointInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<ServicePointPayload> {
    return this.#points.open(scope, input);
  }

  @Mutation(() => ChangeServicePointPayload, {
    nullable: true,
    description: 'Changes what is shown of a service point.',
  })
  @RequiresRole('SECRETARIAT', 'INSTITUTION_ADMIN')
  changeServicePoint(
    @Arg('input', () => ChangeServicePointInput) input: ChangeServicePointInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<ServicePointPayload> {
    return this.#points.change(scope, input);
  }

  @Mutation(() => CloseServicePointPayload, {
    nullable: true,
    description: "Closes a service point now; its clerks' grants end with it.",
  })
  @RequiresRole('SECRETARIAT', 'INSTITUTION_ADMIN')
  closeServicePoint(
    @Arg('input', () => CloseServicePointInput) input: CloseServicePointInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<ServicePointPayload> {
    return this.#points.close(scope, input);
  }
}
