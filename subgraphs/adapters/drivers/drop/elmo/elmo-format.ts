import { AmrloError, refuse } from '../../../../kit/base/errors/amrlo-error.js';
import { readXml } from '../../xml/xml-document.js';
import { defaultXmlLimits, XmlFault } from '../../xml/xml-fault.js';
import { checkXmlShape } from '../../xml/xml-shape.js';
import { decodeXml } from '../../xml/xml-text.js';
import { readXsdSchema, type XsdDocument, type XsdSchema } from '../../xml/xsd-schema.js';
import type { DeliveredRecords, DeliveryFiles, DeliveryFormat, FormatContext } from '../delivery-format.js';
import { tooLarge, type DeliveryLimits } from '../delivery-limits.js';
import { FaultList } from '../fault-list.js';
import { readElmo, type ElmoDocument } from './elmo-document.js';
import { ElmoRecords, type NamedElmo } from './elmo-records.js';
import { elmoNamespace, type ElmoDeclaration } from './elmo-schema.js';

/** How much text is checked against the schemas at a time; the checker holds it several times over. */
const charactersPerCheck = 4 * 1024 ** 2;

/**
 * ELMO 1.x documents, one for each learner; all of a folder or zip are one delivery. Every document is checked against the
 * standard's own schemas before anything of any is taken.
 * @throws Error with a sentence when the folder of schemas is missing or is not that of ELMO
 */
export function elmoFormat(declared: ElmoDeclaration, schemaFolder: string | undefined): DeliveryFormat {
  if (schemaFolder === undefined)
    throw new Error(
      'ELMO deliveries need AMRLO_SCHOOL_SCHEMA_FOLDER, the folder with the XML Schemas of ELMO.',
    );
  const schema = readXsdSchema(schemaFolder, elmoNamespace);
  return {
    accepts: (name) => /\.(?:xml|elmo)$/i.test(name),
    async read(files, context) {
      const sizes = sizeLimit(declared, context.limits);
      const texts = await decoded(files, sizes, context);
      await checkAgainst(schema, texts, context);
      const documents: NamedElmo[] = [];
      for (const { name, text } of texts) {
        documents.push({ file: name, document: documentOf(name, text, sizes) });
        await context.pause();
      }
      return recordsOf(documents, declared, context);
    },
  };
}

/** How large a document may be, and the refusal of a larger one. */
interface SizeLimit {
  readonly maxBytes: number;
  readonly refusalOf: (file: string) => AmrloError;
}

/** The smaller of the two limits that a school can raise. */
function sizeLimit(declared: ElmoDeclaration, limits: DeliveryLimits): SizeLimit {
  const { maxDocumentBytes: max } = declared;
  if (limits.maxFileBytes < max)
    return { maxBytes: limits.maxFileBytes, refusalOf: (file) => tooLarge(file, limits, 'maxFileBytes') };
  const option = 'driver.delivery.maxDocumentBytes';
  return {
    maxBytes: max,
    refusalOf: (file) => refuse('DELIVERY_TOO_LARGE', { file: file.slice(0, 80), max, option }),
  };
}

async function recordsOf(
  documents: readonly NamedElmo[],
  declared: ElmoDeclaration,
  context: FormatContext,
): Promise<DeliveredRecords> {
  const faults = new FaultList(context.limits.maxFaults);
  const records = new ElmoRecords(declared, context.limits, faults);
  const newestFirst = [...documents].sort(
    (a, b) => generatedAt(b.document) - generatedAt(a.document) || (a.file < b.file ? -1 : 1),
  );
  for (const document of newestFirst) {
    records.add(document);
    await context.pause();
  }
  return records.records();
}

/** The texts of all files, of which every one has the shape of a document within the limits. */
async function decoded(
  files: DeliveryFiles,
  sizes: SizeLimit,
  context: FormatContext,
): Promise<readonly XsdDocument[]> {
  const texts: XsdDocument[] = [];
  for (const [name, content] of files) {
    if (content.length > sizes.maxBytes) throw sizes.refusalOf(name);
    texts.push({
      name,
      text: inFile(name, sizes, () => {
        const text = decodeXml(content);
        checkXmlShape(text, { ...defaultXmlLimits, maxBytes: sizes.maxBytes });
        return text;
      }),
    });
    await context.pause();
  }
  if (texts.length === 0) throw refuse('FILE_UNREADABLE', { detail: 'no delivery' });
  return texts;
}

async function checkAgainst(
  schema: XsdSchema,
  texts: readonly XsdDocument[],
  context: FormatContext,
): Promise<void> {
  let group: XsdDocument[] = [];
  let size = 0;
  const check = async (): Promise<void> => {
    const [fault] = await schema.validate(group);
    if (fault !== undefined) {
      const line = fault.line === null ? '' : `, line ${fault.line}`;
      const element = fault.element === null ? '' : `, <${fault.element}>`;
      throw unreadable(fault.file, `${line}${element}: not as the schema of ELMO allows`);
    }
    group = [];
    size = 0;
    await context.pause();
  };
  for (const document of texts) {
    if (size > 0 && size + document.text.length > charactersPerCheck) await check();
    group.push(document);
    size += document.text.length;
  }
  await check();
}

function documentOf(name: string, text: string, sizes: SizeLimit): ElmoDocument {
  const root = inFile(name, sizes, () => readXml(text, { ...defaultXmlLimits, maxBytes: sizes.maxBytes }));
  try {
    return readElmo(root);
  } catch (cause) {
    throw unreadable(name, `, ${(cause as Error).message}: not as ELMO has it`, cause);
  }
}

/** Faults of XML as refusals of the file. */
function inFile<T>(name: string, sizes: SizeLimit, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof XmlFault)) throw cause;
    if (cause.reason === 'TOO_LARGE') throw sizes.refusalOf(name);
    if (cause.reason === 'ENCODING')
      throw refuse('FILE_WRONG_ENCODING', { expected: 'UTF-8 / UTF-16 / GB18030', line: 1 });
    throw unreadable(name, `: ${cause.message}`, cause);
  }
}

function unreadable(file: string, detail: string, cause?: unknown): AmrloError {
  return new AmrloError('FILE_UNREADABLE', { detail: `${file.slice(0, 80)}${detail}` }, { cause });
}

function generatedAt({ generatedDate }: ElmoDocument): number {
  const time = Date.parse(generatedDate);
  return Number.isNaN(time) ? 0 : time;
}
