import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, Info, Int, Mutation, Query, Resolver } from 'type-graphql';
import { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { selectsTotal } from '../../kit/room/connection/selects-total.js';
import { RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import type { FigureSnapshotService } from './figure-snapshot.service.js';
import {
  CorrectFrozenFiguresInput,
  CorrectFrozenFiguresPayload,
  FigureSnapshot,
  FigureSnapshotConnection,
  FreezeFiguresInput,
  FreezeFiguresPayload,
  type FigureSnapshotPayload,
} from './figure-snapshot.types.js';

/** Frozen figures. */
@Resolver()
export class FigureSnapshotResolver {
  readonly #snapshots: FigureSnapshotService;

  constructor(snapshots: FigureSnapshotService) {
    this.#snapshots = snapshots;
  }

  @Query(() => FigureSnapshot, {
    nullable: true,
    description: 'The frozen figures of a year; the latest edition where none is named.',
  })
  @RequiresRole('SECRETARIAT', 'COUNCIL_MEMBER')
  figureSnapshot(
    @Arg('year', () => Int) year: number,
    @Arg('edition', () => Int, { nullable: true }) edition: number | null | undefined,
    @Ctx() { scope }: RoomContext,
  ): Promise<FigureSnapshot | null> {
    return this.#snapshots.of(scope, year, edition ?? null);
  }

  @Query(() => FigureSnapshotConnection, {
    nullable: true,
    description: 'Frozen figures, the latest year first.',
  })
  @RequiresRole('SECRETARIAT', 'COUNCIL_MEMBER')
  figureSnapshots(
    @Args(() => PageArguments) args: PageArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return this.#snapshots.list(scope, args, selectsTotal(info));
  }

  @Mutation(() => FreezeFiguresPayload, {
    nullable: true,
    description: 'Freezes the figures of a year as they are now, from all subgraphs or not at all.',
  })
  @RequiresRole('SECRETARIAT')
  freezeFigures(
    @Arg('input', () => FreezeFiguresInput) input: FreezeFiguresInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<FigureSnapshotPayload> {
    return this.#snapshots.freeze(scope, input);
  }

  @Mutation(() => CorrectFrozenFiguresPayload, {
    nullable: true,
    description: 'Makes another edition of a frozen year, with a reason; the earlier editions stay.',
  })
  @RequiresRole('SECRETARIAT')
  correctFrozenFigures(
    @Arg('input', () => CorrectFrozenFiguresInput) input: CorrectFrozenFiguresInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<FigureSnapshotPayload> {
    return this.#snapshots.correct(scope, input);
  }
}
