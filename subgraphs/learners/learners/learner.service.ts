import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { noteDenial } from '../audit/read-audit.js';
import { identitiesByLearner } from '../identities/identity.loader.js';
import type { PersonIdentity } from '../identities/identity.types.js';
import type { IdentityVault } from '../identities/identity-vault.js';
import { LearnerEntity } from './learner.entity.js';
import { learnerById, showLearner } from './learner.loader.js';
import type { Learner } from './learner.types.js';

/** Learners, as themselves and others may see them. */
export class LearnerService {
  readonly #vault: IdentityVault;

  constructor(vault: IdentityVault) {
    this.#vault = vault;
  }

  /** The learner who asks; null for somebody who never opened an account. */
  async self(scope: RequestScope): Promise<Learner | null> {
    const row = await scope.findOne(LearnerEntity, { subject: scope.principal.subject });
    return row === null ? null : showLearner(scope, row);
  }

  /** One learner; null when absent or hidden, which is noted as a denial. */
  async byId(scope: RequestScope, id: string): Promise<Learner | null> {
    const learner = await scope.load(learnerById, id);
    if (learner === null) noteDenial(scope, 'READ_LEARNER', 'Learner', id);
    return learner;
  }

  /** The documents of a learner that the caller may see, masked. */
  async identities(scope: RequestScope, learnerId: string): Promise<PersonIdentity[]> {
    const rows = await scope.load(identitiesByLearner, learnerId);
    return rows.map((row) => this.#vault.show(row));
  }
}
