import { createHmac, randomBytes } from 'node:crypto';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';

const heldBy = `query HolderOfStudentRecord(
  $representations: [_Any!]!, $name: String!, $identityNumberHash: String!, $salt: String!
) {
  _entities(representations: $representations) {
    ... on StudentRecord { heldBy(name: $name, identityNumberHash: $identityNumberHash, salt: $salt) }
  }
}`;

/**
 * Asks a school whether a record is this person's. The number does not travel: the school computes the same keyed
 * hash over the number that it holds, with a salt that is used once.
 *
 * @returns null when the school's system cannot tell
 * @throws AmrloError `UPSTREAM_UNAVAILABLE` when the school did not answer
 */
export async function askWhetherHeldBy(
  scope: RequestScope,
  record: { institutionId: string; studentNumber: string },
  person: { name: string; identityNumber: string },
): Promise<boolean | null> {
  const salt = randomBytes(24).toString('base64url');
  const identityNumberHash = createHmac('sha256', salt).update(person.identityNumber).digest('hex');
  const { institutionId, studentNumber } = record;
  const answer = await scope
    .remote('records')
    .queryAsService<{ _entities: ({ heldBy: boolean | null } | null)[] }>('learners', heldBy, {
      representations: [{ __typename: 'StudentRecord', institutionId, studentNumber }],
      name: person.name,
      identityNumberHash,
      salt,
    });
  const [found] = answer._entities;
  // A school that has no such record gives no entity: then it is certainly not this person's.
  return found == null ? false : found.heldBy;
}
