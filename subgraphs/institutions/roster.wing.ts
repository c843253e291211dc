import type { RoomWing } from '../kit/room/join-wings.js';
import { workChangedType } from '../kit/room/work/work-event.js';
import { DossierEntryEntity, DossierEntryVersionEntity } from './dossiers/dossier-entry.entity.js';
import { dossierEntryPolicy, dossierEntryVersionPolicy } from './dossiers/dossier-entry.policy.js';
import { DossierEntryResolver, InstitutionDossierResolver } from './dossiers/dossier-entry.resolver.js';
import { DossierEntryService } from './dossiers/dossier-entry.service.js';
import { InstitutionEntity } from './institutions/institution.entity.js';
import { institutionById } from './institutions/institution.loader.js';
import { institutionPolicy } from './institutions/institution.policy.js';
import { InstitutionResolver } from './institutions/institution.resolver.js';
import { InstitutionService } from './institutions/institution.service.js';
import { MembershipService } from './memberships/membership.service.js';
import { roster } from './migrations/0001-roster.js';
import { dossiers } from './migrations/0005-dossiers.js';
import { rosterHistory } from './migrations/0005-roster-history.js';
import { RosterChangeEntity, RosterComparisonEntity } from './roster/roster-comparison.entity.js';
import { rosterComparisonMachine } from './roster/roster-comparison.machine.js';
import { rosterChangePolicy, rosterComparisonPolicy } from './roster/roster-comparison.policy.js';
import { RosterChangeResolver, RosterComparisonResolver } from './roster/roster-comparison.resolver.js';
import { RosterComparisonService } from './roster/roster-comparison.service.js';
import { rosterComparisonWork } from './roster/roster-comparison.work.js';
import { InstitutionNameEntity, MembershipPeriodEntity } from './roster/roster-history.entity.js';
import { institutionNamePolicy, membershipPeriodPolicy } from './roster/roster-history.policy.js';
import { RosterImportResolver } from './roster/roster-import.resolver.js';
import { rosterImportKind, RosterImportService } from './roster/roster-import.service.js';
import { RosterLineEntity } from './roster/roster-line.entity.js';
import { rosterLinePolicy } from './roster/roster-line.policy.js';
import { PublicBadgeResolver, RosterLineResolver } from './roster/roster-line.resolver.js';
import { RosterLineService } from './roster/roster-line.service.js';
import { workConsumers } from './roster/take-list.js';

/** Institutions and members as the roster states them, on any date; newer lists of the Ministry; dossiers. */
export const rosterWing: RoomWing = {
  name: 'roster',
  entities: [
    InstitutionEntity,
    InstitutionNameEntity,
    MembershipPeriodEntity,
    RosterLineEntity,
    RosterComparisonEntity,
    RosterChangeEntity,
    DossierEntryEntity,
    DossierEntryVersionEntity,
  ],
  migrations: [roster, dossiers, rosterHistory],
  appendOnly: ['roster_edition', 'dossier_entry_version'],
  policies: [
    institutionPolicy,
    institutionNamePolicy,
    membershipPeriodPolicy,
    rosterLinePolicy,
    rosterComparisonPolicy,
    rosterChangePolicy,
    dossierEntryPolicy,
    dossierEntryVersionPolicy,
  ],
  machines: [rosterComparisonMachine],
  work: [rosterComparisonWork],
  emits: { [workChangedType]: workConsumers },
  compose({ files, clock }) {
    const imports = new RosterImportService(files, clock);
    const lines = new RosterLineService();
    const memberships = new MembershipService();
    return {
      resolvers: [
        new InstitutionResolver(new InstitutionService(), memberships),
        new RosterImportResolver(imports),
        new RosterLineResolver(lines),
        new PublicBadgeResolver(lines),
        new RosterComparisonResolver(new RosterComparisonService()),
        new RosterChangeResolver(memberships),
        new InstitutionDossierResolver(),
        new DossierEntryResolver(new DossierEntryService()),
      ],
      references: { Institution: ({ id }, { scope }) => scope.load(institutionById, String(id)) },
      jobs: { [rosterImportKind]: imports.handler },
      jobsShownAs: { [rosterImportKind]: 'RosterImport' },
    };
  },
};
