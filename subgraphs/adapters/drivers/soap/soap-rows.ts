import type { NativeRow } from '../../kit/native-row.js';
import type { XmlElement } from '../xml/xml-document.js';
import {
  beginsIn,
  elementsAt,
  parseXmlPath,
  textAt,
  type PathNamespaces,
  type XmlPath,
} from '../xml/xml-path.js';
import { askedNumber, type SoapSource } from './soap-schema.js';

/** A source with its paths read. */
export interface SourceReader {
  readonly rows: XmlPath;
  readonly where: readonly { readonly path: XmlPath; readonly wanted: string }[];
  /** The paths of a column, whose texts are joined; null for the number that was asked. */
  readonly columns: readonly { readonly name: string; readonly paths: readonly XmlPath[] | null }[];
  readonly total: XmlPath | null;
  readonly whole: boolean;
}

/** Reads the paths of a source, which have been checked. */
export function sourceReader(declared: SoapSource, namespaces: PathNamespaces): SourceReader {
  const path = (text: string): XmlPath => parseXmlPath(text, namespaces);
  return {
    rows: path(declared.rows),
    where: Object.entries(declared.where ?? {}).map(([text, wanted]) => ({ path: path(text), wanted })),
    columns: Object.entries(declared.columns).map(([name, texts]) => ({
      name,
      paths: texts === askedNumber ? null : [texts].flat().map(path),
    })),
    total: declared.total === undefined ? null : path(declared.total),
    whole: declared.whole ?? false,
  };
}

/**
 * The rows of a source in an answer: only the columns that are declared, so that nothing else of a person is kept.
 * Null where the answer lacks what must be in it even when there is nothing; that is no empty list.
 */
export function rowsOf(
  { rows, where, columns }: SourceReader,
  answer: XmlElement,
  asked: string | null,
): readonly NativeRow[] | null {
  if (!beginsIn(answer, rows)) return null;
  return elementsAt(answer, rows)
    .filter((element) =>
      where.every(({ path, wanted }) => {
        const text = textAt(element, path) ?? '';
        return wanted === '*' ? text !== '' : text === wanted;
      }),
    )
    .map((element) =>
      Object.fromEntries(
        columns.map(({ name, paths }) => [name, paths === null ? asked : joined(element, paths)]),
      ),
    );
}

function joined(element: XmlElement, paths: readonly XmlPath[]): string | null {
  const texts = paths.map((path) => textAt(element, path));
  return texts.includes(null) ? null : texts.join(' ');
}

/** How many rows there are in all, as the answer says it; null where it does not. */
export function totalOf({ total }: SourceReader, answer: XmlElement): number | null {
  const text = total === null ? null : textAt(answer, total);
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
}
