import type { RoomWing } from '../kit/room/join-wings.js';
import { BodyEntity } from './bodies/body.entity.js';
import { bodyPolicy } from './bodies/body.policy.js';
import { foundCharterBodies } from './bodies/body.presets.js';
import { BodyResolver } from './bodies/body.resolver.js';
import { BodyService } from './bodies/body.service.js';
import { AttendanceEntity, MeetingEntity, MinutesEntity } from './meetings/meeting.entity.js';
import { meetingMachine } from './meetings/meeting.machine.js';
import { attendancePolicy, meetingPolicy, minutesPolicy } from './meetings/meeting.policy.js';
import { MeetingRecordResolver } from './meetings/meeting-record.resolver.js';
import { MeetingRecordService } from './meetings/meeting-record.service.js';
import { MeetingResolver } from './meetings/meeting.resolver.js';
import { MeetingService } from './meetings/meeting.service.js';
import { meetingWork } from './meetings/meeting.work.js';
import { SeatAttendanceResolver } from './meetings/seat-attendance.resolver.js';
import { governance } from './migrations/0006-governance.js';
import { motions } from './migrations/0006b-motions.js';
import { regulations } from './migrations/0006c-regulations.js';
import { meetings } from './migrations/0006d-meetings.js';
import { subAlliances } from './migrations/0006e-sub-alliances.js';
import { governing } from './migrations/0013-governing.js';
import { motionConsequences } from './motion-consequences.js';
import { MotionElectorResolver } from './motions/motion-elector.resolver.js';
import { BallotEntity, MotionElectorEntity, MotionEntity } from './motions/motion.entity.js';
import { motionMachine } from './motions/motion.machine.js';
import { ballotPolicy, motionElectorPolicy, motionPolicy } from './motions/motion.policy.js';
import { MotionResolver } from './motions/motion.resolver.js';
import { MotionService } from './motions/motion.service.js';
import { motionWork } from './motions/motion.work.js';
import { foundCharter } from './regulations/regulation-in-force.js';
import { InterpretationEntity, RegulationEntity } from './regulations/regulation.entity.js';
import { regulationMachine } from './regulations/regulation.machine.js';
import { interpretationPolicy, regulationPolicy } from './regulations/regulation.policy.js';
import { RegulationResolver } from './regulations/regulation.resolver.js';
import { RegulationService } from './regulations/regulation.service.js';
import { regulationWork } from './regulations/regulation.work.js';
import { SeatEntity } from './seats/seat.entity.js';
import { seatMachine } from './seats/seat.machine.js';
import { seatPolicy } from './seats/seat.policy.js';
import { SeatResolver } from './seats/seat.resolver.js';
import { SeatService } from './seats/seat.service.js';
import { seatWork } from './seats/seat.work.js';
import {
  SubAllianceEntity,
  SubAllianceMemberEntity,
  SubAllianceReportEntity,
} from './sub-alliances/sub-alliance.entity.js';
import {
  subAllianceMachine,
  subAllianceMemberMachine,
  subAllianceReportMachine,
} from './sub-alliances/sub-alliance.machine.js';
import { SubAllianceMemberResolver } from './sub-alliances/sub-alliance-member.resolver.js';
import { SubAllianceMemberService } from './sub-alliances/sub-alliance-member.service.js';
import {
  subAllianceMemberPolicy,
  subAlliancePolicy,
  subAllianceReportPolicy,
} from './sub-alliances/sub-alliance.policy.js';
import { SubAllianceResolver } from './sub-alliances/sub-alliance.resolver.js';
import { SubAllianceService } from './sub-alliances/sub-alliance.service.js';
import {
  subAllianceMemberWork,
  subAllianceReportWork,
  subAllianceWork,
} from './sub-alliances/sub-alliance.work.js';

/** How the alliance governs itself: bodies, seats, motions, meetings, rules, sub-alliances (charter art. 13 to 17, 24 to 26). */
export const governanceWing: RoomWing = {
  name: 'governance',
  entities: [
    BodyEntity,
    SeatEntity,
    MotionEntity,
    MotionElectorEntity,
    BallotEntity,
    RegulationEntity,
    InterpretationEntity,
    MeetingEntity,
    AttendanceEntity,
    MinutesEntity,
    SubAllianceEntity,
    SubAllianceMemberEntity,
    SubAllianceReportEntity,
  ],
  migrations: [governance, motions, regulations, meetings, subAlliances, governing],
  policies: [
    bodyPolicy,
    seatPolicy,
    motionPolicy,
    motionElectorPolicy,
    ballotPolicy,
    regulationPolicy,
    interpretationPolicy,
    meetingPolicy,
    attendancePolicy,
    minutesPolicy,
    subAlliancePolicy,
    subAllianceMemberPolicy,
    subAllianceReportPolicy,
  ],
  machines: [
    seatMachine,
    motionMachine,
    regulationMachine,
    meetingMachine,
    subAllianceMachine,
    subAllianceMemberMachine,
    subAllianceReportMachine,
  ],
  work: [
    seatWork,
    motionWork,
    regulationWork,
    meetingWork,
    subAllianceWork,
    subAllianceMemberWork,
    subAllianceReportWork,
  ],
  emits: {
    WorkChanged: ['institutions'],
    WorkAnswered: ['institutions'],
    AllianceActivityHeld: ['institutions'],
  },
  compose: ({ clock, cipher }) => ({
    resolvers: [
      new BodyResolver(new BodyService()),
      new SeatResolver(new SeatService()),
      new MotionResolver(new MotionService(motionConsequences, cipher)),
      new MotionElectorResolver(),
      new RegulationResolver(new RegulationService()),
      new MeetingResolver(new MeetingService()),
      new MeetingRecordResolver(new MeetingRecordService()),
      new SeatAttendanceResolver(),
      new SubAllianceResolver(new SubAllianceService(), new SubAllianceMemberService()),
      new SubAllianceMemberResolver(),
    ],
    references: {},
    async prepare(sql) {
      await foundCharterBodies(sql, clock);
      await foundCharter(sql, clock);
    },
  }),
};
