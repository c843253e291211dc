import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { RoomContext } from '../../kit/room/room-context.js';
import { institutionById } from '../institutions/institution.loader.js';
import { Institution } from '../institutions/institution.types.js';
import { SubAllianceMember } from './sub-alliance.types.js';

/** Who a member of a sub-alliance is. */
@Resolver(() => SubAllianceMember)
export class SubAllianceMemberResolver {
  @FieldResolver(() => Institution, { nullable: true })
  institution(@Root() member: SubAllianceMember, @Ctx() { scope }: RoomContext): Promise<Institution | null> {
    return scope.load(institutionById, member.institutionId);
  }
}
