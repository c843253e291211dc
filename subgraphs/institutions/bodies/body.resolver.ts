import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, ID, Info, Query, Resolver } from 'type-graphql';
import { selectsTotal } from '../../kit/room/connection/selects-total.js';
import { Public } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import type { BodyService } from './body.service.js';
import { BodiesArguments, Body, BodyConnection } from './body.types.js';

/** The root fields of bodies. */
@Resolver(() => Body)
export class BodyResolver {
  readonly #bodies: BodyService;

  constructor(bodies: BodyService) {
    this.#bodies = bodies;
  }

  @Query(() => Body, { nullable: true, description: 'One body of the alliance.' })
  @Public()
  body(@Arg('id', () => ID) id: string, @Ctx() { scope }: RoomContext): Promise<Body | null> {
    return this.#bodies.byId(scope, id);
  }

  @Query(() => BodyConnection, {
    nullable: true,
    description: "The bodies of the alliance, in the order of the charter's articles.",
  })
  @Public()
  bodies(
    @Args(() => BodiesArguments) args: BodiesArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return this.#bodies.list(scope, args, selectsTotal(info));
  }
}
