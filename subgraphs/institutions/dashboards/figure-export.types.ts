import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { payloadType } from '../../kit/room/schema/mutation-types.js';
import { DateTimeScalar } from '../../kit/room/schema/scalars.js';
import { Job } from '../../kit/room/schema/shared-types.js';
import type { Payload } from '../../kit/room/scope/mutate.js';
import { DashboardFilter } from './dashboard.types.js';

/** Figures that are exported together. */
export enum FigureGroup {
  MEMBERS = 'MEMBERS',
  ADAPTERS = 'ADAPTERS',
  MEMBER_REPORTS = 'MEMBER_REPORTS',
}
registerEnumType(FigureGroup, {
  name: 'FigureGroup',
  description: 'Figures that are exported together.',
  valuesConfig: {
    MEMBERS: { description: 'State and day of joining.' },
    ADAPTERS: {
      description: 'Health of the adapter now, questions and response times of the last 24 hours.',
    },
    MEMBER_REPORTS: { description: 'The accepted report of a year; counts of few people are left out.' },
  },
});

/** How an export is written. */
export enum FigureExportFormat {
  CSV = 'CSV',
}
registerEnumType(FigureExportFormat, {
  name: 'FigureExportFormat',
  description: 'How an export is written: CSV is RFC 4180 in UTF-8 with a byte order mark.',
});

/** Figures to export. */
@InputType({ description: 'Figures to export: one row per member and group.' })
export class ExportFiguresInput {
  @Field(() => DashboardFilter, { nullable: true })
  filter?: DashboardFilter;

  @Field(() => [FigureGroup], { description: 'One at least.' })
  groups!: FigureGroup[];

  @Field(() => FigureExportFormat, { nullable: true, defaultValue: FigureExportFormat.CSV })
  format!: FigureExportFormat;

  @Field(() => Int, {
    nullable: true,
    description: 'The year of the members’ reports; the last one when left out.',
  })
  year?: number;

  @Field(() => String, { nullable: true, description: 'Why; kept in the audit trail.' })
  purpose?: string;

  @Field(() => String)
  idempotencyKey!: string;
}

/** An export of figures. */
@ObjectType({ description: 'An export of figures: poll it, or subscribe to it.' })
export class FigureExport {
  @Field(() => ID)
  id!: string;

  @Field(() => Job)
  job!: Job;

  @Field(() => Int, { nullable: true, description: 'Rows without the header, once it is written.' })
  rows!: number | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Until when the file is kept: a day.' })
  keptUntil!: Date | null;

  @Field(() => String, {
    nullable: true,
    description:
      'A link to the file, good for ten minutes, for the one who asked for the export; every link and every use of one is audited.',
  })
  downloadUrl!: string | null;
}

/** What `exportFigures` answers. */
export type FigureExportPayload = Payload<{ figureExport: FigureExport }>;

/** What `exportFigures` answers. */
export const ExportFiguresPayload = payloadType('exportFigures', 'figureExport', FigureExport);
