import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import type { FigureExportService } from './figure-export.service.js';
import {
  ExportFiguresInput,
  ExportFiguresPayload,
  FigureExport,
  type FigureExportPayload,
} from './figure-export.types.js';

/** Exports of figures. */
@Resolver(() => FigureExport)
export class FigureExportResolver {
  readonly #exports: FigureExportService;

  constructor(exports: FigureExportService) {
    this.#exports = exports;
  }

  @Query(() => FigureExport, {
    nullable: true,
    description: 'An export of figures; poll it, or subscribe to it.',
  })
  @RequiresRole('SECRETARIAT', 'SUPERVISOR')
  figureExport(@Arg('id', () => ID) id: string, @Ctx() { scope }: RoomContext): Promise<FigureExport | null> {
    return this.#exports.byId(scope, id);
  }

  @FieldResolver(() => String, { nullable: true })
  downloadUrl(@Root() { id }: FigureExport, @Ctx() { scope }: RoomContext): Promise<string | null> {
    return this.#exports.downloadUrl(scope, id);
  }

  @Mutation(() => ExportFiguresPayload, {
    nullable: true,
    description:
      'Writes figures into a file; long work, returns its job. For a supervisor during a visit, within its scope.',
  })
  @RequiresRole('SECRETARIAT', 'SUPERVISOR')
  exportFigures(
    @Arg('input', () => ExportFiguresInput) input: ExportFiguresInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<FigureExportPayload> {
    return this.#exports.start(scope, input);
  }
}
