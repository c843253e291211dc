import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { memoryPages, validateXML } from 'xmllint-wasm';

/** A document that does not fit a schema: where, and which element; never the value, in which a person may stand. */
export interface XsdFault {
  readonly file: string;
  /** From 1, the declaration not counted; null where the checker names none. */
  readonly line: number | null;
  readonly element: string | null;
}

/** Schemas of one folder, ready to check documents. */
export interface XsdSchema {
  /**
   * Checks documents, whose declarations have been taken off and which hold no document type.
   * @throws Error when the schemas themselves cannot be used, or when checking needs more memory than is allowed
   */
  validate(documents: readonly XsdDocument[]): Promise<readonly XsdFault[]>;
}

/** A document by the name under which its faults are reported. */
export interface XsdDocument {
  readonly name: string;
  readonly text: string;
}

interface SchemaFile {
  /** Relative to the folder. */
  readonly path: string;
  /** Its name in the checker. */
  readonly name: string;
  readonly text: string;
  readonly namespace: string;
}

const maxFolderBytes = 16 * 1024 ** 2;
const maxFiles = 64;

/**
 * Reads, when a process starts, the XML Schema files of a folder and its subfolders, of which those of `namespace` check the root. Nothing is
 * fetched: what a schema imports by an address is taken from the folder by its namespace, what it includes by its path.
 * @throws Error with a sentence when the folder cannot be read, holds too much, or has no schema of the namespace
 */
export function readXsdSchema(folder: string, namespace: string): XsdSchema {
  const files = schemaFiles(folder);
  const linked = files.map((file) => ({ fileName: file.name, contents: withLocalLinks(file, files) }));
  const main = files.findIndex((file) => file.namespace === namespace && !isIncluded(file, files));
  const schema = linked[main];
  if (schema === undefined)
    throw new Error(`The folder ${folder} holds no XML Schema of the namespace ${namespace}.`);
  const preload = linked.filter((_, at) => at !== main);
  return {
    async validate(documents) {
      const checked = await validateXML({
        schema: [schema],
        preload,
        xml: documents.map(({ text }, at) => ({ fileName: `document-${at}.xml`, contents: text })),
        initialMemoryPages: 32 * memoryPages.MiB,
        maxMemoryPages: 512 * memoryPages.MiB,
        // No entity is replaced and nothing is fetched, whatever a document asks for.
        modifyArguments: (args) => ['--nonet', ...args],
      });
      if (checked.valid) return [];
      // Lines without a place only repeat which document failed.
      const placed = checked.errors.filter(({ rawMessage }) => /^document-\d+\.xml:\d+:/.test(rawMessage));
      const faults = placed.map(({ loc, rawMessage }) => ({
        file: documents[Number(/\d+/.exec(rawMessage)?.[0] ?? 0)]?.name ?? '',
        line: loc?.lineNumber ?? null,
        element: /Element '(?:\{[^}]*\})?([^'{}]{1,80})'/.exec(rawMessage)?.[1] ?? null,
      }));
      return faults.length > 0 ? faults : [{ file: documents[0]?.name ?? '', line: null, element: null }];
    },
  };
}

function schemaFiles(folder: string): readonly SchemaFile[] {
  const paths = xsdPaths(folder);
  const total = paths.reduce((sum, path) => sum + statSync(path).size, 0);
  if (paths.length > maxFiles || total > maxFolderBytes)
    throw new Error(
      `The folder of schemas ${folder} holds more than ${maxFiles} files or ${maxFolderBytes} bytes.`,
    );
  return paths.map((path, at) => {
    const text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
    const namespace =
      /<(?:\w+:)?schema\b[^>]*?\stargetNamespace\s*=\s*["']([^"']+)["']/.exec(text)?.[1] ?? '';
    return { path: relative(folder, path), name: `schema-${at}.xsd`, text, namespace };
  });
}

function xsdPaths(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.xsd'))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch (cause) {
    throw new Error(`The folder of schemas ${folder} cannot be read.`, { cause });
  }
}

const importForm = /<((?:\w+:)?(?:import|include))\b([^>]*?)(\/?)>/g;

/** A schema whose imports and includes name files of the folder; an import of a namespace that is not there names none. */
function withLocalLinks(file: SchemaFile, files: readonly SchemaFile[]): string {
  return file.text.replace(importForm, (_, element: string, attributes: string, end: string) => {
    const target = linkedFile(file, attributes, files);
    const others = attributes.replace(/\sschemaLocation\s*=\s*(?:"[^"]*"|'[^']*')/, '').trimEnd();
    return `<${element}${others}${target === undefined ? '' : ` schemaLocation="${target.name}"`}${end}>`;
  });
}

function linkedFile(
  from: SchemaFile,
  attributes: string,
  files: readonly SchemaFile[],
): SchemaFile | undefined {
  const namespace = /\snamespace\s*=\s*["']([^"']+)["']/.exec(attributes)?.[1];
  if (namespace !== undefined)
    return files.find((one) => one.namespace === namespace && !isIncluded(one, files));
  const location = /\sschemaLocation\s*=\s*["']([^"']+)["']/.exec(attributes)?.[1];
  const path = location === undefined ? undefined : join(from.path, '..', location);
  return files.find((one) => one.path === path);
}

/** Whether another file of the folder includes this one; then that one stands for the namespace. */
function isIncluded(file: SchemaFile, files: readonly SchemaFile[]): boolean {
  return files.some((other) =>
    [...other.text.matchAll(/<(?:\w+:)?include\b[^>]*?\sschemaLocation\s*=\s*["']([^"']+)["']/g)].some(
      ([, location = '']) => other !== file && join(other.path, '..', location) === file.path,
    ),
  );
}
