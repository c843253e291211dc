import type { Clock } from '../../base/clock.js';
import { newId } from '../../base/ids.js';
import type { Transact } from '../database/sql.js';
import type { DownloadEvent } from '../files/file-store.js';
import { createAuditTrail } from './audit-trail.js';

/**
 * Writes the use of a download link into a room's trail, as done by the subject to whom the link was given. A download
 * comes past the gateway, so the trail knows no grants of that person. Rejects when the row is not durable.
 */
export async function auditDownload(event: DownloadEvent, transact: Transact, clock: Clock): Promise<void> {
  const trail = createAuditTrail({
    principal: { kind: 'PERSON', subject: event.subject, grants: [], scopes: [] },
    requestId: newId('Request'),
    clock,
  });
  trail.record({
    action: 'DOWNLOAD_FILE',
    outcome: event.outcome === 'SENT' ? 'ALLOWED' : 'DENIED',
    subjectType: 'File',
    subjectId: event.key,
    ...(event.outcome === 'EXPIRED' ? { detail: { code: 'FILE_LINK_EXPIRED' } } : {}),
  });
  await transact((sql) => trail.flush(sql));
}
