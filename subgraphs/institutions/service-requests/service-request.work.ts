import type { WorkSource } from '../../kit/room/work/work-source.js';
import { ServiceRequestEntity, type ServiceRequestRow } from './service-request.entity.js';
import { serviceRequestMachine } from './service-request.machine.js';

/** Questions as tasks: of the secretariat or of the official they are assigned to, of the member once answered. */
export const serviceRequestWork: WorkSource<ServiceRequestRow> = {
  type: 'ServiceRequest',
  entity: ServiceRequestEntity,
  machine: serviceRequestMachine,
  item: (row) => ({
    about: row.title,
    since: row.stateSince,
    dueAt: row.dueAt,
    institutionIds: [row.institutionId],
    ...(row.state === 'ASSIGNED' && row.assignedTo != null ? { subjects: [row.assignedTo] } : {}),
  }),
};
