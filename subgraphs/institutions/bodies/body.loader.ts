import { refuse } from '../../kit/base/errors/amrlo-error.js';
import type { MutationTransaction } from '../../kit/room/scope/mutate.js';
import type { LoaderDefinition } from '../../kit/room/scope/request-scope.js';
import { BodyEntity, type BodyRow } from './body.entity.js';
import type { Body, BodyKind } from './body.types.js';

/** What the graph shows of a body. */
export function showBody(row: BodyRow): Body {
  return {
    id: row.id,
    kind: row.kind as BodyKind,
    name: { zh: row.nameZh, en: row.nameEn },
    article: row.article,
    subAllianceId: row.subAllianceId ?? null,
    endedAt: row.endedAt ?? null,
  };
}

/** Bodies by id; absent ones are null. */
export const bodyById: LoaderDefinition<string, Body | null> = {
  name: 'bodyById',
  async batch(scope, ids) {
    const rows = await scope.find(BodyEntity, { id: { $in: [...ids] } });
    const found = new Map(rows.map((row) => [row.id, showBody(row)]));
    return ids.map((id) => found.get(id) ?? null);
  },
};

/** The body that an input names. @throws AmrloError `NOT_FOUND` */
export async function bodyOf(transaction: MutationTransaction, bodyId: string): Promise<BodyRow> {
  const [body] = await transaction.find(BodyEntity, { id: bodyId });
  if (body === undefined) throw refuse('NOT_FOUND', { type: 'Body', id: bodyId }, ['input', 'bodyId']);
  return body;
}
