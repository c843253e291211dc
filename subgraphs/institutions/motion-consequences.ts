import { approveActivity } from './activity-requests/activity-request.consequence.js';
import { adoptFeeSchedule } from './fees/fee-schedule.consequence.js';
import { admitMember } from './membership-cases/admission-motion.js';
import { exitMember } from './membership-exits/exit-motion.js';
import type { MotionConsequence } from './motions/motion-consequence.js';
import { adoptRegulation, amendCharter } from './regulations/regulation-motion.js';
import { dissolveSubAlliance, foundSubAlliance } from './sub-alliances/sub-alliance-motion.js';

/** What follows from each kind of motion; one entry per kind, declared beside the noun that it changes. */
export const motionConsequences: readonly MotionConsequence[] = [
  admitMember,
  exitMember,
  amendCharter,
  adoptRegulation,
  foundSubAlliance,
  dissolveSubAlliance,
  approveActivity,
  adoptFeeSchedule,
];
