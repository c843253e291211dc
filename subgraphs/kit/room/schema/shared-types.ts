import 'reflect-metadata';
import { Directive, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateTimeScalar, DecimalScalar } from './scalars.js';

/** An amount of credit beside its scheme; amounts of different schemes are never added (model.md section 4). */
@ObjectType({
  description: 'An amount of credit in one scheme; amounts of different schemes are never added.',
})
@Directive('@shareable')
export class Credits {
  @Field(() => DecimalScalar)
  amount!: string;

  @Field(() => String, { description: 'The code of the credit scheme, for example CN-16 or ECTS.' })
  scheme!: string;
}

/** What may be done with an object now, and why not where it may not. */
@ObjectType({
  description: 'What the caller may do with the object now; with the reason where it is not allowed.',
})
@Directive('@shareable')
export class AvailableAction {
  @Field(() => String, { description: 'The mutation to call.' })
  action!: string;

  @Field(() => Boolean)
  allowed!: boolean;

  @Field(() => String, { nullable: true, description: 'A code of the error catalogue.' })
  reason!: string | null;
}

/**
 * What every object shows that a machine moves: how long its step may take, what may be done, and on which version. The
 * graph shows only the type that extends it.
 */
@ObjectType()
export abstract class SteppedObject {
  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When the step that is waited for is overdue.',
  })
  dueAt!: Date | null;

  @Field(() => [AvailableAction])
  availableActions!: AvailableAction[];

  @Field(() => Int)
  version!: number;
}

/** The states of long work. */
export enum JobState {
  QUEUED = 'QUEUED',
  RUNNING = 'RUNNING',
  SUCCEEDED = 'SUCCEEDED',
  FAILED = 'FAILED',
  CANCELLED = 'CANCELLED',
}
registerEnumType(JobState, { name: 'JobState', description: 'The state of long work.' });

/** A row of an import that was not taken, and why. */
@ObjectType({ description: 'A row that was not taken, and why.' })
@Directive('@shareable')
export class JobRowError {
  @Field(() => Int, { description: 'The row in the file, from 1.' })
  row!: number;

  @Field(() => String, { nullable: true, description: 'The column, where one is to blame.' })
  field!: string | null;

  @Field(() => String)
  code!: string;

  @Field(() => String)
  message!: string;
}

/** Long work: to poll, or to subscribe to. */
@ObjectType({ description: 'Long work: poll it, or subscribe to the object that carries it.' })
@Directive('@shareable')
export class Job {
  @Field(() => ID)
  id!: string;

  @Field(() => JobState)
  state!: JobState;

  @Field(() => Int, { description: 'Units of work done.' })
  done!: number;

  @Field(() => Int, { nullable: true, description: 'Units of work in all, once known.' })
  total!: number | null;

  @Field(() => String, { nullable: true, description: 'Why the work failed: a code of the error catalogue.' })
  errorCode!: string | null;

  @Field(() => String, { nullable: true, description: 'Why the work failed and what to do.' })
  errorMessage!: string | null;

  @Field(() => DateTimeScalar)
  createdAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true })
  finishedAt!: Date | null;
}

/** Where a page lies in its connection. */
@ObjectType({ description: 'Where a page lies in its connection.' })
@Directive('@shareable')
export class PageInfo {
  @Field(() => Boolean)
  hasNextPage!: boolean;

  @Field(() => Boolean)
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true })
  startCursor!: string | null;

  @Field(() => String, { nullable: true })
  endCursor!: string | null;
}
