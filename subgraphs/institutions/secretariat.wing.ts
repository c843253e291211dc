import type { RoomWing } from '../kit/room/join-wings.js';
import { workChangedType } from '../kit/room/work/work-event.js';
import { ActivityRequestEntity } from './activity-requests/activity-request.entity.js';
import { activityRequestMachine } from './activity-requests/activity-request.machine.js';
import { activityRequestPolicy } from './activity-requests/activity-request.policy.js';
import { ActivityRequestResolver } from './activity-requests/activity-request.resolver.js';
import { ActivityRequestService } from './activity-requests/activity-request.service.js';
import { activityRequestWork } from './activity-requests/activity-request.work.js';
import {
  ledgerActivities,
  meetingsAttended,
  recordedContributions,
} from './contributions/contribution-readers.js';
import {
  ContributionEntryEntity,
  ContributionSchemeEntity,
  ContributionScoreEntity,
} from './contributions/contribution.entity.js';
import {
  contributionEntryPolicy,
  contributionSchemePolicy,
  contributionScorePolicy,
} from './contributions/contribution.policy.js';
import { ContributionResolver } from './contributions/contribution.resolver.js';
import { contributionsKind, ContributionService } from './contributions/contribution.service.js';
import { secretariat } from './migrations/0007-secretariat.js';
import { documentsAndScores } from './migrations/0007b-documents-and-scores.js';
import { ResearchOutputEntity, ResearchProjectEntity } from './research-projects/research-project.entity.js';
import { researchProjectMachine } from './research-projects/research-project.machine.js';
import { researchOutputPolicy, researchProjectPolicy } from './research-projects/research-project.policy.js';
import { ResearchProjectResolver } from './research-projects/research-project.resolver.js';
import { ResearchProjectService } from './research-projects/research-project.service.js';
import { researchProjectWork } from './research-projects/research-project.work.js';
import {
  DocumentApprovalEntity,
  DocumentVersionEntity,
  SecretariatDocumentEntity,
} from './secretariat-documents/secretariat-document.entity.js';
import { secretariatDocumentMachine } from './secretariat-documents/secretariat-document.machine.js';
import {
  documentApprovalPolicy,
  documentVersionPolicy,
  secretariatDocumentPolicy,
} from './secretariat-documents/secretariat-document.policy.js';
import { SecretariatDocumentResolver } from './secretariat-documents/secretariat-document.resolver.js';
import { SecretariatDocumentService } from './secretariat-documents/secretariat-document.service.js';
import { secretariatDocumentWork } from './secretariat-documents/secretariat-document.work.js';
import { SecretariatFileResolver } from './secretariat-documents/secretariat-file.resolver.js';
import { SecretariatFileService } from './secretariat-documents/secretariat-file.service.js';
import { ServiceCommentEntity, ServiceRequestEntity } from './service-requests/service-request.entity.js';
import { serviceRequestMachine } from './service-requests/service-request.machine.js';
import { serviceCommentPolicy, serviceRequestPolicy } from './service-requests/service-request.policy.js';
import { ServiceRequestResolver } from './service-requests/service-request.resolver.js';
import { ServiceRequestService } from './service-requests/service-request.service.js';
import { serviceRequestWork } from './service-requests/service-request.work.js';

/** The secretariat's work: what members ask of it, its documents, what members contribute. */
export const secretariatWing: RoomWing = {
  name: 'secretariat',
  entities: [
    ActivityRequestEntity,
    ResearchProjectEntity,
    ResearchOutputEntity,
    ServiceRequestEntity,
    ServiceCommentEntity,
    SecretariatDocumentEntity,
    DocumentVersionEntity,
    DocumentApprovalEntity,
    ContributionSchemeEntity,
    ContributionEntryEntity,
    ContributionScoreEntity,
  ],
  migrations: [secretariat, documentsAndScores],
  appendOnly: [
    'research_output',
    'service_comment',
    'document_version',
    'document_approval',
    'contribution_scheme',
    'contribution_entry',
  ],
  policies: [
    activityRequestPolicy,
    researchProjectPolicy,
    researchOutputPolicy,
    serviceRequestPolicy,
    serviceCommentPolicy,
    secretariatDocumentPolicy,
    documentVersionPolicy,
    documentApprovalPolicy,
    contributionSchemePolicy,
    contributionEntryPolicy,
    contributionScorePolicy,
  ],
  machines: [
    activityRequestMachine,
    researchProjectMachine,
    serviceRequestMachine,
    secretariatDocumentMachine,
  ],
  work: [activityRequestWork, researchProjectWork, serviceRequestWork, secretariatDocumentWork],
  emits: { AllianceActivityHeld: ['institutions'], [workChangedType]: ['institutions'] },
  compose({ files, clock }) {
    const secretariatFiles = new SecretariatFileService(files);
    const contributions = new ContributionService(secretariatFiles, clock, [
      recordedContributions,
      ledgerActivities,
      meetingsAttended,
    ]);
    return {
      resolvers: [
        new SecretariatFileResolver(secretariatFiles),
        new ActivityRequestResolver(new ActivityRequestService(secretariatFiles)),
        new ResearchProjectResolver(new ResearchProjectService()),
        new ServiceRequestResolver(new ServiceRequestService()),
        new SecretariatDocumentResolver(new SecretariatDocumentService(secretariatFiles)),
        new ContributionResolver(contributions),
      ],
      references: {},
      jobs: { [contributionsKind]: contributions.handler },
      jobsShownAs: { [contributionsKind]: 'ContributionComputation' },
    };
  },
};
