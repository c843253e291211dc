import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Public } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import { institutionById } from '../institutions/institution.loader.js';
import { Institution } from '../institutions/institution.types.js';
import { mergedIntoInstitution, successorByInstitution } from './successors.js';

/** What a merger adds to an institution. */
@Resolver(() => Institution)
export class SuccessorResolver {
  @FieldResolver(() => Institution, {
    nullable: true,
    description:
      'The institution that acts for it since it was merged; the last one where mergers followed each other.',
  })
  @Public()
  async successor(
    @Root() institution: Institution,
    @Ctx() { scope }: RoomContext,
  ): Promise<Institution | null> {
    const successorId = await scope.load(successorByInstitution, institution.id);
    return successorId === null ? null : scope.load(institutionById, successorId);
  }

  @FieldResolver(() => [Institution], {
    nullable: true,
    description: 'The institutions that were merged into it, over any number of mergers.',
  })
  @Public()
  async predecessors(
    @Root() institution: Institution,
    @Ctx() { scope }: RoomContext,
  ): Promise<Institution[]> {
    const ids = await scope.load(mergedIntoInstitution, institution.id);
    const merged = await Promise.all(ids.map((id) => scope.load(institutionById, id)));
    return merged.filter((one) => one !== null);
  }
}
