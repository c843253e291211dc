import 'reflect-metadata';
import { joinWings } from '../kit/room/join-wings.js';
import type { RoomModule } from '../kit/room/room-module.js';
import { activitiesWing } from './activities.wing.js';
import { admissionWing } from './admission.wing.js';
import { figuresWing } from './figures.wing.js';
import { governanceWing } from './governance.wing.js';
import { grantsWing } from './grants.wing.js';
import { inboxWing } from './inbox.wing.js';
import { membershipWing } from './membership.wing.js';
import { rosterWing } from './roster.wing.js';
import { schoolsWing } from './schools.wing.js';
import { secretariatWing } from './secretariat.wing.js';
import { treasuryWing } from './treasury.wing.js';

/** The room of institutions: who the members are, how they govern themselves, who may act, and what waits for officials. */
export const institutionsModule: RoomModule = joinWings('institutions', [
  rosterWing,
  admissionWing,
  membershipWing,
  activitiesWing,
  governanceWing,
  grantsWing,
  schoolsWing,
  secretariatWing,
  treasuryWing,
  inboxWing,
  figuresWing,
]);
