import 'reflect-metadata';
import { foldTally } from '../kit/room/figures/fold-tally.js';
import type { RoomModule } from '../kit/room/room-module.js';
import { CatalogImportResolver } from './catalog/catalog-import.resolver.js';
import { catalogImportKind, CatalogImportService } from './catalog/catalog-import.service.js';
import { QuarantinedRowEntity } from './catalog/quarantined-row.entity.js';
import { quarantinedRowPolicy } from './catalog/quarantined-row.policy.js';
import { CourseEntity } from './courses/course.entity.js';
import { courseById } from './courses/course.loader.js';
import { courseOfferingPolicy, coursePolicy } from './courses/course.policy.js';
import { CourseResolver } from './courses/course.resolver.js';
import { CourseService } from './courses/course.service.js';
import { CourseOfferingEntity } from './courses/course-offering.entity.js';
import { DashboardReference } from './dashboards/dashboard-reference.js';
import { DashboardResolver } from './dashboards/dashboard.resolver.js';
import { DepositResolver } from './deposits/deposit.resolver.js';
import { DepositReference } from './deposits/deposit.types.js';
import { InstitutionResolver } from './institutions/institution.resolver.js';
import { catalog } from './migrations/0001-catalog.js';
import { outcomes } from './migrations/0002-outcomes.js';
import { figures } from './migrations/0003-figures.js';
import { LearningOutcomeEntity } from './outcomes/outcome.entity.js';
import { outcomeById } from './outcomes/outcome.loader.js';
import { outcomeMachine } from './outcomes/outcome.machine.js';
import { outcomePolicy } from './outcomes/outcome.policy.js';
import { OutcomeResolver } from './outcomes/outcome.resolver.js';
import { OutcomeService } from './outcomes/outcome.service.js';
import { outcomeWork } from './outcomes/outcome.work.js';
import { OutcomeStepsResolver } from './outcomes/outcome-steps.resolver.js';

/** The room of outcomes: catalogs of courses, and the certification of learning outcomes. */
export const outcomesModule: RoomModule = {
  name: 'outcomes',
  entities: [CourseEntity, CourseOfferingEntity, QuarantinedRowEntity, LearningOutcomeEntity],
  migrations: [catalog, outcomes, figures],
  appendOnly: ['quarantined_row'],
  policies: [coursePolicy, courseOfferingPolicy, quarantinedRowPolicy, outcomePolicy],
  machines: [outcomeMachine],
  work: [outcomeWork],
  emits: { OutcomeCertified: ['institutions'], WorkChanged: ['institutions'] },
  compose({ files, clock }) {
    const courses = new CourseService();
    const catalogOfOutcomes = new OutcomeService();
    const imports = new CatalogImportService(files, clock);
    return {
      resolvers: [
        new CourseResolver(courses),
        new OutcomeResolver(catalogOfOutcomes),
        new OutcomeStepsResolver(catalogOfOutcomes),
        new CatalogImportResolver(imports),
        new InstitutionResolver(courses, catalogOfOutcomes),
        new DepositResolver(courses, catalogOfOutcomes),
        new DashboardResolver(),
      ],
      orphanedTypes: [DepositReference, DashboardReference],
      references: {
        Course: ({ id }, { scope }) => scope.load(courseById, String(id)),
        LearningOutcome: ({ id }, { scope }) => scope.load(outcomeById, String(id)),
        Institution: async ({ id }) => ({ id }),
        Dashboard: async (dashboard) => dashboard,
        // What the deposit says of itself is the learners' business; an input that is unknown stays unknown.
        Deposit: async ({ id, issuerId, courseCode }) => ({
          id,
          issuerId: issuerId ?? null,
          courseCode: courseCode ?? null,
        }),
      },
      tidy: {
        outcomeTally: (sql) => foldTally(sql, 'learning_outcome'),
        courseTally: (sql) => foldTally(sql, 'course'),
        offeringTally: (sql) => foldTally(sql, 'course_offering'),
      },
      jobs: { [catalogImportKind]: imports.handler },
      jobsShownAs: { [catalogImportKind]: 'CatalogImport' },
    };
  },
};
