import type { WorkSource } from '../../kit/room/work/work-source.js';
import { SecretariatDocumentEntity, type SecretariatDocumentRow } from './secretariat-document.entity.js';
import { secretariatDocumentMachine } from './secretariat-document.machine.js';

/** Documents as tasks: of the secretariat, and in review of those who have not approved yet. */
export const secretariatDocumentWork: WorkSource<SecretariatDocumentRow> = {
  type: 'SecretariatDocument',
  entity: SecretariatDocumentEntity,
  machine: secretariatDocumentMachine,
  async item(row, sql) {
    const item = { about: row.title, since: row.stateSince };
    if (row.state !== 'IN_REVIEW') return item;
    const given = await sql.execute<{ given_by: string }>(
      'select given_by from document_approval where document_id = ? and version_no = ?',
      [row.id, row.currentVersion],
    );
    const done = new Set(given.map((approval) => approval.given_by));
    return { ...item, subjects: row.approvers.filter((subject) => !done.has(subject)) };
  },
};
