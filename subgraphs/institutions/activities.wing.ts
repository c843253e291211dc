import type { RoomWing } from '../kit/room/join-wings.js';
import { MemberActivityEntity } from './activities/activity.entity.js';
import { memberActivityPolicy } from './activities/activity.policy.js';
import { ActivityResolver } from './activities/activity.resolver.js';
import { ActivityService } from './activities/activity.service.js';
import { InactivityWatchService } from './activities/inactivity-watch.service.js';
import { activityEvents } from './activities/project-activity.js';
import { activities } from './migrations/0011-activities.js';

/** What members do, and the watch of charter art. 21.1 over it. It has no job: it changes nobody's membership. */
export const activitiesWing: RoomWing = {
  name: 'activities',
  entities: [MemberActivityEntity],
  migrations: [activities],
  appendOnly: ['member_activity'],
  policies: [memberActivityPolicy],
  machines: [],
  emits: { AllianceActivityHeld: ['institutions'] },
  compose: ({ files }) => ({
    resolvers: [new ActivityResolver(new ActivityService(files), new InactivityWatchService())],
    references: {},
    subscriptions: activityEvents,
  }),
};
