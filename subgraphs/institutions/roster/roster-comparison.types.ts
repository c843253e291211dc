import { ArgsType, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from '../../kit/room/connection/connection-type.js';
import { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { payloadType, reasonedStepInput, stepInput } from '../../kit/room/schema/mutation-types.js';
import { DateScalar, DateTimeScalar } from '../../kit/room/schema/scalars.js';
import { SteppedObject } from '../../kit/room/schema/shared-types.js';
import type { Payload } from '../../kit/room/scope/mutate.js';
import { InstitutionLevel } from '../institutions/institution.types.js';

/** Where a comparison stands. */
export enum RosterComparisonState {
  COMPARED = 'COMPARED',
  APPLIED = 'APPLIED',
  DISCARDED = 'DISCARDED',
}
registerEnumType(RosterComparisonState, { name: 'RosterComparisonState' });

/** What a newer list says of an institution. */
export enum RosterChangeKind {
  NEW = 'NEW',
  RETURNED = 'RETURNED',
  RENAMED = 'RENAMED',
  MOVED = 'MOVED',
  GONE = 'GONE',
  MERGE_CANDIDATE = 'MERGE_CANDIDATE',
}
registerEnumType(RosterChangeKind, {
  name: 'RosterChangeKind',
  description: 'What a newer list says of an institution.',
  valuesConfig: {
    RETURNED: { description: 'It was gone from an earlier list.' },
    RENAMED: { description: 'It has another name, and perhaps other facts too.' },
    MOVED: { description: 'It has its name, and other facts: authority, place, level or remark.' },
    GONE: { description: 'The list does not have it; a person confirms.' },
    MERGE_CANDIDATE: {
      description: 'The list does not have it, and `successor` may be where it went; a person confirms.',
    },
  },
});

/** Why an institution may have gone into another one. */
export enum SuccessorReason {
  SAME_SCHOOL_CODE = 'SAME_SCHOOL_CODE',
  SAME_NAME_STEM = 'SAME_NAME_STEM',
  PARENT_NAME = 'PARENT_NAME',
  SAME_PLACE = 'SAME_PLACE',
}
registerEnumType(SuccessorReason, {
  name: 'SuccessorReason',
  description: 'Why an institution may have gone into another one, from the strongest to the weakest reason.',
  valuesConfig: {
    SAME_SCHOOL_CODE: { description: "The school's own five digits are the same (院校代码)." },
    SAME_NAME_STEM: { description: 'The names differ in the kind of school only, in the same province.' },
    PARENT_NAME: { description: 'Its name begins with the name of the other.' },
    SAME_PLACE: { description: 'The other is the only one that is new or renamed in the same place.' },
  },
});

/** What a person decides of an institution that the newer list does not have. */
export enum RosterDecision {
  MERGED_INTO = 'MERGED_INTO',
  GONE = 'GONE',
  KEEP = 'KEEP',
}
registerEnumType(RosterDecision, {
  name: 'RosterDecision',
  valuesConfig: {
    MERGED_INTO: { description: 'It went into the institution that is named.' },
    KEEP: { description: 'The list is wrong about it: it stays listed, and the next list is asked again.' },
  },
});

/** What a list says of an institution. */
@ObjectType({ description: 'What a list says of an institution.' })
export class ListedFacts {
  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true })
  authority!: string | null;

  @Field(() => String, { nullable: true })
  province!: string | null;

  @Field(() => String, { nullable: true })
  city!: string | null;

  @Field(() => InstitutionLevel, { nullable: true })
  level!: InstitutionLevel | null;

  @Field(() => String, { nullable: true })
  note!: string | null;
}

/** Where an institution may have gone. */
@ObjectType({ description: 'Where an institution may have gone: a guess, with its reason.' })
export class SuccessorGuess {
  @Field(() => String)
  moeCode!: string;

  @Field(() => String)
  name!: string;

  @Field(() => SuccessorReason)
  reason!: SuccessorReason;
}

/** What differs about one institution. */
@ObjectType({ description: 'What a newer list says differently of one institution.' })
export class RosterChange {
  @Field(() => ID)
  id!: string;

  @Field(() => RosterChangeKind)
  kind!: RosterChangeKind;

  @Field(() => String)
  moeCode!: string;

  /** The graph shows the membership, where there is or was one. */
  institutionId!: string | null;

  @Field(() => ListedFacts, { nullable: true, description: 'As the roster had it; null when it is new.' })
  before!: ListedFacts | null;

  @Field(() => ListedFacts, { nullable: true, description: 'As the list has it; null when it does not.' })
  after!: ListedFacts | null;

  @Field(() => SuccessorGuess, { nullable: true })
  successor!: SuccessorGuess | null;

  @Field(() => RosterDecision, { nullable: true, description: 'What a person decided, once applied.' })
  decision!: RosterDecision | null;

  @Field(() => String, {
    nullable: true,
    description: 'The Ministry code of the institution that it went into.',
  })
  decidedSuccessor!: string | null;
}

/** A page of changes. */
export const RosterChangeConnection = connectionType(RosterChange, 'RosterChange');

/** How many institutions each kind of change concerns. */
@ObjectType({ description: 'How many institutions each kind of change concerns.' })
export class RosterChangeCounts {
  @Field(() => Int)
  added!: number;

  @Field(() => Int)
  returned!: number;

  @Field(() => Int)
  renamed!: number;

  @Field(() => Int)
  moved!: number;

  @Field(() => Int)
  gone!: number;

  @Field(() => Int)
  mergeCandidates!: number;

  @Field(() => Int)
  unchanged!: number;

  @Field(() => Int, { description: 'Members of the alliance among those that differ.' })
  membersConcerned!: number;
}

/** A newer list beside the roster. */
@ObjectType({
  description:
    'A newer list of the Ministry beside the roster: nothing of it is taken until a person applies it.',
})
export class RosterComparison extends SteppedObject {
  @Field(() => ID)
  id!: string;

  @Field(() => DateScalar, { description: 'The date of the newer list.' })
  asOf!: string;

  @Field(() => DateScalar, { description: 'The date of the list that the roster followed.' })
  previousAsOf!: string;

  @Field(() => RosterComparisonState)
  state!: RosterComparisonState;

  @Field(() => DateTimeScalar)
  createdAt!: Date;

  /** Shown among the counts. */
  unchanged!: number;
}

/** A page of comparisons. */
export const RosterComparisonConnection = connectionType(RosterComparison, 'RosterComparison');

/** Which changes to list. */
@InputType({ description: 'Which changes to list; conditions are joined by AND.' })
export class RosterChangesFilter {
  @Field(() => [RosterChangeKind], { nullable: true })
  kinds?: RosterChangeKind[];

  @Field(() => [String], { nullable: true })
  provinces?: string[];

  @Field(() => String, { nullable: true, description: 'Part of the name.' })
  search?: string;

  @Field(() => Boolean, { nullable: true, description: 'Only institutions that are, or are not, members.' })
  member?: boolean;
}

/** The arguments of `changes`. */
@ArgsType()
export class RosterChangesArguments extends PageArguments {
  @Field(() => RosterChangesFilter, { nullable: true })
  filter?: RosterChangesFilter;
}

/** The arguments of `rosterComparisons`. */
@ArgsType()
export class RosterComparisonsArguments extends PageArguments {
  @Field(() => [RosterComparisonState], { nullable: true })
  states?: RosterComparisonState[];
}

/** What a person decided of one institution. */
@InputType({ description: 'What a person decided of one institution that the newer list does not have.' })
export class RosterConfirmation {
  @Field(() => String)
  moeCode!: string;

  @Field(() => RosterDecision)
  decision!: RosterDecision;

  @Field(() => String, {
    nullable: true,
    description: 'For MERGED_INTO: the Ministry code of an institution that is on the newer list.',
  })
  successorMoeCode?: string;
}

/** What `applyRosterComparison` takes. */
@InputType({ description: 'The comparison to apply, on the version that the caller has seen.' })
export class ApplyRosterComparisonInput extends stepInput('comparisonId') {
  @Field(() => [RosterConfirmation], {
    description: 'One for each institution that is GONE or a MERGE_CANDIDATE.',
  })
  confirmations!: RosterConfirmation[];

  @Field(() => String)
  idempotencyKey!: string;
}

/** What `discardRosterComparison` takes. */
@InputType({ description: 'The comparison to discard, on the version that the caller has seen.' })
export class DiscardRosterComparisonInput extends reasonedStepInput(
  'comparisonId',
  'Why; kept in the audit trail.',
) {}

/** What a mutation of a comparison answers. */
export type RosterComparisonPayload = Payload<{ rosterComparison: RosterComparison }>;

/** What `applyRosterComparison` answers. */
export const ApplyRosterComparisonPayload = payloadType(
  'applyRosterComparison',
  'rosterComparison',
  RosterComparison,
);
/** What `discardRosterComparison` answers. */
export const DiscardRosterComparisonPayload = payloadType(
  'discardRosterComparison',
  'rosterComparison',
  RosterComparison,
);
