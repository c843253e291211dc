import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { payloadType } from '../../kit/room/schema/mutation-types.js';
import type { Payload } from '../../kit/room/scope/mutate.js';

/** What a student is exempted from (charter, article 12(8)); the same enum as in the contract of school records. */
export enum ExemptionKind {
  WAIVE_STUDY = 'WAIVE_STUDY',
  WAIVE_EXAM = 'WAIVE_EXAM',
  BOTH = 'BOTH',
}
registerEnumType(ExemptionKind, {
  name: 'ExemptionKind',
  description: 'What a student is exempted from (charter, article 12(8)).',
  valuesConfig: {
    WAIVE_STUDY: { description: '免修: neither study nor examination' },
    WAIVE_EXAM: { description: '免考: study, no examination' },
    BOTH: { description: '免修免考' },
  },
});

/** How far the writing of an exemption came. */
export enum ExemptionWriteBackOutcome {
  INTENDED = 'INTENDED',
  WRITTEN = 'WRITTEN',
  ALREADY_WRITTEN = 'ALREADY_WRITTEN',
  REFUSED = 'REFUSED',
}
registerEnumType(ExemptionWriteBackOutcome, {
  name: 'ExemptionWriteBackOutcome',
  description: "How far the writing of an exemption into a school's system came.",
  valuesConfig: {
    INTENDED: {
      description:
        'It is about to be sent. Without a second entry of the same reference nobody knows whether it was written: ask the school for the number of the certificate.',
    },
    WRITTEN: { description: 'The school has written it.' },
    ALREADY_WRITTEN: { description: 'The school had it already; nothing was written.' },
    REFUSED: { description: 'The school refused it; nothing was written.' },
  },
});

/** One entry for the audit trail; the student's number is kept as a keyed hash only. */
@InputType({
  description:
    'One entry for the audit trail about an exemption that is written into the system of a school.',
})
export class RecordExemptionWriteBackInput {
  @Field(() => ID)
  institutionId!: string;

  @Field(() => String, { description: 'Kept as a keyed hash only.' })
  studentNumber!: string;

  @Field(() => String)
  courseCode!: string;

  @Field(() => String, {
    description: 'The number of the conversion certificate that the exemption follows.',
  })
  certificateNumber!: string;

  @Field(() => ExemptionKind)
  kind!: ExemptionKind;

  @Field(() => ExemptionWriteBackOutcome)
  outcome!: ExemptionWriteBackOutcome;

  @Field(() => String, {
    description: 'The same for all entries of one writing: 8 to 64 printable ASCII characters.',
  })
  reference!: string;
}

/** What is in the trail now. */
@ObjectType({ description: 'An entry of the audit trail about an exemption.' })
export class ExemptionWriteBackEntry {
  @Field(() => String)
  reference!: string;

  @Field(() => ExemptionWriteBackOutcome)
  outcome!: ExemptionWriteBackOutcome;
}

/** What the mutation answers. */
export type RecordExemptionWriteBackResult = Payload<{ entry: ExemptionWriteBackEntry }>;

/** What `recordExemptionWriteBack` answers. */
export const RecordExemptionWriteBackPayload = payloadType(
  'recordExemptionWriteBack',
  'entry',
  ExemptionWriteBackEntry,
);
