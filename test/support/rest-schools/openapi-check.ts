import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { parse } from 'yaml';

/** What an answer breaks in a specification; null where it keeps it. */
export type Check = (answer: unknown) => string | null;

/** The answers that a specification of OpenAPI describes, by JSON pointers into its files. */
export class OpenApi {
  readonly #ajv: Ajv2020;
  readonly #root: string;

  /** Reads a specification, one file or many that refer to each other. */
  constructor(file: string) {
    this.#root = pathToFileURL(file).href;
    this.#ajv = new Ajv2020({
      // The files are OpenAPI and hold words that JSON Schema does not know.
      strict: false,
      allErrors: true,
      loadSchema: async (uri) => readSchema(uri),
    });
    formats.default(this.#ajv);
    this.#ajv.addSchema(readSchema(this.#root), this.#root);
  }

  /**
   * The check of the answer 200 of `GET path` (or another method), as the specification writes the path; `file` where
   * the operations of the path stand in a file of their own.
   */
  answer(path: string, method = 'get', file?: string): Promise<Check> {
    const at = `${method}/responses/200/content/application~1json/schema`;
    const pointer = file === undefined ? `/paths/${escaped(path)}/${at}` : `/${at}`;
    return this.schema(pointer, file);
  }

  /** The check of one schema by its JSON pointer. */
  async schema(pointer: string, file?: string): Promise<Check> {
    const base = file === undefined ? this.#root : new URL(file, this.#root).href;
    const validate: ValidateFunction = await this.#ajv.compileAsync({ $ref: `${base}#${pointer}` });
    return (answer) =>
      validate(answer)
        ? null
        : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`).join('\n');
  }
}

function escaped(segment: string): string {
  return encodeURIComponent(segment.replaceAll('~', '~0').replaceAll('/', '~1'));
}

function readSchema(uri: string): object {
  const text = readFileSync(fileURLToPath(uri), 'utf8');
  return anyOfForOneOf(parse(text, { maxAliasCount: -1 })) as object;
}

/**
 * The branches of `oneOf` in these specifications overlap (an enrolment in a course keeps the schemas of all three
 * kinds of enrolments), so that no answer keeps exactly one of them; `anyOf` is what they mean. Examples hold `$ref`s
 * that are no references.
 */
function anyOfForOneOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(anyOfForOneOf);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== 'example' && name !== 'examples')
      .map(([name, inner]) => [name === 'oneOf' ? 'anyOf' : name, anyOfForOneOf(inner)]),
  );
}
