import { hasRole } from '../../kit/base/identity/principal.js';
import { defineMachine, type StateOf } from '../../kit/room/machine/machine.js';
import type { GuardContext } from '../../kit/room/machine/machine-definition.js';

/** What the steps of a document depend on. */
export interface DocumentFacts {
  readonly madeBy: string;
  readonly approvers: readonly string[];
}

const secretariat = { role: 'SECRETARIAT', anywhere: true } as const;
const council = { role: 'COUNCIL_MEMBER', anywhere: true } as const;

/** A document: drafted by the secretariat, approved by everybody who was named, published to its audience. */
export const secretariatDocumentMachine = defineMachine({
  name: 'SecretariatDocument',
  source: 'charter art. 14, 17; model.md section 3.12',
  initial: ['DRAFT'],
  states: {
    DRAFT: { title: { zh: '起草', en: 'Draft' }, waitsFor: secretariat, dueInDays: 60 },
    IN_REVIEW: { title: { zh: '审批中', en: 'In review' }, waitsFor: [council, secretariat], dueInDays: 14 },
    APPROVED: { title: { zh: '已审批', en: 'Approved' }, waitsFor: secretariat, dueInDays: 30 },
    PUBLISHED: { title: { zh: '已发布', en: 'Published' }, resting: true },
    ARCHIVED: { title: { zh: '已归档', en: 'Archived' }, final: true },
  },
  actions: {
    reviseSecretariatDocument: {
      title: { zh: '修订', en: 'Make another version' },
      from: ['DRAFT'],
      by: [secretariat],
    },
    submitSecretariatDocument: {
      title: { zh: '送审', en: 'Send for approval' },
      from: ['DRAFT'],
      to: 'IN_REVIEW',
      by: [secretariat],
    },
    approveSecretariatDocument: {
      title: { zh: '审批', en: 'Approve' },
      from: ['IN_REVIEW'],
      to: 'APPROVED',
      by: [council, secretariat],
      guard: namedApprover,
    },
    returnSecretariatDocument: {
      title: { zh: '退回', en: 'Give back' },
      from: ['IN_REVIEW'],
      to: 'DRAFT',
      by: [council, secretariat],
      guard: approverOrSecretariat,
    },
    publishSecretariatDocument: {
      title: { zh: '发布', en: 'Publish' },
      from: ['APPROVED'],
      to: 'PUBLISHED',
      by: [secretariat],
    },
    archiveSecretariatDocument: {
      title: { zh: '归档', en: 'Archive' },
      from: ['DRAFT', 'APPROVED', 'PUBLISHED'],
      to: 'ARCHIVED',
      by: [secretariat],
    },
  },
});

/** The states of a document. */
export type SecretariatDocumentStateName = StateOf<typeof secretariatDocumentMachine>;

/** The steps of a document; each is a mutation. */
export type SecretariatDocumentAction = keyof typeof secretariatDocumentMachine.definition.actions;

/** An approver may not act any more, by illness or a grant that ended: the secretariat takes the document back. */
function approverOrSecretariat(context: GuardContext<DocumentFacts>) {
  return hasRole(context.principal, 'SECRETARIAT') ? undefined : namedApprover(context);
}

function namedApprover({ principal, facts }: GuardContext<DocumentFacts>) {
  if (principal.subject === facts.madeBy) return 'DOCUMENT_SAME_PERSON' as const;
  return facts.approvers.includes(principal.subject) ? undefined : ('DOCUMENT_NOT_APPROVER' as const);
}
