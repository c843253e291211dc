import { z } from 'zod';
import type { XmlElement } from '../../xml/xml-document.js';
import { elmoNamespace } from './elmo-schema.js';

const text = z.string().max(20_000);
const optional = text.nullable();
/** `xs:date`, whose time zone says nothing about a day in a record. */
const day = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}(?:Z|[+-]\d{2}:\d{2})?$/)
  .transform((written) => written.slice(0, 10));
/** `xs:decimal`, without the sign and the point that it allows and amounts do not have. */
const amount = z
  .string()
  .regex(/^[+-]?(?:\d{1,20}(?:\.\d{0,20})?|\.\d{1,20})$/)
  .transform((written) => written.replace(/^\+/, '').replace(/\.$/, ''));
const identifiers = z.array(z.strictObject({ type: text.min(1), value: text }));
const titles = z.array(z.strictObject({ language: optional, text }));

const instance = z.strictObject({
  identifiers,
  start: day.nullable(),
  date: day.nullable(),
  term: z.strictObject({ titles, start: day, end: day }).nullable(),
  status: z.enum(['passed', 'failed', 'in-progress']).nullable(),
  gradingScheme: optional,
  resultLabel: optional,
  distribution: z.array(z.strictObject({ label: text, count: z.string().regex(/^\+?\d{1,12}$/) })),
  credits: z.array(z.strictObject({ scheme: text.min(1), level: optional, value: amount.nullable() })),
  levels: z.array(z.strictObject({ type: text.min(1), value: optional })),
  language: optional,
  hours: amount.nullable(),
  /** The day of the diploma supplement. */
  supplementDate: day.nullable(),
});

const specificationFields = {
  identifiers,
  titles: titles.min(1),
  type: z.enum(['Degree Programme', 'Module', 'Course', 'Class']).nullable(),
  subjectArea: optional,
  iscedCode: optional,
  instance,
};

/** What was studied and with which result, with its parts. */
export interface ElmoSpecification extends z.output<z.ZodObject<typeof specificationFields>> {
  readonly parts: readonly ElmoSpecification[];
}
const specification: z.ZodType<ElmoSpecification> = z.strictObject({
  ...specificationFields,
  parts: z.lazy(() => z.array(specification)),
});

const elmo = z.strictObject({
  generatedDate: text.min(1),
  learner: z.strictObject({ identifiers, givenNames: text, familyName: text }),
  reports: z
    .array(
      z.strictObject({
        issuer: z.strictObject({ identifiers: identifiers.min(1), titles: titles.min(1) }),
        issueDate: text.min(1),
        specifications: z.array(specification),
        gradingSchemes: z.array(z.strictObject({ localId: text.min(1), titles })),
      }),
    )
    .min(1),
  isSigned: z.boolean(),
});

/** One ELMO document: one learner, as one or more institutions report on them. */
export type ElmoDocument = z.output<typeof elmo>;
export type ElmoReport = ElmoDocument['reports'][number];

/**
 * Reads what is used of a document: attachments, descriptions, addresses and extensions are not. This check holds also
 * where a schema would let something through.
 * @throws Error that says which part is not as ELMO has it, without its value
 */
export function readElmo(root: XmlElement): ElmoDocument {
  if (root.name !== 'elmo' || root.namespace !== elmoNamespace)
    throw new Error('the root is no elmo of version 1');
  const learner = child(root, 'learner');
  const parsed = elmo.safeParse({
    generatedDate: value(root, 'generatedDate'),
    learner: learner && {
      identifiers: identifiersOf(learner),
      givenNames: value(learner, 'givenNames'),
      familyName: value(learner, 'familyName'),
    },
    reports: all(root, 'report').map((report) => {
      const issuer = child(report, 'issuer');
      return {
        issuer: issuer && { identifiers: identifiersOf(issuer), titles: titlesOf(issuer, 'title') },
        issueDate: value(report, 'issueDate'),
        specifications: all(report, 'learningOpportunitySpecification').map(specificationOf),
        gradingSchemes: all(report, 'gradingScheme').map((scheme) => ({
          localId: scheme.attributes.get('localId'),
          titles: titlesOf(scheme, 'description'),
        })),
      };
    }),
    isSigned: root.children.some(({ name }) => name === 'Signature'),
  });
  if (parsed.success) return parsed.data;
  const path = parsed.error.issues[0]?.path ?? [];
  throw new Error(path.map((part) => (typeof part === 'number' ? `[${part + 1}]` : String(part))).join('/'));
}

function specificationOf(element: XmlElement): unknown {
  const specifies = child(element, 'specifies');
  const taught = specifies && child(specifies, 'learningOpportunityInstance');
  return {
    identifiers: identifiersOf(element),
    titles: titlesOf(element, 'title'),
    type: value(element, 'type'),
    subjectArea: value(element, 'subjectArea'),
    iscedCode: value(element, 'iscedCode'),
    instance: taught && instanceOf(taught),
    parts: all(element, 'hasPart').flatMap((part) =>
      all(part, 'learningOpportunitySpecification').map(specificationOf),
    ),
  };
}

function instanceOf(element: XmlElement): unknown {
  const term = child(element, 'academicTerm');
  const distribution = child(element, 'resultDistribution');
  const supplement = child(element, 'diplomaSupplement');
  return {
    identifiers: identifiersOf(element),
    start: value(element, 'start'),
    date: value(element, 'date'),
    term: term
      ? { titles: titlesOf(term, 'title'), start: value(term, 'start'), end: value(term, 'end') }
      : null,
    status: value(element, 'status'),
    gradingScheme: value(element, 'gradingSchemeLocalId'),
    resultLabel: value(element, 'resultLabel'),
    distribution: (distribution ? all(distribution, 'category') : []).map(({ attributes }) => ({
      label: attributes.get('label'),
      count: attributes.get('count')?.trim(),
    })),
    credits: all(element, 'credit').map((credit) => ({
      scheme: value(credit, 'scheme'),
      level: value(credit, 'level'),
      value: value(credit, 'value'),
    })),
    levels: all(element, 'level').map((level) => ({
      type: value(level, 'type'),
      value: value(level, 'value'),
    })),
    language: value(element, 'languageOfInstruction'),
    hours: value(element, 'engagementHours'),
    supplementDate: supplement ? value(supplement, 'issueDate') : null,
  };
}

function all(parent: XmlElement, name: string): readonly XmlElement[] {
  return parent.children.filter((one) => one.name === name && one.namespace === elmoNamespace);
}

function child(parent: XmlElement, name: string): XmlElement | undefined {
  return all(parent, name)[0];
}

/** The text of the only element of a name; null for none, and a list, which no field accepts, for several. */
function value(parent: XmlElement, name: string): unknown {
  const found = all(parent, name);
  const [only] = found;
  if (only === undefined) return null;
  return found.length > 1 ? found : token(only.text) || null;
}

function identifiersOf(element: XmlElement): readonly unknown[] {
  return all(element, 'identifier').map((one) => ({
    type: one.attributes.get('type'),
    value: token(one.text),
  }));
}

function titlesOf(element: XmlElement, name: string): readonly unknown[] {
  return all(element, name).map((one) => ({
    language: one.attributes.get('{http://www.w3.org/XML/1998/namespace}lang') ?? null,
    text: token(one.text),
  }));
}

function token(raw: string): string {
  return raw.replace(/\s+/g, ' ').trim();
}
