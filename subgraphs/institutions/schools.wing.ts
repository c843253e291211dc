import type { RoomWing } from '../kit/room/join-wings.js';
import { movingSchools } from './migrations/0002-moving-schools.js';
import { SchoolEntity } from './schools/school.entity.js';
import { schoolPolicy } from './schools/school.policy.js';
import { SchoolResolver } from './schools/school.resolver.js';
import { SchoolService } from './schools/school.service.js';
import { WriteBackResolver } from './write-backs/write-back.resolver.js';
import { WriteBackService } from './write-backs/write-back.service.js';

/** The directory of schools, and the trail of what is written into their systems. */
export const schoolsWing: RoomWing = {
  name: 'schools',
  entities: [SchoolEntity],
  migrations: [movingSchools],
  policies: [schoolPolicy],
  machines: [],
  emits: {},
  compose: ({ cipher }) => ({
    resolvers: [new SchoolResolver(new SchoolService()), new WriteBackResolver(new WriteBackService(cipher))],
    references: {},
  }),
};
