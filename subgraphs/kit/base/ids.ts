import { createHash } from 'node:crypto';
import { TypeID, typeid } from 'typeid-js';

/**
 * The readable prefixes of opaque ids, one per type of the graph.
 * An id is a TypeID: the prefix, an underscore, and a UUIDv7 in base 32, so ids sort by the time they were made.
 */
export const idPrefixes = {
  Institution: 'inst',
  Membership: 'mem',
  Grant: 'grant',
  Course: 'crs',
  CourseOffering: 'coff',
  LearningOutcome: 'out',
  Learner: 'lrn',
  Account: 'acc',
  PersonIdentity: 'pid',
  StudentRecordLink: 'link',
  Deposit: 'dep',
  Agreement: 'agr',
  ConsumptionEntry: 'cons',
  AuditEvent: 'aud',
  Event: 'evt',
  Job: 'job',
  Upload: 'upl',
  Request: 'req',
  AgreementApproval: 'appr',
  QuarantinedRow: 'qrow',
  MembershipCase: 'mcase',
  CaseReview: 'crev',
  Expert: 'exp',
  CouncilFiling: 'cfil',
  MembershipExit: 'exit',
  MembershipPeriod: 'mper',
  ViolationCase: 'viol',
  InstitutionName: 'iname',
  RosterComparison: 'rcmp',
  RosterChange: 'rchg',
  DossierEntry: 'doss',
  Activity: 'act',
  Body: 'body',
  Seat: 'seat',
  Meeting: 'meet',
  Attendance: 'att',
  Minutes: 'mins',
  Motion: 'mot',
  MotionElector: 'elec',
  Ballot: 'bal',
  Regulation: 'reg',
  Interpretation: 'intp',
  SubAlliance: 'suba',
  SubAllianceMember: 'subm',
  SubAllianceReport: 'subr',
  ActivityRequest: 'areq',
  ContributionScore: 'cscore',
  SecretariatDocument: 'doc',
  FeeSchedule: 'fees',
  Invoice: 'invc',
  FundEntry: 'fund',
  ResearchProject: 'proj',
  ServiceRequest: 'sreq',
  ServiceComment: 'scom',
  ResearchOutput: 'rout',
  ContributionScheme: 'cschm',
  ContributionEntry: 'centry',
  InvoiceEntry: 'ient',
  DocumentApproval: 'dappr',
  DocumentVersion: 'dver',
  ServicePoint: 'spt',
  GrantReview: 'grev',
  Task: 'task',
  TaskBatch: 'tbat',
  Webhook: 'hook',
  WebhookDelivery: 'hdel',
  Dashboard: 'dash',
  FigureSnapshot: 'snap',
  MemberReport: 'mrep',
  SupervisionScope: 'sscp',
  SupervisionVisit: 'svis',
} as const;

/** A type of the graph that has opaque ids. */
export type IdentifiedType = keyof typeof idPrefixes;

/** Makes a new id for a type, for example `dep_01h455vb4pex5vsknk084sn02q`. */
export function newId(type: IdentifiedType): string {
  return typeid(idPrefixes[type]).toString();
}

/**
 * The id of something that the world already names, for example an institution by its Ministry code: the same name
 * gives the same id in every deployment, so that an import can be repeated and a school's adapter knows whom it serves.
 */
export function stableId(type: IdentifiedType, name: string): string {
  const bytes = createHash('sha256').update(name).digest().subarray(0, 16);
  // Version 8 and the RFC 9562 variant: a UUID made by a scheme of one's own.
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  const uuid = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join(
    '-',
  );
  return TypeID.fromUUID(idPrefixes[type], uuid).toString();
}

/** Whether a text has the form of an id of the given type; says nothing about the row's existence. */
export function isIdOf(type: IdentifiedType, text: string): boolean {
  const prefix = `${idPrefixes[type]}_`;
  return text.startsWith(prefix) && /^[0-7][0-9a-hjkmnp-tv-z]{25}$/.test(text.slice(prefix.length));
}
