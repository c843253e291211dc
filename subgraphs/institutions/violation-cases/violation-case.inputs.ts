import { Field, ID, InputType } from 'type-graphql';
import { payloadType, stepInput } from '../../kit/room/schema/mutation-types.js';
import type { Payload } from '../../kit/room/scope/mutate.js';
import { MembershipExit } from '../membership-exits/membership-exit.types.js';
import { ViolationCase, ViolationClosing } from './violation-case.types.js';

/** What `openViolationCase` takes. */
@InputType({ description: 'What a member is said to have done; with it the member is asked to answer.' })
export class OpenViolationCaseInput {
  @Field(() => ID)
  membershipId!: string;

  @Field(() => String, { description: 'What is said to be violated; one to 200 characters.' })
  provision!: string;

  @Field(() => String, { description: 'What happened; one to 4,000 characters.' })
  summary!: string;

  @Field(() => String)
  idempotencyKey!: string;
}

/** What one side says, on the version of the case that it has seen. */
@InputType()
export class ViolationStatementInput extends stepInput('caseId') {
  @Field(() => String, { description: 'One to 4,000 characters.' })
  text!: string;

  @Field(() => String, { nullable: true, description: 'Where a document is found; up to 500 characters.' })
  reference?: string;
}

/** What `addViolationEvidence` takes. */
@InputType({ description: 'Evidence for a case; the member is asked anew to answer.' })
export class AddViolationEvidenceInput extends ViolationStatementInput {}

/** What `answerViolation` takes. */
@InputType({ description: "The member's answer to what it is accused of." })
export class AnswerViolationInput extends ViolationStatementInput {}

/** What `concludeViolation` takes. */
@InputType({ description: 'The conclusion that the violation is serious.' })
export class ConcludeViolationInput extends stepInput('caseId') {
  @Field(() => String, { description: 'One to 4,000 characters.' })
  conclusion!: string;
}

/** What `closeViolationCase` takes. */
@InputType({ description: 'The conclusion that leads to no exit.' })
export class CloseViolationCaseInput extends stepInput('caseId') {
  @Field(() => ViolationClosing)
  finding!: ViolationClosing;

  @Field(() => String, { description: 'One to 4,000 characters.' })
  conclusion!: string;
}

/** What `proposeViolationExit` takes. */
@InputType({ description: 'The concluded case whose exit the standing council is to decide.' })
export class ProposeViolationExitInput extends stepInput('caseId') {
  @Field(() => String)
  idempotencyKey!: string;
}

/** What a mutation of a case answers. */
export type ViolationCasePayload = Payload<{ violationCase: ViolationCase }>;

/** What `openViolationCase` answers. */
export const OpenViolationCasePayload = payloadType('openViolationCase', 'violationCase', ViolationCase);
/** What `addViolationEvidence` answers. */
export const AddViolationEvidencePayload = payloadType(
  'addViolationEvidence',
  'violationCase',
  ViolationCase,
);
/** What `answerViolation` answers. */
export const AnswerViolationPayload = payloadType('answerViolation', 'violationCase', ViolationCase);
/** What `concludeViolation` answers. */
export const ConcludeViolationPayload = payloadType('concludeViolation', 'violationCase', ViolationCase);
/** What `closeViolationCase` answers. */
export const CloseViolationCasePayload = payloadType('closeViolationCase', 'violationCase', ViolationCase);
/** What `proposeViolationExit` answers. */
export const ProposeViolationExitPayload = payloadType('proposeViolationExit', 'exit', MembershipExit);
