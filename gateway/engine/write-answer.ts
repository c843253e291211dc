import type { Plain } from './answer-shape.js';
import type { ClientField, ClientSelection, ClientType, TypeSelection } from './client-selection.js';
import type { LeafCheck } from './leaf-values.js';

/**
 * Writes the client's answer as JSON straight from the data. It knows only the answers in which nothing is wrong.
 * @returns undefined where a value is missing or not as the schema says: `projectAnswer` then finds out
 */
export type AnswerWriter = (
  data: Plain,
  introspection: Readonly<Record<string, unknown>>,
) => string | undefined;

/** What generated code may call; everything else it is made of are names that the GraphQL grammar allows. */
interface Runtime {
  /** A text as JSON. */
  readonly quoted: (text: string) => string;
  /** A leaf that is no text as JSON; undefined for what JSON has no form for. */
  readonly leaf: (value: unknown) => string | undefined;
  readonly checks: readonly LeafCheck[];
  /** By place: the writer for an object whose type only the object tells. */
  readonly ofAny: readonly ((object: Plain) => AnswerWriter | undefined)[];
}

interface Unit {
  readonly functions: string[];
  readonly checks: LeafCheck[];
  readonly ofAny: ((object: Plain) => AnswerWriter | undefined)[];
}

/**
 * Generates the writer of a selection: one function for each object in it, with the client's names in place. Code that is
 * generated reads each property by its own name, which measured nearly twice as fast as one function for all of them.
 */
export function compileWriter(selection: ClientSelection): AnswerWriter {
  const { only } = selection;
  if (only === undefined) throw new Error('The root of an operation is an object type.');
  return writerOf(only);
}

function writerOf(type: TypeSelection): AnswerWriter {
  const unit: Unit = { functions: [], checks: [], ofAny: [] };
  const root = objectFunction(type, unit);
  // oxlint-disable-next-line typescript/no-implied-eval -- made of the names of a validated operation and nothing else
  const generated = new Function('runtime', `${unit.functions.join('\n')}\nreturn ${root};`) as (
    runtime: Runtime,
  ) => AnswerWriter;
  return generated({ quoted, leaf, checks: unit.checks, ofAny: unit.ofAny });
}

/** Adds the function that writes objects of a type; says its name. */
function objectFunction({ fields, typename }: TypeSelection, unit: Unit): string {
  const name = `object${unit.functions.push('') - 1}`;
  const lines = fields.map((field, index) => {
    const begin = `${index === 0 ? '' : ','}${JSON.stringify(field.name)}:`;
    if (field.from === 'typename') return `text += ${JSON.stringify(`${begin}"${typename}"`)};`;
    return `text += ${JSON.stringify(begin)};\n${fieldCode(field, unit)}`;
  });
  unit.functions[Number(name.slice('object'.length))] =
    `function ${name}(data, introspection) {\nlet text = '{';\n${lines.join('\n')}\nreturn text + '}';\n}`;
  return name;
}

function fieldCode(field: ClientField, unit: Unit): string {
  if (field.from === 'introspection')
    return `text += JSON.stringify(introspection[${JSON.stringify(field.name)}] ?? null);`;
  return `{ const value = data.${field.source};\n${valueCode(field.type, 'value', 0, unit)} }`;
}

/** Code that adds a value to the text, or leaves the function where something is wrong with it. */
function valueCode(type: ClientType, value: string, depth: number, unit: Unit): string {
  const none = type.nonNull ? 'return undefined;' : "text += 'null';";
  return `if (${value} === null) { ${none} } else ${presentCode(type, value, depth, unit)}`;
}

function presentCode(type: ClientType, value: string, depth: number, unit: Unit): string {
  const { isValid, item, selection } = type;
  if (isValid !== undefined) {
    const known = unit.checks.indexOf(isValid);
    const check = known < 0 ? unit.checks.push(isValid) - 1 : known;
    return `{ if (${value} === undefined || !runtime.checks[${check}](${value})) return undefined;
      if (typeof ${value} === 'string') text += runtime.quoted(${value});
      else { const written = runtime.leaf(${value}); if (written === undefined) return undefined; text += written; } }`;
  }
  if (item !== undefined) {
    const [index, one] = [`index${depth}`, `item${depth}`];
    return `{ if (!Array.isArray(${value})) return undefined;
      text += '[';
      for (let ${index} = 0; ${index} < ${value}.length; ${index} += 1) {
        const ${one} = ${value}[${index}];
        if (${index} > 0) text += ',';
        ${valueCode(item, one, depth + 1, unit)}
      }
      text += ']'; }`;
  }
  const isObject = `typeof ${value} !== 'object' || Array.isArray(${value})`;
  return `{ if (${isObject}) return undefined;
    ${selection === undefined ? 'return undefined;' : objectCode(selection, value, unit)} }`;
}

function objectCode(selection: ClientSelection, value: string, unit: Unit): string {
  if (selection.only !== undefined) {
    return `const written = ${objectFunction(selection.only, unit)}(${value}, introspection);
      if (written === undefined) return undefined;
      text += written;`;
  }
  const place = unit.ofAny.push(writersByType(selection)) - 1;
  return `const write = runtime.ofAny[${place}](${value});
    const written = write === undefined ? undefined : write(${value}, introspection);
    if (written === undefined) return undefined;
    text += written;`;
}

/** An object of an abstract type tells its own; writers are generated for the types that come. */
function writersByType(selection: ClientSelection): (object: Plain) => AnswerWriter | undefined {
  const known = new Map<string, AnswerWriter | undefined>();
  return (object) => {
    const typename = object['__typename'];
    if (typeof typename !== 'string') return undefined;
    if (known.has(typename)) return known.get(typename);
    const type = selection.forType(typename);
    if (type === undefined) return undefined;
    const writer = type.certain ? writerOf(type) : undefined;
    known.set(typename, writer);
    return writer;
  };
}

function leaf(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? `${value}` : 'null';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  return JSON.stringify(value);
}

const longestLooked = 64;

/** Most texts are short and need no escaping: to look is cheaper than to call out. */
function quoted(text: string): string {
  if (text.length > longestLooked) return JSON.stringify(text);
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || code === 0x22 || code === 0x5c || (code >= 0xd800 && code <= 0xdfff))
      return JSON.stringify(text);
  }
  return `"${text}"`;
}
