import { createHash } from 'node:crypto';
import { z } from 'zod';
import { legalDate } from '../../kit/base/clock.js';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { newId } from '../../kit/base/ids.js';
import { hasRole } from '../../kit/base/identity/principal.js';
import { canonicalJson } from '../../kit/room/audit/canonical-json.js';
import { connectionOf, type Connection } from '../../kit/room/connection/connection-type.js';
import type { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { constraintRefuses, mutate } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { collectFigures, type RoomFigures } from './collected-figures.js';
import { FigureSnapshotEntity, type FigureSnapshotRow } from './figure-snapshot.entity.js';
import type {
  CorrectFrozenFiguresInput,
  FigureSnapshot,
  FigureSnapshotPayload,
  FreezeFiguresInput,
} from './figure-snapshot.types.js';

constraintRefuses('figure_snapshot_edition', () => refuse('FIGURES_FROZEN', { year: '', edition: '' }));

const asked = z.object({
  year: z.number().int().min(2000).max(2199),
  reason: z.string().trim().min(5).max(1_000).nullish(),
});

/** Frozen figures, for annual reports (features.md #74). */
export class FigureSnapshotService {
  readonly #rooms: readonly RoomFigures[];

  /** @param rooms what is asked of the other rooms */
  constructor(rooms: readonly RoomFigures[]) {
    this.#rooms = rooms;
  }

  /** The frozen figures of a year, the latest edition where none is named; null where there are none. */
  async of(scope: RequestScope, year: number, edition: number | null): Promise<FigureSnapshot | null> {
    const where = edition === null ? { year } : { year, edition };
    const [row] = await scope.find(FigureSnapshotEntity, where, { orderBy: { edition: 'desc' }, limit: 1 });
    return row === undefined ? null : showFigureSnapshot(row);
  }

  /** A page of frozen figures, the latest year first. */
  async list(
    scope: RequestScope,
    args: PageArguments,
    withTotal: boolean,
  ): Promise<Connection<FigureSnapshot>> {
    const page = await scope.page(FigureSnapshotEntity, args, {
      where: {},
      orderBy: [{ year: 'desc' }, { edition: 'desc' }],
      withTotal,
    });
    return connectionOf(page, showFigureSnapshot);
  }

  /** Freezes the figures of a year as they are now; once for a year. */
  freeze(scope: RequestScope, input: FreezeFiguresInput): Promise<FigureSnapshotPayload> {
    return this.#freeze(scope, 'freezeFigures', input, null);
  }

  /** Makes another edition of a frozen year, with a reason; the earlier ones stay. */
  correct(scope: RequestScope, input: CorrectFrozenFiguresInput): Promise<FigureSnapshotPayload> {
    return this.#freeze(scope, 'correctFrozenFigures', input, input.reason);
  }

  async #freeze(
    scope: RequestScope,
    operation: 'freezeFigures' | 'correctFrozenFigures',
    input: FreezeFiguresInput,
    reason: string | null,
  ): Promise<FigureSnapshotPayload> {
    const asOf = scope.clock.now();
    const { year } = input;
    const isExpected = (editions: number) => (editions === 0) === (reason === null);
    // Collected before the transaction, in which no other room may be asked; and not in vain for what is refused anyway.
    const frozen = await scope.find(FigureSnapshotEntity, { year }, { fields: ['id', 'edition'] });
    const isWanted = hasRole(scope.principal, 'SECRETARIAT') && isExpected(frozen.length);
    const figures = isWanted ? await collectFigures(scope, this.#rooms, { year, asOf }) : {};
    return mutate(
      scope,
      { operation, action: 'FREEZE_FIGURES', subjectType: 'FigureSnapshot', input },
      async (transaction) => {
        if (!hasRole(scope.principal, 'SECRETARIAT')) throw refuse('ACTION_FORBIDDEN', { action: operation });
        checkInput(asked, input);
        if (year > Number(legalDate(asOf).slice(0, 4))) {
          throw refuse('FIGURES_OF_THE_FUTURE', { time: year }, ['input', 'year']);
        }
        const editions = await transaction.find(FigureSnapshotEntity, { year });
        if (!isExpected(editions.length)) {
          throw reason === null
            ? refuse('FIGURES_FROZEN', { year, edition: editions.length }, ['input', 'year'])
            : refuse('FIGURES_NOT_FROZEN', { year }, ['input', 'year']);
        }
        const edition = editions.length + 1;
        const content = canonicalJson({ year, edition, asOf, figures });
        const row = transaction.create(FigureSnapshotEntity, {
          id: newId('FigureSnapshot'),
          year,
          edition,
          asOf,
          content,
          hash: createHash('sha256').update(content).digest('hex'),
          reason: reason?.trim() ?? null,
          frozenBy: scope.principal.subject,
          createdAt: asOf,
        });
        transaction.audited({ subjectId: row.id, detail: { year, edition, hash: row.hash } });
        return { figureSnapshot: showFigureSnapshot(row) };
      },
    );
  }
}

function showFigureSnapshot(row: FigureSnapshotRow): FigureSnapshot {
  const { id, year, edition, asOf, content, hash } = row;
  return { id, year, edition, asOf, reason: row.reason ?? null, content, hash };
}
