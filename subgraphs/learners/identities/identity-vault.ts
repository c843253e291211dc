import type { Clock } from '../../kit/base/clock.js';
import { parseResidentIdentityNumber } from '../../kit/base/identity/resident-identity.js';
import type { FieldCipher } from '../../kit/room/encryption/field-cipher.js';
import { mask } from '../../kit/room/encryption/mask.js';
import type { PersonIdentityRow } from './person-identity.entity.js';
import type { IdentityDocumentType, PersonIdentity } from './identity.types.js';

const purpose = 'person_identity.number';

/** The one place that sees identity numbers in the clear; it never gives one to the graph, a log or an error. */
export class IdentityVault {
  readonly #cipher: FieldCipher;
  readonly #clock: Clock;

  constructor(cipher: FieldCipher, clock: Clock) {
    this.#cipher = cipher;
    this.#clock = clock;
  }

  /**
   * What is stored of a number: sealed for this row, and its keyed hash.
   * @throws AmrloError `IDENTITY_NUMBER_INVALID`
   */
  seal(number: string, identityId: string): { sealedNumber: string; numberHash: string } {
    const { number: normal } = parseResidentIdentityNumber(number, this.#clock);
    return { sealedNumber: this.#cipher.seal(normal, context(identityId)), numberHash: this.hash(normal) };
  }

  /** The keyed hash of a number, valid or not; for looking it up and for standing in where the number must not go. */
  hash(number: string): string {
    return this.#cipher.lookup(number, purpose);
  }

  /** The number of a stored document; for the proof towards a school only. */
  open(row: PersonIdentityRow): string {
    return this.#cipher.open(row.sealedNumber, context(row.id));
  }

  /** What the graph shows of a document. */
  show(row: PersonIdentityRow): PersonIdentity {
    return {
      id: row.id,
      documentType: row.documentType as IdentityDocumentType,
      issuer: row.issuer,
      maskedNumber: mask(this.open(row)),
      verifiedAt: row.verifiedAt ?? null,
    };
  }
}

/** Ties a sealed number to its row, so that a copy in another row does not open. */
function context(identityId: string): string {
  return `person_identity.sealed_number:${identityId}`;
}
