import type { RoomWing } from '../kit/room/join-wings.js';
import { AdapterHealthResolver } from './adapter-health/adapter-health.resolver.js';
import { AdapterHealthService } from './adapter-health/adapter-health.service.js';
import { AllianceFiguresResolver } from './dashboards/alliance-figures.resolver.js';
import { DashboardResolver } from './dashboards/dashboard.resolver.js';
import { DashboardService } from './dashboards/dashboard.service.js';
import { FigureExportResolver } from './dashboards/figure-export.resolver.js';
import { figureExportKind, FigureExportService } from './dashboards/figure-export.service.js';
import { FigureSnapshotEntity } from './figure-snapshots/figure-snapshot.entity.js';
import { figureSnapshotPolicy } from './figure-snapshots/figure-snapshot.policy.js';
import { FigureSnapshotResolver } from './figure-snapshots/figure-snapshot.resolver.js';
import { FigureSnapshotService } from './figure-snapshots/figure-snapshot.service.js';
import { roomFigures } from './figure-snapshots/room-figures.js';
import { MemberReportEntity } from './member-reports/member-report.entity.js';
import { memberReportMachine } from './member-reports/member-report.machine.js';
import { memberReportPolicy } from './member-reports/member-report.policy.js';
import { MemberReportResolver } from './member-reports/member-report.resolver.js';
import { MemberReportService } from './member-reports/member-report.service.js';
import { memberReportWork } from './member-reports/member-report.work.js';
import { figures } from './migrations/0010-figures.js';
import { dashboardFigures } from './migrations/0012-dashboard-figures.js';
import { FigureGate } from './supervision/figure-gate.js';
import { SupervisionScopeEntity } from './supervision/supervision-scope.entity.js';
import { SupervisionScopeService } from './supervision/supervision-scope.service.js';
import { SupervisionVisitEntity } from './supervision/supervision-visit.entity.js';
import { SupervisionVisitService } from './supervision/supervision-visit.service.js';
import { supervisionScopePolicy, supervisionVisitPolicy } from './supervision/supervision.policy.js';
import { SupervisionResolver } from './supervision/supervision.resolver.js';

/** Figures about all members, and who may look at them. */
export const figuresWing: RoomWing = {
  name: 'figures',
  entities: [FigureSnapshotEntity, MemberReportEntity, SupervisionScopeEntity, SupervisionVisitEntity],
  migrations: [figures, dashboardFigures],
  appendOnly: ['figure_snapshot'],
  policies: [figureSnapshotPolicy, memberReportPolicy, supervisionScopePolicy, supervisionVisitPolicy],
  machines: [memberReportMachine],
  work: [memberReportWork],
  emits: { WorkChanged: ['institutions'] },
  compose({ files, clock }) {
    const visits = new SupervisionVisitService();
    const gate = new FigureGate(visits);
    const dashboards = new DashboardService(gate);
    const exports = new FigureExportService({ gate, visits, files, clock });
    return {
      resolvers: [
        new DashboardResolver(dashboards),
        new AllianceFiguresResolver(),
        new AdapterHealthResolver(new AdapterHealthService()),
        new FigureExportResolver(exports),
        new FigureSnapshotResolver(new FigureSnapshotService(roomFigures)),
        new MemberReportResolver(new MemberReportService()),
        new SupervisionResolver(new SupervisionScopeService(), visits),
      ],
      references: { Dashboard: ({ id }, { scope }) => dashboards.byId(scope, String(id)) },
      jobs: { [figureExportKind]: exports.handler },
      jobsShownAs: { [figureExportKind]: 'FigureExport' },
    };
  },
};
