import { AmrloError } from '../../../kit/base/errors/amrlo-error.js';
import type { Clock } from '../../../kit/base/clock.js';
import type { Exemption, ReadContext } from '../../kit/driver.js';
import { textOf, type NativeRow } from '../../kit/native-row.js';
import { checkColumns } from './column-check.js';
import { bindStatement } from './bound-statement.js';
import type { SqlDialect, SqlTransaction, SqlWriter } from './dialect.js';
import { withinLimits } from './school-questions.js';
import { existsOf, insertOf, type exemptionHoles, type SqlDeclaration } from './sql-declaration.js';

/** How often a transaction that met another one is tried again. */
const attempts = 6;

type Outcome = 'WRITTEN' | 'ALREADY_WRITTEN';

/** What a write-back is made of. */
export interface WriteBackParts {
  readonly institution: string;
  readonly dialect: SqlDialect;
  readonly writer: SqlWriter;
  readonly clock: Clock;
}

/**
 * Writes exemptions by a school's declared statements: looks, inserts and commits in one transaction that no second
 * one can pass. What was written before an answer got lost is found again, and nothing is written twice.
 */
export function createWriteBack(
  declared: SqlDeclaration,
  { institution, dialect, writer, clock }: WriteBackParts,
): (exemption: Exemption, context: ReadContext) => Promise<Outcome> {
  const { schema, statementTimeoutMs } = declared;
  const kinds = declared.writeBack?.kinds ?? {};
  const exists = existsOf(declared);
  const inserts = (declared.writeBack?.insert ?? []).map((_, at) => insertOf(declared, at));
  const tables = [...new Set(inserts.map(({ into }) => into.replace('{schema}', schema)))];
  const columns = [exists, ...inserts].flatMap((statement) => statement.columns);
  let columnsChecked = dialect.callsThroughColumns !== true;
  const refused = (detail: string, cause?: unknown): AmrloError =>
    new AmrloError('WRITE_BACK_REFUSED', { institution, detail }, { cause });

  async function write(transaction: SqlTransaction, exemption: Exemption): Promise<Outcome> {
    const values = valuesOf(exemption, kinds);
    if (!columnsChecked) {
      await checkColumns(columns, schema, (asked) => transaction.query(asked));
      columnsChecked = true;
    }
    if (dialect.lockTable !== undefined) {
      for (const table of tables)
        await transaction.execute({ text: dialect.lockTable(table), parameters: [] });
    }
    const found = await transaction.query(bindStatement(exists, dialect, schema, { values }));
    if (found.length > 0) {
      const difference = differenceOf(found, values);
      if (difference !== null) throw refused(difference);
      return 'ALREADY_WRITTEN';
    }
    for (const insert of inserts) {
      const written = await transaction.execute(bindStatement(insert, dialect, schema, { values }));
      // An INSERT that takes its row from the student and the course writes none for one that the system does not know.
      if (written !== 1) throw refused('NOT_ONE_ROW');
    }
    return 'WRITTEN';
  }

  return (exemption, context) =>
    withinLimits({ institution, dialect, clock }, context, statementTimeoutMs, async (limits) => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await writer.transaction((transaction) => write(transaction, exemption), limits);
        } catch (error) {
          const said = dialect.says(error);
          if (said === 'RULE_BROKEN') throw refused('DATABASE_RULE', error);
          if (said !== 'CONFLICT' || attempt === attempts || limits.signal.aborted) throw error;
        }
      }
    });
}

/** Each hole of a write-back statement and what stands in it. */
function valuesOf(
  exemption: Exemption,
  kinds: Readonly<Partial<Record<Exemption['kind'], string>>>,
): Readonly<Record<(typeof exemptionHoles)[number], string | null>> {
  const [, academicYear = '', firstYear = '', termNumber = ''] =
    /^((\d{4})-\d{4})-(\d)$/.exec(exemption.term) ?? [];
  if (termNumber === '') {
    throw new AmrloError('INPUT_INVALID', { detail: 'a term has the form "2026-2027-1"' });
  }
  return {
    studentNumber: exemption.studentNumber,
    courseCode: exemption.courseCode,
    term: exemption.term,
    academicYear,
    firstYear,
    termNumber,
    certificateNumber: exemption.certificateNumber,
    kind: kinds[exemption.kind] ?? exemption.kind,
    recordedGrade: exemption.recordedGrade,
    credits: exemption.credits,
  };
}

/** How what stands in the exemption's place differs from it, as a code; null when it is this very exemption. */
function differenceOf(found: readonly NativeRow[], values: ReturnType<typeof valuesOf>): string | null {
  const own = found.find((row) => textOf(row, 'CERTIFICATE_NUMBER') === values.certificateNumber);
  if (own === undefined) return 'ANOTHER_ENTRY';
  const compared = { RECORDED_GRADE: values.recordedGrade, KIND: values.kind } as const;
  for (const [column, wanted] of Object.entries(compared)) {
    if (column in own && textOf(own, column) !== (wanted?.trim() || null)) {
      return column === 'KIND' ? 'ANOTHER_KIND' : 'ANOTHER_GRADE';
    }
  }
  return null;
}
