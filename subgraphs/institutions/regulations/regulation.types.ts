import { ArgsType, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from '../../kit/room/connection/connection-type.js';
import { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { payloadType, reasonedStepInput, stepInput } from '../../kit/room/schema/mutation-types.js';
import { DateScalar } from '../../kit/room/schema/scalars.js';
import { AvailableAction } from '../../kit/room/schema/shared-types.js';
import type { Payload } from '../../kit/room/scope/mutate.js';
import { BilingualText, BilingualTextInput } from '../bodies/body.types.js';

/** The states of an edition of a text. */
export enum RegulationState {
  DRAFT = 'DRAFT',
  ADOPTED = 'ADOPTED',
  REJECTED = 'REJECTED',
  WITHDRAWN = 'WITHDRAWN',
}
registerEnumType(RegulationState, {
  name: 'RegulationState',
  description: 'The state of an edition of a text.',
});

/** An article of a text. */
@ObjectType({ description: 'An article of a text.' })
export class RegulationArticle {
  @Field(() => Int, { description: 'From 1.' })
  number!: number;

  @Field(() => BilingualText)
  heading!: BilingualText;

  @Field(() => BilingualText, { nullable: true, description: 'The wording, where it is recorded.' })
  text!: BilingualText | null;
}

/** An article of a text as it is given. */
@InputType({ description: 'An article of a text.' })
export class RegulationArticleInput {
  @Field(() => BilingualTextInput)
  heading!: BilingualTextInput;

  @Field(() => BilingualTextInput)
  text!: BilingualTextInput;
}

/** One edition of a text of the alliance. */
@ObjectType({ description: 'One edition of the charter or of another rule of the alliance.' })
export class Regulation {
  @Field(() => ID)
  id!: string;

  /** For the field resolvers; not a field of the graph. */
  motionId!: string | null;

  @Field(() => String, { description: 'CHARTER, or the code of another rule.' })
  code!: string;

  @Field(() => String, { description: 'How people name the edition; what members accept.' })
  edition!: string;

  @Field(() => BilingualText)
  title!: BilingualText;

  @Field(() => [RegulationArticle])
  articles!: RegulationArticle[];

  @Field(() => String, { description: 'SHA-256 of the canonical articles, sha256:<hex>.' })
  contentHash!: string;

  @Field(() => RegulationState)
  state!: RegulationState;

  @Field(() => DateScalar, { description: 'In force from this day on, where it is adopted.' })
  effectiveFrom!: string;

  @Field(() => DateScalar, { nullable: true })
  adoptedOn!: string | null;

  @Field(() => [AvailableAction])
  availableActions!: AvailableAction[];

  @Field(() => Int)
  version!: number;
}

/** How the council reads an article. */
@ObjectType({ description: 'How the council reads an article (charter art. 25).' })
export class Interpretation {
  @Field(() => ID)
  id!: string;

  @Field(() => ID)
  regulationId!: string;

  @Field(() => ID, { description: 'The motion of the council.' })
  motionId!: string;

  @Field(() => Int)
  article!: number;

  @Field(() => BilingualText)
  text!: BilingualText;

  @Field(() => DateScalar)
  interpretedOn!: string;
}

/** A page of editions. */
export const RegulationConnection = connectionType(Regulation, 'Regulation');
/** A page of interpretations. */
export const InterpretationConnection = connectionType(Interpretation, 'Interpretation');

/** The arguments of `regulations`. */
@ArgsType()
export class RegulationsArguments extends PageArguments {
  @Field(() => String, { nullable: true })
  code?: string;

  @Field(() => RegulationState, { nullable: true })
  state?: RegulationState;
}

/** The arguments of `interpretations`. */
@ArgsType()
export class InterpretationsArguments extends PageArguments {
  @Field(() => ID, { nullable: true })
  regulationId?: string;

  @Field(() => Int, { nullable: true })
  article?: number;
}

/** What `createRegulationDraft` takes. */
@InputType({ description: 'A text to be put to the vote.' })
export class CreateRegulationDraftInput {
  @Field(() => String, { description: 'Capital letters and underscores, for example REVIEW_RULES.' })
  code!: string;

  @Field(() => String, { description: '1 to 40 characters; one edition of a text has it.' })
  edition!: string;

  @Field(() => BilingualTextInput)
  title!: BilingualTextInput;

  @Field(() => [RegulationArticleInput], { description: '1 to 200 articles, in their order.' })
  articles!: RegulationArticleInput[];

  @Field(() => DateScalar)
  effectiveFrom!: string;

  @Field(() => String)
  idempotencyKey!: string;
}

/** What `amendRegulationDraft` takes. */
@InputType({ description: 'The text that takes the place of the one that the caller has seen.' })
export class AmendRegulationDraftInput extends stepInput('regulationId') {
  @Field(() => [RegulationArticleInput], { description: '1 to 200 articles, in their order.' })
  articles!: RegulationArticleInput[];

  @Field(() => DateScalar)
  effectiveFrom!: string;
}

/** What `withdrawRegulationDraft` takes. */
@InputType({ description: 'The draft to withdraw, on the version that the caller has seen.' })
export class WithdrawRegulationDraftInput extends reasonedStepInput(
  'regulationId',
  'Why; 1 to 500 characters.',
) {}

/** What `recordInterpretation` takes. */
@InputType({ description: 'How the council has decided to read an article.' })
export class RecordInterpretationInput {
  @Field(() => ID)
  regulationId!: string;

  @Field(() => Int)
  article!: number;

  @Field(() => BilingualTextInput)
  text!: BilingualTextInput;

  @Field(() => ID, { description: 'The carried motion of the council.' })
  motionId!: string;

  @Field(() => String)
  idempotencyKey!: string;
}

/** What a mutation of a text answers. */
export type RegulationPayload = Payload<{ regulation: Regulation }>;
/** What `recordInterpretation` answers, as the service gives it. */
export type InterpretationPayload = Payload<{ interpretation: Interpretation }>;

/** What `createRegulationDraft` answers. */
export const CreateRegulationDraftPayload = payloadType('createRegulationDraft', 'regulation', Regulation);
/** What `amendRegulationDraft` answers. */
export const AmendRegulationDraftPayload = payloadType('amendRegulationDraft', 'regulation', Regulation);
/** What `withdrawRegulationDraft` answers. */
export const WithdrawRegulationDraftPayload = payloadType(
  'withdrawRegulationDraft',
  'regulation',
  Regulation,
);
/** What `recordInterpretation` answers. */
export const RecordInterpretationPayload = payloadType(
  'recordInterpretation',
  'interpretation',
  Interpretation,
);
