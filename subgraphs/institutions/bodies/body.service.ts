import type { FilterQuery } from '@mikro-orm/postgresql';
import { connectionOf, type Connection } from '../../kit/room/connection/connection-type.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { BodyEntity, type BodyRow } from './body.entity.js';
import { bodyById, showBody } from './body.loader.js';
import type { BodiesArguments, Body, BodyFilter } from './body.types.js';

/** Reads of the bodies; they come with the charter and with sub-alliances, not by a step of their own. */
export class BodyService {
  /** One body, or null. */
  byId(scope: RequestScope, id: string): Promise<Body | null> {
    return scope.load(bodyById, id);
  }

  /** A page of bodies, in the order of the charter's articles. */
  async list(scope: RequestScope, args: BodiesArguments, withTotal: boolean): Promise<Connection<Body>> {
    const page = await scope.page(BodyEntity, args, {
      where: condition(args.filter ?? {}),
      orderBy: [{ article: 'asc' }],
      withTotal,
    });
    return connectionOf(page, showBody);
  }
}

function condition({ kind, active }: BodyFilter): FilterQuery<BodyRow> {
  return {
    ...(kind == null ? {} : { kind }),
    ...(active == null ? {} : { endedAt: active ? null : { $ne: null } }),
  };
}
