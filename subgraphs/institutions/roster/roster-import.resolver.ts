import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Upload } from '../../kit/room/files/upload.types.js';
import { RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import type { Payload } from '../../kit/room/scope/mutate.js';
import { JobRowError } from '../../kit/room/schema/shared-types.js';
import { RosterComparison } from './roster-comparison.types.js';
import type { RosterImportService } from './roster-import.service.js';
import {
  CreateRosterUploadInput,
  CreateRosterUploadPayload,
  ImportRosterInput,
  ImportRosterPayload,
  RosterImport,
} from './roster-import.types.js';

/** Imports of the Ministry's list. */
@Resolver(() => RosterImport)
export class RosterImportResolver {
  readonly #imports: RosterImportService;

  constructor(imports: RosterImportService) {
    this.#imports = imports;
  }

  @Query(() => RosterImport, {
    nullable: true,
    description: 'An import of the roster; poll it, or subscribe to it.',
  })
  @RequiresRole('SECRETARIAT')
  rosterImport(@Arg('id', () => ID) id: string, @Ctx() { scope }: RoomContext): Promise<RosterImport | null> {
    return this.#imports.byId(scope, id);
  }

  @FieldResolver(() => [JobRowError])
  rejected(@Root() rosterImport: RosterImport, @Ctx() { scope }: RoomContext): Promise<JobRowError[]> {
    return this.#imports.rejected(scope, rosterImport.id);
  }

  @FieldResolver(() => RosterComparison, {
    nullable: true,
    description: 'What the list would change; null while it runs, and where there was nothing to confirm.',
  })
  comparison(
    @Root() rosterImport: RosterImport,
    @Ctx() { scope }: RoomContext,
  ): Promise<RosterComparison | null> {
    return this.#imports.comparison(scope, rosterImport.id);
  }

  @Mutation(() => CreateRosterUploadPayload, {
    nullable: true,
    description: 'Opens a one-time upload for a list of institutions.',
  })
  @RequiresRole('SECRETARIAT')
  createRosterUpload(
    @Arg('input', () => CreateRosterUploadInput) input: CreateRosterUploadInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<Payload<{ upload: Upload }>> {
    return this.#imports.createUpload(scope, input);
  }

  @Mutation(() => ImportRosterPayload, {
    nullable: true,
    description:
      "Imports the Ministry's list: the first at once, a newer one as a comparison; long work, returns its job.",
  })
  @RequiresRole('SECRETARIAT')
  importRoster(
    @Arg('input', () => ImportRosterInput) input: ImportRosterInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<Payload<{ rosterImport: RosterImport }>> {
    return this.#imports.start(scope, input);
  }
}
