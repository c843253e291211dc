import 'reflect-metadata';
import type { RoomModule } from '../kit/room/room-module.js';
import { giveFirstGrant } from './grants/first-grant.js';
import { GrantEntity } from './grants/grant.entity.js';
import { grantPolicy } from './grants/grant.policy.js';
import { GrantResolver } from './grants/grant.resolver.js';
import { GrantService } from './grants/grant.service.js';
import { InstitutionEntity } from './institutions/institution.entity.js';
import { institutionById } from './institutions/institution.loader.js';
import { institutionPolicy } from './institutions/institution.policy.js';
import { InstitutionResolver } from './institutions/institution.resolver.js';
import { InstitutionService } from './institutions/institution.service.js';
import { MembershipEntity } from './memberships/membership.entity.js';
import { membershipMachine } from './memberships/membership.machine.js';
import { membershipPolicy } from './memberships/membership.policy.js';
import { MembershipResolver } from './memberships/membership.resolver.js';
import { MembershipService } from './memberships/membership.service.js';
import { roster } from './migrations/0001-roster.js';
import { movingSchools } from './migrations/0002-moving-schools.js';
import { RosterImportResolver } from './roster/roster-import.resolver.js';
import { rosterImportKind, RosterImportService } from './roster/roster-import.service.js';
import { SchoolEntity } from './schools/school.entity.js';
import { schoolPolicy } from './schools/school.policy.js';
import { SchoolResolver } from './schools/school.resolver.js';
import { SchoolService } from './schools/school.service.js';
import { WriteBackResolver } from './write-backs/write-back.resolver.js';
import { WriteBackService } from './write-backs/write-back.service.js';

/** The room of institutions: the roster, memberships, grants, the directory of schools. */
export const institutionsModule: RoomModule = {
  name: 'institutions',
  entities: [InstitutionEntity, MembershipEntity, GrantEntity, SchoolEntity],
  migrations: [roster, movingSchools],
  policies: [institutionPolicy, membershipPolicy, grantPolicy, schoolPolicy],
  machines: [membershipMachine],
  emits: { MemberAdmitted: [], MembershipChanged: [] },
  compose({ files, clock, cipher, firstSecretariat }) {
    const memberships = new MembershipService();
    const imports = new RosterImportService(files, clock);
    return {
      resolvers: [
        new InstitutionResolver(new InstitutionService(), memberships),
        new MembershipResolver(memberships),
        new GrantResolver(new GrantService()),
        new SchoolResolver(new SchoolService()),
        new WriteBackResolver(new WriteBackService(cipher)),
        new RosterImportResolver(imports),
      ],
      references: { Institution: ({ id }, { scope }) => scope.load(institutionById, String(id)) },
      prepare: (sql) => giveFirstGrant(sql, firstSecretariat, clock),
      jobs: { [rosterImportKind]: imports.handler },
      jobsShownAs: { [rosterImportKind]: 'RosterImport' },
    };
  },
};
