import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import type { WriteBackService } from './write-back.service.js';
import {
  RecordExemptionWriteBackInput,
  RecordExemptionWriteBackPayload,
  type RecordExemptionWriteBackResult,
} from './write-back.types.js';

/** Entries of the audit trail about what is written into the systems of schools. */
@Resolver()
export class WriteBackResolver {
  readonly #writeBacks: WriteBackService;

  constructor(writeBacks: WriteBackService) {
    this.#writeBacks = writeBacks;
  }

  @Mutation(() => RecordExemptionWriteBackPayload, {
    nullable: true,
    description:
      "Puts into the audit trail, under the caller's name, what the caller writes into a school's system. It writes nothing there: that is writeBackExemption, which makes these entries by itself.",
  })
  @RequiresRole('SERVICE', 'REGISTRAR', 'INSTITUTION_ADMIN')
  recordExemptionWriteBack(
    @Arg('input', () => RecordExemptionWriteBackInput) input: RecordExemptionWriteBackInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<RecordExemptionWriteBackResult> {
    return this.#writeBacks.record(scope, input);
  }
}
