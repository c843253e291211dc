import { agreementsModule } from '../agreements/agreements.module.js';
import { institutionsModule } from '../institutions/institutions.module.js';
import type { RoomModule } from '../kit/room/room-module.js';
import { learnersModule } from '../learners/learners.module.js';
import { outcomesModule } from '../outcomes/outcomes.module.js';

/** The four rooms that own data, in the order in which they are started. */
export const roomModules: readonly RoomModule[] = [
  institutionsModule,
  outcomesModule,
  learnersModule,
  agreementsModule,
];
