import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { rankingType } from '../../kit/room/figures/ranking.js';
import { Institution } from '../institutions/institution.types.js';

/** Tasks of one type. */
@ObjectType()
export class TasksOfType {
  @Field(() => String, { description: 'The type of what waits, for example `Deposit`.' })
  subjectType!: string;

  @Field(() => Int)
  open!: number;

  @Field(() => Int)
  overdue!: number;

  @Field(() => Int, { description: 'Closed in the last 90 days.' })
  closed!: number;

  @Field(() => Int, {
    nullable: true,
    description:
      'Half of those closed in the last 90 days took so many days, begun ones counted whole, or fewer.',
  })
  daysToClose!: number | null;
}

/** What waits for officials, counted. */
@ObjectType({
  description:
    'What waits for officials, counted; with a filter, or for a supervisor, what waits for officials of these institutions.',
})
export class TaskFigures {
  @Field(() => Int)
  open!: number;

  @Field(() => Int)
  overdue!: number;

  @Field(() => [TasksOfType])
  byType!: TasksOfType[];
}

/** What a ranking of institutions by their tasks goes by. */
export enum TaskRankingFigure {
  OVERDUE = 'OVERDUE',
  DAYS_TO_CLOSE = 'DAYS_TO_CLOSE',
}
registerEnumType(TaskRankingFigure, {
  name: 'TaskRankingFigure',
  description: 'What a ranking of institutions by their tasks goes by.',
  valuesConfig: {
    OVERDUE: { description: 'Open tasks whose due date is past.' },
    DAYS_TO_CLOSE: {
      description: 'The median of the days that tasks took which were closed in the last 90 days.',
    },
  },
});

/** Institutions by their tasks. */
export const TaskRankingConnection = rankingType('TaskRanking', Institution, {
  description: 'Tasks or days, as the figure says.',
});
