import type { LoaderDefinition, RequestScope } from '../../kit/room/scope/request-scope.js';
import {
  DossierEntryEntity,
  type DossierEntryRow,
  type DossierEntryVersionRow,
} from './dossier-entry.entity.js';
import { ownInstitutions } from './dossier-entry.policy.js';
import type {
  DossierEntry,
  DossierEntryVersion,
  DossierTopic,
  DossierVisibility,
} from './dossier-entry.types.js';

/** What the graph shows of an entry. */
export function showEntry(row: DossierEntryRow): DossierEntry {
  return {
    id: row.id,
    institutionId: row.institutionId,
    topic: row.topic as DossierTopic,
    visibility: row.visibility as DossierVisibility,
    titleZh: row.titleZh,
    titleEn: row.titleEn ?? null,
    textZh: row.textZh,
    textEn: row.textEn ?? null,
    url: row.url ?? null,
    updatedAt: row.updatedAt,
    withdrawnAt: row.withdrawnAt ?? null,
    version: row.version,
  };
}

/** What the graph shows of a version. */
export function showVersion({ version, content, writtenAt }: DossierEntryVersionRow): DossierEntryVersion {
  return {
    version,
    writtenAt,
    visibility: content.visibility as DossierVisibility,
    titleZh: content.title_zh,
    titleEn: content.title_en,
    textZh: content.text_zh,
    textEn: content.text_en,
    url: content.url,
    withdrawn: content.withdrawn_at !== null,
  };
}

/**
 * The entries that the principal may read, by institution, those that were taken back left out. Whoever reads another
 * institution's entries that are not public leaves a trace, one for each institution and request.
 */
export const entriesOf: LoaderDefinition<string, DossierEntry[]> = {
  name: 'dossierEntries',
  async batch(scope, institutionIds) {
    const rows = await scope.find(
      DossierEntryEntity,
      { institutionId: { $in: [...institutionIds] }, withdrawnAt: null },
      { orderBy: { topic: 'asc', id: 'asc' } },
    );
    const found = Map.groupBy(rows, (row) => row.institutionId);
    for (const [institutionId, entries] of found) noteReading(scope, institutionId, entries);
    return institutionIds.map((id) => (found.get(id) ?? []).map(showEntry));
  },
};

function noteReading(scope: RequestScope, institutionId: string, rows: readonly DossierEntryRow[]): void {
  const confided = rows.filter(({ visibility }) => visibility !== 'PUBLIC');
  if (scope.principal.kind !== 'PERSON' || confided.length === 0) return;
  if (ownInstitutions(scope.principal).includes(institutionId)) return;
  scope.audit({
    action: 'READ_DOSSIER',
    outcome: 'ALLOWED',
    subjectType: 'Institution',
    subjectId: institutionId,
    detail: { entries: confided.map(({ id }) => id) },
  });
}
