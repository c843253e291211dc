import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { selectsTotal } from '../../kit/room/connection/selects-total.js';
import type { Upload } from '../../kit/room/files/upload.types.js';
import { RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import type { Payload } from '../../kit/room/scope/mutate.js';
import { JobRowError } from '../../kit/room/schema/shared-types.js';
import { catalogOfficials, type CatalogImportService } from './catalog-import.service.js';
import {
  CatalogImport,
  CreateCatalogUploadInput,
  CreateCatalogUploadPayload,
  ImportCatalogInput,
  ImportCatalogPayload,
  QuarantinedRowConnection,
} from './catalog-import.types.js';

/** Imports of catalogs. */
@Resolver(() => CatalogImport)
export class CatalogImportResolver {
  readonly #imports: CatalogImportService;

  constructor(imports: CatalogImportService) {
    this.#imports = imports;
  }

  @Query(() => CatalogImport, {
    nullable: true,
    description: 'An import of a catalog; poll it, or subscribe to it.',
  })
  @RequiresRole(...catalogOfficials)
  catalogImport(
    @Arg('id', () => ID) id: string,
    @Ctx() { scope }: RoomContext,
  ): Promise<CatalogImport | null> {
    return this.#imports.byId(scope, id);
  }

  @FieldResolver(() => [JobRowError])
  rejected(@Root() catalogImport: CatalogImport, @Ctx() { scope }: RoomContext): Promise<JobRowError[]> {
    return this.#imports.rejected(scope, catalogImport.id);
  }

  @FieldResolver(() => QuarantinedRowConnection, {
    description: 'The rows that were set aside, in the order of the file.',
  })
  quarantined(
    @Root() catalogImport: CatalogImport,
    @Args(() => PageArguments) args: PageArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return this.#imports.quarantined(scope, catalogImport.id, args, selectsTotal(info));
  }

  @Mutation(() => CreateCatalogUploadPayload, {
    nullable: true,
    description: 'Opens a one-time upload for a catalog of courses.',
  })
  @RequiresRole(...catalogOfficials)
  createCatalogUpload(
    @Arg('input', () => CreateCatalogUploadInput) input: CreateCatalogUploadInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<Payload<{ upload: Upload }>> {
    return this.#imports.createUpload(scope, input);
  }

  @Mutation(() => ImportCatalogPayload, {
    nullable: true,
    description: "Imports an institution's catalog of courses; long work, returns its job.",
  })
  @RequiresRole(...catalogOfficials)
  importCatalog(
    @Arg('input', () => ImportCatalogInput) input: ImportCatalogInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<Payload<{ catalogImport: CatalogImport }>> {
    return this.#imports.start(scope, input);
  }
}
