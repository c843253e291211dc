import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

/** Something that an institution says of itself in its dossier; every version is kept by the database. */
export const DossierEntryEntity = defineEntity({
  name: 'DossierEntry',
  tableName: 'dossier_entry',
  properties: {
    id: p.string().primary(),
    institutionId: p.string(),
    topic: p.enum(['PROFILE', 'CONTACT', 'QUALITY_ASSURANCE', 'DOCUMENT']),
    visibility: p.enum(['PUBLIC', 'MEMBER', 'SECRETARIAT']),
    titleZh: p.string(),
    titleEn: p.string().nullable(),
    textZh: p.string(),
    textEn: p.string().nullable(),
    url: p.string().nullable(),
    withdrawnAt: p.datetime().nullable(),
    /** The subject of who wrote this version. */
    writtenBy: p.string(),
    version: p.integer().version(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
    /** About the one who reads, not the row: whether they are an official of a member in good standing. */
    readerInStanding: p.boolean().formula('(select app_member_in_standing())'),
  },
});

export type DossierEntryRow = InferEntity<typeof DossierEntryEntity>;

/** The columns of an entry as they were in one version. */
export interface DossierEntryContent {
  readonly visibility: 'PUBLIC' | 'MEMBER' | 'SECRETARIAT';
  readonly title_zh: string;
  readonly title_en: string | null;
  readonly text_zh: string;
  readonly text_en: string | null;
  readonly url: string | null;
  readonly withdrawn_at: string | null;
}

/** An entry as it was in one version; written by the database alone. */
export const DossierEntryVersionEntity = defineEntity({
  name: 'DossierEntryVersion',
  tableName: 'dossier_entry_version',
  properties: {
    id: p.string().primary(),
    entryId: p.string(),
    institutionId: p.string(),
    version: p.integer(),
    content: p.json<DossierEntryContent>(),
    writtenBy: p.string(),
    writtenAt: p.datetime(),
  },
});

export type DossierEntryVersionRow = InferEntity<typeof DossierEntryVersionEntity>;
