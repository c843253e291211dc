import type { Clock } from '../../kit/base/clock.js';
import type { Role } from '../../kit/base/identity/principal.js';
import type { MutationTransaction } from '../../kit/room/scope/mutate.js';
import { GrantEntity } from './grant.entity.js';

/** Those of the people named by subject who hold one of the roles now, as far as the caller may see grants. */
export async function holdersAmong(
  transaction: MutationTransaction,
  subjects: readonly string[],
  roles: readonly Role[],
  clock: Clock,
): Promise<ReadonlySet<string>> {
  const now = clock.now();
  const grants = await transaction.find(GrantEntity, {
    subject: { $in: [...subjects] },
    role: { $in: [...roles] },
    validFrom: { $lte: now },
    $or: [{ validTo: null }, { validTo: { $gt: now } }],
  });
  return new Set(grants.map(({ subject }) => subject));
}
