import { add, isDecimal } from '../../../../kit/base/decimal.js';
import type { ElmoDocument, ElmoReport, ElmoSpecification } from './elmo-document.js';
import type { ElmoDeclaration } from './elmo-schema.js';

/*
 * The columns of an ELMO delivery, which a mapping names. <type> is the type of an identifier, <lang> a language, <SCHEME>
 * a credit scheme in capitals. An identifier whose type occurs twice is left out: which one is meant nobody knows.
 *
 *   of every row:    learner.identifier (the student number), elmo.signature (UNVERIFIED or nothing), issuer.title,
 *                    issuer.identifier.<type>. Days of the export are no columns: a row changes only when a fact does
 *   students:        learner.name, learner.givenNames, learner.familyName, and of the only degree programme, if there is
 *                    one, all columns of a specification with `programme.` before them
 *   identities:      learner.identifier, learner.name, identityNumber
 *   results:         key, and of the specification `los.…` and `loi.…`, of the nearest degree programme above it
 *                    `programme.…`, of the parts `parts.engagementHours`
 *   certificates:    as results, of degree programmes that were passed or have a diploma supplement
 *   gradeCounts:     key, label, count, academicYear, and the specification
 *
 *   a specification: title, title.<lang>, identifier.<type>, type, subjectArea, iscedCode (all under los.), and under
 *                    loi.: identifier.<type>, start, date, status, gradingSchemeLocalId, gradingScheme, resultLabel,
 *                    credit.<SCHEME>, credit.level, level.<type>, languageOfInstruction, engagementHours,
 *                    academicTerm.title, academicTerm.start, academicTerm.end, diplomaSupplement.issueDate
 */

/** A row as it is made; the driver's rows are the same, read-only. */
export type ElmoRow = Record<string, string | null>;

/** A specification with where it stands in its document. */
export interface PlacedSpecification {
  readonly specification: ElmoSpecification;
  /** From the nearest to the root. */
  readonly above: readonly ElmoSpecification[];
  /** From 1, in the order of the document. */
  readonly ordinal: number;
  /** `report[1]/learningOpportunitySpecification[2]/hasPart[1]/learningOpportunitySpecification`. */
  readonly path: string;
}

/** All specifications of a document, the reports of others included, in its order. */
export function placedSpecifications(
  document: ElmoDocument,
): readonly { readonly report: ElmoReport; readonly placed: readonly PlacedSpecification[] }[] {
  let ordinal = 0;
  const walk = (
    specification: ElmoSpecification,
    path: string,
    above: readonly ElmoSpecification[],
  ): PlacedSpecification[] => {
    ordinal += 1;
    const own = { specification, above, ordinal, path };
    const parts = specification.parts.flatMap((part, at) =>
      walk(part, `${path}/hasPart[${at + 1}]/learningOpportunitySpecification`, [specification, ...above]),
    );
    return [own, ...parts];
  };
  return document.reports.map((report, at) => ({
    report,
    placed: report.specifications.flatMap((one, index) =>
      walk(one, `report[${at + 1}]/learningOpportunitySpecification[${index + 1}]`, []),
    ),
  }));
}

/** What stands in every row of a report. */
export function reportColumns(document: ElmoDocument, report: ElmoReport, studentNumber: string): ElmoRow {
  return {
    'learner.identifier': studentNumber,
    // Whoever has the file can have signed it; only a key that the school has given would say more.
    'elmo.signature': document.isSigned ? 'UNVERIFIED' : null,
    ...titled('issuer.title', report.issuer.titles),
    ...identified('issuer.', report.issuer.identifiers),
  };
}

/** The columns of a specification under `los.` and `loi.`, each with something before it. */
export function specificationColumns(
  specification: ElmoSpecification,
  { gradingSchemes }: ElmoReport,
  before = '',
): ElmoRow {
  const { instance } = specification;
  const scheme = gradingSchemes.find(({ localId }) => localId === instance.gradingScheme);
  const row: ElmoRow = {
    ...titled('los.title', specification.titles),
    ...identified('los.', specification.identifiers),
    'los.type': specification.type,
    'los.subjectArea': specification.subjectArea,
    'los.iscedCode': specification.iscedCode,
    ...identified('loi.', instance.identifiers),
    'loi.start': instance.start,
    'loi.date': instance.date,
    'loi.status': instance.status,
    'loi.gradingSchemeLocalId': instance.gradingScheme,
    ...(scheme === undefined ? {} : titled('loi.gradingScheme', scheme.titles)),
    'loi.resultLabel': instance.resultLabel,
    ...creditColumns(instance.credits),
    ...Object.fromEntries(instance.levels.map(({ type, value }) => [`loi.level.${type}`, value])),
    'loi.languageOfInstruction': instance.language,
    'loi.engagementHours': instance.hours,
    ...(instance.term === null ? {} : titled('loi.academicTerm.title', instance.term.titles)),
    'loi.academicTerm.start': instance.term?.start ?? null,
    'loi.academicTerm.end': instance.term?.end ?? null,
    'loi.diplomaSupplement.issueDate': instance.supplementDate,
  };
  if (before === '') return row;
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [`${before}${name}`, value]));
}

/** The contact hours of all classes of a course together; null where one of them does not say its own. */
export function hoursOfParts({ parts }: ElmoSpecification): string | null {
  const hours = parts.map(({ instance }) => instance.hours);
  if (hours.length === 0 || !hours.every((value) => isDecimal(value))) return null;
  return add(...(hours as string[]));
}

/**
 * The school's own key of a result: of the instance, which is one offering of a course, or else of the course together
 * with its term or day; null where neither has an identifier, because titles are no keys.
 */
export function keyOf({ identifiers, instance }: ElmoSpecification): string | null {
  const own = firstIdentifier(instance.identifiers);
  if (own !== null) return own;
  const course = firstIdentifier(identifiers);
  if (course === null) return null;
  const when = instance.term?.start ?? instance.date ?? instance.start;
  return when === null ? course : `${course}@${when}`;
}

/** The academic year of a day, `2024-2025`; null without a day. */
export function academicYearOf(day: string | null, begins: ElmoDeclaration['yearBegins']): string | null {
  if (day === null) return null;
  const first = `${String(begins.month).padStart(2, '0')}-${String(begins.day).padStart(2, '0')}`;
  const from = Number(day.slice(0, 4)) - (day.slice(5) < first ? 1 : 0);
  return `${from}-${from + 1}`;
}

function firstIdentifier(identifiers: ElmoSpecification['identifiers']): string | null {
  const first = identifiers.find(({ value }) => value !== '');
  return first === undefined ? null : `${first.type}:${first.value}`;
}

function identified(before: string, identifiers: ElmoSpecification['identifiers']): ElmoRow {
  const row: ElmoRow = {};
  for (const { type, value } of identifiers) {
    const name = `${before}identifier.${type}`;
    row[name] = name in row ? null : value || null;
  }
  return row;
}

/** The first title, and each by its language. */
function titled(name: string, titles: ElmoSpecification['titles']): ElmoRow {
  const row: ElmoRow = { [name]: titles[0]?.text || null };
  for (const { language, text } of titles) if (language !== null) row[`${name}.${language}`] ??= text || null;
  return row;
}

/** Credits by their scheme in capitals, because schools write `ects` and `ECTS`; of two of one scheme neither counts. */
function creditColumns(credits: ElmoSpecification['instance']['credits']): ElmoRow {
  const row: ElmoRow = {};
  for (const { scheme, level, value } of credits) {
    const name = `loi.credit.${scheme.toUpperCase()}`;
    row[name] = name in row ? null : value;
    row['loi.credit.level'] ??= level;
  }
  return row;
}
