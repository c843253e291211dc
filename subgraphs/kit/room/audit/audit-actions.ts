/**
 * Everything that the trail can say happened; a closed list, so that a report over it can be complete.
 * Names are added at the end of their group and never renamed: sealed rows carry them for good.
 * `READ` happened as soon as the rows were read; `CHANGE` happened only if its transaction committed.
 */
export const auditActions = {
  READ_LEARNER: 'READ',
  READ_ARCHIVE: 'READ',
  READ_ACCOUNT: 'READ',
  READ_DEPOSIT: 'READ',
  READ_STUDENT_RECORD: 'READ',
  READ_APPLICATION: 'READ',
  READ_CERTIFICATE: 'READ',
  READ_GRANT: 'READ',
  READ_JOB: 'READ',
  READ_AUDIT: 'READ',
  EXPORT_ARCHIVE: 'READ',
  EXPORT_AUDIT: 'READ',
  DOWNLOAD_FILE: 'READ',

  GIVE_GRANT: 'CHANGE',
  REVOKE_GRANT: 'CHANGE',
  IMPORT_ROSTER: 'CHANGE',
  ADMIT_INSTITUTION: 'CHANGE',
  CHANGE_INSTITUTION: 'CHANGE',
  IMPORT_CATALOG: 'CHANGE',
  CHANGE_COURSE: 'CHANGE',
  CHANGE_OUTCOME: 'CHANGE',
  OPEN_ACCOUNT: 'CHANGE',
  ACTIVATE_ACCOUNT: 'CHANGE',
  CHANGE_ACCOUNT: 'CHANGE',
  CHANGE_LEARNER: 'CHANGE',
  LINK_STUDENT_RECORD: 'CHANGE',
  UNLINK_STUDENT_RECORD: 'CHANGE',
  CREATE_DEPOSIT: 'CHANGE',
  SUBMIT_DEPOSIT: 'CHANGE',
  REVIEW_DEPOSIT: 'CHANGE',
  REVOKE_DEPOSIT: 'CHANGE',
  PROPOSE_AGREEMENT: 'CHANGE',
  APPROVE_AGREEMENT: 'CHANGE',
  CHANGE_AGREEMENT: 'CHANGE',
  SUBMIT_APPLICATION: 'CHANGE',
  DECIDE_APPLICATION: 'CHANGE',
  CONSUME_CREDITS: 'CHANGE',
  CREATE_UPLOAD: 'CHANGE',
  ENQUEUE_JOB: 'CHANGE',
  CANCEL_JOB: 'CHANGE',
  APPLY_EVENT: 'CHANGE',
  WRITE_BACK_EXEMPTION: 'CHANGE',
} as const satisfies Record<string, 'READ' | 'CHANGE'>;

/** One thing that the trail can say happened. */
export type AuditAction = keyof typeof auditActions;
