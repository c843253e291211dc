import { legalDate } from '../../kit/base/clock.js';
import { parseDecimal } from '../../kit/base/decimal.js';
import type { LoaderDefinition } from '../../kit/room/scope/request-scope.js';
import { AgreementEntity, type AgreementRow } from '../agreements/agreement.entity.js';
import { inForceOn } from '../agreements/agreement-in-force.js';
import type { ConversionSummary } from './institution.types.js';

interface FiguresRow {
  readonly issuer_id: string;
  readonly credit_scheme: string;
  readonly consumed: string;
  readonly reserved: string;
}

/** What came of institutions' agreements: two statements per request, whatever the number of institutions. */
export const conversionSummaryByInstitution: LoaderDefinition<string, ConversionSummary> = {
  name: 'conversionSummaryByInstitution',
  async batch(scope, institutionIds) {
    const agreements = await scope.find<AgreementRow>(
      AgreementEntity,
      { $and: [{ partyIds: { $overlap: [...institutionIds] } }, inForceOn(legalDate(scope.clock.now()))] },
      { fields: ['id', 'partyIds'] as never },
    );
    const { sql } = await scope.unit();
    const figures = await sql.execute<FiguresRow>(
      `select issuer_id, credit_scheme, consumed::text as consumed, reserved::text as reserved
       from consumption_figures(?::jsonb) order by credit_scheme`,
      [JSON.stringify(institutionIds)],
    );
    return institutionIds.map((id) => {
      const own = agreements.filter(({ partyIds }) => partyIds.includes(id));
      const partners = new Set(own.flatMap(({ partyIds }) => partyIds));
      partners.delete(id);
      const amounts = (of: 'consumed' | 'reserved') =>
        figures
          .filter((row) => row.issuer_id === id)
          .map((row) => ({ scheme: row.credit_scheme, amount: parseDecimal(row[of]) }));
      return {
        agreementsInForce: own.length,
        partners: partners.size,
        convertedCredits: amounts('consumed'),
        reservedCredits: amounts('reserved'),
      };
    });
  },
};
