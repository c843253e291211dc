import { defineMachine, type StateOf } from '../../kit/room/machine/machine.js';

/**
 * The learning account. An action is the mutation of the same name; `verifyIdentity` with the decision REFUSE is the
 * step `refuseIdentity`.
 */
export const accountMachine = defineMachine({
  name: 'Account',
  source: 'model.md section 2 (Account)',
  initial: ['APPLIED'],
  states: {
    APPLIED: { title: { zh: '已申请', en: 'Applied' }, waitsFor: 'OWNER', dueInDays: 30 },
    IDENTITY_PENDING: {
      title: { zh: '待核验身份', en: 'Identity to be checked' },
      waitsFor: ['REGISTRAR', 'INSTITUTION_ADMIN', 'SERVICE_POINT_CLERK'],
      dueInDays: 15,
    },
    ACTIVE: { title: { zh: '正常', en: 'Active' }, resting: true },
    FROZEN: {
      title: { zh: '冻结', en: 'Frozen' },
      waitsFor: ['REGISTRAR', 'INSTITUTION_ADMIN'],
      dueInDays: 90,
    },
    CLOSED: { title: { zh: '已销户', en: 'Closed' }, resting: true },
    REFUSED: { title: { zh: '未通过', en: 'Refused' }, final: true },
    WITHDRAWN: { title: { zh: '已撤回', en: 'Withdrawn' }, final: true },
  },
  actions: {
    provideIdentity: {
      title: { zh: '提交身份信息', en: 'Give the identity' },
      from: ['APPLIED'],
      to: 'IDENTITY_PENDING',
      by: ['OWNER'],
    },
    verifyIdentity: {
      title: { zh: '核验身份', en: 'Confirm the identity' },
      from: ['IDENTITY_PENDING'],
      to: 'ACTIVE',
      by: ['REGISTRAR', 'INSTITUTION_ADMIN', 'SERVICE_POINT_CLERK'],
      guard: ({ principal, facts }: { principal: { subject: string }; facts: { ownerSubject: string } }) =>
        principal.subject === facts.ownerSubject ? 'ACTION_FORBIDDEN' : undefined,
    },
    refuseIdentity: {
      title: { zh: '不予开户', en: 'Refuse the identity' },
      from: ['IDENTITY_PENDING'],
      to: 'REFUSED',
      by: ['REGISTRAR', 'INSTITUTION_ADMIN', 'SERVICE_POINT_CLERK'],
    },
    withdrawAccount: {
      title: { zh: '撤回申请', en: 'Withdraw the application' },
      from: ['APPLIED', 'IDENTITY_PENDING'],
      to: 'WITHDRAWN',
      by: ['OWNER'],
    },
    freezeAccount: {
      title: { zh: '冻结账户', en: 'Freeze the account' },
      from: ['ACTIVE'],
      to: 'FROZEN',
      by: ['REGISTRAR', 'INSTITUTION_ADMIN'],
    },
    unfreezeAccount: {
      title: { zh: '解冻账户', en: 'Unfreeze the account' },
      from: ['FROZEN'],
      to: 'ACTIVE',
      by: ['REGISTRAR', 'INSTITUTION_ADMIN'],
    },
    closeAccount: {
      title: { zh: '销户', en: 'Close the account' },
      from: ['ACTIVE', 'FROZEN'],
      to: 'CLOSED',
      by: ['OWNER'],
    },
    reopenAccount: {
      title: { zh: '重新启用', en: 'Reopen the account' },
      from: ['CLOSED'],
      to: 'IDENTITY_PENDING',
      by: ['OWNER'],
    },
  },
});

/** The states of an account. */
export type AccountStateName = StateOf<typeof accountMachine>;
