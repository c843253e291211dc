import { z } from 'zod';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { newId } from '../../kit/base/ids.js';
import { hasRole } from '../../kit/base/identity/principal.js';
import { connectionOf, type Connection } from '../../kit/room/connection/connection-type.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { mutate } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { InstitutionEntity } from '../institutions/institution.entity.js';
import {
  DossierEntryEntity,
  DossierEntryVersionEntity,
  type DossierEntryRow,
} from './dossier-entry.entity.js';
import { entriesOf, showEntry, showVersion } from './dossier-entry.loader.js';
import type {
  AddDossierEntryInput,
  DossierEntriesArguments,
  DossierEntry,
  DossierEntryPayload,
  DossierEntryVersion,
  DossierEntryVersionsArguments,
  UpdateDossierEntryInput,
  WithdrawDossierEntryInput,
} from './dossier-entry.types.js';

/** So many entries can be shown whole, without pages. */
const mostEntries = 100;

const words = z.object({
  titleZh: z.string().trim().min(1).max(200),
  titleEn: z.string().max(200).nullish(),
  textZh: z.string().trim().min(1).max(5_000),
  textEn: z.string().max(5_000).nullish(),
  url: z
    .url({ protocol: /^https$/ })
    .max(500)
    .nullish(),
});

const reasoned = z.object({ reason: z.string().trim().min(1, '1–2000').max(2_000, '1–2000') });

/** What institutions say of themselves, and to whom. */
export class DossierEntryService {
  /** The entries of an institution that the principal may read. */
  async of(
    scope: RequestScope,
    institutionId: string,
    { topics }: DossierEntriesArguments,
  ): Promise<DossierEntry[]> {
    const entries = await scope.load(entriesOf, institutionId);
    return topics == null ? entries : entries.filter(({ topic }) => topics.includes(topic));
  }

  /** Every version of an entry, the latest first; for the institution itself and the secretariat. */
  async versions(
    scope: RequestScope,
    args: DossierEntryVersionsArguments,
    withTotal: boolean,
  ): Promise<Connection<DossierEntryVersion>> {
    const page = await scope.page(DossierEntryVersionEntity, args, {
      where: { entryId: args.entryId },
      orderBy: [{ version: 'desc' }],
      withTotal,
    });
    return connectionOf(page, showVersion);
  }

  /** Writes a new entry. */
  add(scope: RequestScope, input: AddDossierEntryInput): Promise<DossierEntryPayload> {
    return mutate(
      scope,
      { operation: 'addDossierEntry', action: 'CHANGE_INSTITUTION', subjectType: 'DossierEntry', input },
      async (transaction) => {
        assertAdministers(scope, input.institutionId, 'addDossierEntry');
        const content = contentOf({ visibility: input.visibility, ...checkInput(words, input) });
        // The institution's row is what two administrators wait for, so that both together keep to the limit.
        await transaction.lock(InstitutionEntity, input.institutionId);
        const shown = { institutionId: input.institutionId, withdrawnAt: null };
        if ((await transaction.find(DossierEntryEntity, shown)).length >= mostEntries) {
          throw refuse('DOSSIER_FULL', { max: mostEntries });
        }
        const now = scope.clock.now();
        const row = transaction.create(DossierEntryEntity, {
          id: newId('DossierEntry'),
          institutionId: input.institutionId,
          topic: input.topic,
          ...content,
          writtenBy: scope.principal.subject,
          version: 1,
          createdAt: now,
          updatedAt: now,
        });
        transaction.audited({ subjectId: row.id, after: content });
        transaction.wake('Institution', input.institutionId);
        return { dossierEntry: showEntry(row) };
      },
    );
  }

  /** Writes the next version of an entry. */
  update(scope: RequestScope, input: UpdateDossierEntryInput): Promise<DossierEntryPayload> {
    return this.#change(scope, 'updateDossierEntry', input, (row) => {
      Object.assign(row, contentOf({ visibility: input.visibility, ...checkInput(words, input) }));
      return {};
    });
  }

  /** Takes an entry back; its versions stay. */
  withdraw(scope: RequestScope, input: WithdrawDossierEntryInput): Promise<DossierEntryPayload> {
    return this.#change(scope, 'withdrawDossierEntry', input, (row) => {
      const { reason } = checkInput(reasoned, input);
      row.withdrawnAt = scope.clock.now();
      return { reason };
    });
  }

  #change(
    scope: RequestScope,
    operation: 'updateDossierEntry' | 'withdrawDossierEntry',
    input: { entryId: string; expectedVersion: number },
    change: (row: DossierEntryRow) => Record<string, string>,
  ): Promise<DossierEntryPayload> {
    return mutate(
      scope,
      { operation, action: 'CHANGE_INSTITUTION', subjectType: 'DossierEntry', input },
      async (transaction) => {
        const row = await transaction.lock(DossierEntryEntity, input.entryId, {
          expectedVersion: input.expectedVersion,
          current: (current) => ({ dossierEntry: showEntry(current) }),
        });
        assertAdministers(scope, row.institutionId, operation);
        if (row.withdrawnAt != null) throw refuse('NOT_FOUND', { type: 'DossierEntry', id: row.id });
        const before = contentOf(row);
        const detail = change(row);
        row.writtenBy = scope.principal.subject;
        row.updatedAt = scope.clock.now();
        await transaction.flush();
        transaction.audited({ subjectId: row.id, before, after: contentOf(row), detail });
        transaction.wake('Institution', row.institutionId);
        return { dossierEntry: showEntry(row) };
      },
    );
  }
}

/** What an entry says is its institution's affair, not the secretariat's. */
function assertAdministers(scope: RequestScope, institutionId: string, action: string): void {
  if (!hasRole(scope.principal, 'INSTITUTION_ADMIN', institutionId)) {
    throw refuse('ACTION_FORBIDDEN', { action });
  }
}

type Words = Pick<DossierEntryRow, 'visibility' | 'titleZh' | 'titleEn' | 'textZh' | 'textEn' | 'url'>;

function contentOf(
  given: { [Word in keyof Words]?: Words[Word] | null | undefined } & Pick<
    Words,
    'visibility' | 'titleZh' | 'textZh'
  >,
) {
  const { visibility, titleZh, titleEn = null, textZh, textEn = null, url = null } = given;
  return { visibility, titleZh, titleEn, textZh, textEn, url };
}
