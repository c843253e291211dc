import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';
import type { Choose } from './choose.js';
import type { Plain } from './federation-case.js';

/** A random operation that is valid for a schema, and its variables. */
export function generateOperation(
  choose: Choose,
  schema: GraphQLSchema,
): { operation: string; variables: Plain } {
  return new OperationDraft(choose, schema).make();
}

const mostFields = 60;

class OperationDraft {
  readonly #choose: Choose;
  readonly #schema: GraphQLSchema;
  readonly #variables: Plain = {};
  readonly #definitions: string[] = [];
  readonly #fragments: string[] = [];
  /** What each name of the answer stands for: one name, one meaning, so that everything can be merged. */
  readonly #meanings = new Map<string, string>();
  #count = 0;

  constructor(choose: Choose, schema: GraphQLSchema) {
    this.#choose = choose;
    this.#schema = schema;
  }

  make(): { operation: string; variables: Plain } {
    const mutation = this.#schema.getMutationType();
    const isMutation = mutation != null && this.#choose.chance(25);
    const root = isMutation ? mutation : this.#schema.getQueryType()!;
    const selection = this.#selection(root, 2 + this.#choose.int(4), isMutation ? 4 : 3);
    const variables = this.#definitions.length === 0 ? '' : `(${this.#definitions.join(', ')})`;
    const text = `${isMutation ? 'mutation' : 'query'} Asked${variables} ${selection}`;
    return { operation: [text, ...this.#fragments].join('\n'), variables: this.#variables };
  }

  #selection(type: GraphQLCompositeType, depth: number, most = 4): string {
    const choose = this.#choose;
    const parts: string[] = [];
    const wanted = 1 + choose.int(most);
    for (let index = 0; index < wanted; index += 1) parts.push(this.#part(type, depth));
    const seen = parts.filter((part) => part !== '');
    return `{ ${seen.length === 0 ? '__typename' : seen.join(' ')} }`;
  }

  #part(type: GraphQLCompositeType, depth: number): string {
    const choose = this.#choose;
    if (choose.chance(8) && type !== this.#schema.getMutationType()) return this.#typename();
    if (depth > 0 && choose.chance(isAbstractType(type) ? 55 : 12)) return this.#fragment(type, depth - 1);
    const fields = isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
    const usable = fields.filter((field) => depth > 0 || !isCompositeType(getNamedType(field.type)));
    // What leads on is where subgraphs meet.
    const onward = usable.filter((field) => isCompositeType(getNamedType(field.type)));
    if (this.#count > mostFields || usable.length === 0) return '';
    return this.#field(onward.length > 0 && choose.chance(50) ? choose.of(onward) : choose.of(usable), depth);
  }

  #typename(): string {
    return this.#choose.chance(30) ? `${this.#named('kind', '__typename')}: __typename` : '__typename';
  }

  #field(field: GraphQLField<unknown, unknown>, depth: number): string {
    this.#count += 1;
    const args = field.args.map((one) => this.#argument(one)).filter((one) => one !== '');
    const text = `${field.name}${args.length === 0 ? '' : `(${args.join(', ')})`}`;
    const meaning = `${text}: ${String(field.type)}`;
    const wished = this.#choose.chance(20) ? `x${this.#choose.int(6)}` : field.name;
    const name = this.#named(wished, meaning);
    const named = getNamedType(field.type);
    const below = isCompositeType(named) ? ` ${this.#selection(named, depth - 1)}` : '';
    return `${name === field.name ? '' : `${name}: `}${text}${this.#condition()}${below}`;
  }

  #named(wished: string, meaning: string): string {
    let name = wished;
    for (let tries = 0; (this.#meanings.get(name) ?? meaning) !== meaning; tries += 1)
      name = `${wished}_${tries}`;
    this.#meanings.set(name, meaning);
    return name;
  }

  #fragment(type: GraphQLCompositeType, depth: number): string {
    const choose = this.#choose;
    const possible = isAbstractType(type) ? this.#schema.getPossibleTypes(type) : [type];
    const overlapping = Object.values(this.#schema.getTypeMap()).filter(
      (one): one is GraphQLCompositeType =>
        isAbstractType(one) && this.#schema.getPossibleTypes(one).some((member) => possible.includes(member)),
    );
    const condition = choose.of([...possible, ...overlapping]);
    const roll = choose.int(100);
    if (roll < 15) return `...${this.#condition()} ${this.#selection(type, depth, 2)}`;
    const selection = this.#selection(condition, depth, 3);
    if (roll < 65) return `... on ${condition.name}${this.#condition()} ${selection}`;
    const name = `F${this.#fragments.length}`;
    this.#fragments.push(`fragment ${name} on ${condition.name} ${selection}`);
    return `...${name}${this.#condition()}`;
  }

  #condition(): string {
    const choose = this.#choose;
    if (!choose.chance(12)) return '';
    const directive = choose.of(['skip', 'include']);
    const value = choose.chance(40)
      ? String(choose.chance(50))
      : this.#variable('Boolean!', () => choose.chance(50));
    return ` @${directive}(if: ${value})`;
  }

  #argument(argument: GraphQLArgument): string {
    const choose = this.#choose;
    if (!isRequiredArgument(argument) && choose.chance(35)) return '';
    const value = choose.chance(45)
      ? this.#variable(String(argument.type), () => this.#value(argument.type, 2))
      : literal(this.#value(argument.type, 2), argument.type);
    return `${argument.name}: ${value}`;
  }

  /** A variable: sometimes with a default, and then sometimes not given. */
  #variable(type: string, value: () => unknown): string {
    const name = `v${this.#definitions.length}`;
    const hasDefault = type === 'Boolean!' || type === 'Int!' ? this.#choose.chance(30) : false;
    this.#definitions.push(`$${name}: ${type}${hasDefault ? ` = ${type === 'Int!' ? 4 : true}` : ''}`);
    if (hasDefault ? this.#choose.chance(50) : type.endsWith('!') || this.#choose.chance(75))
      this.#variables[name] = value();
    return `$${name}`;
  }

  #value(type: GraphQLInputType, depth: number): unknown {
    const choose = this.#choose;
    if (isNonNullType(type)) return this.#value(type.ofType, depth) ?? this.#present(type.ofType, depth);
    return choose.chance(15) ? null : this.#present(type, depth);
  }

  #present(type: GraphQLInputType, depth: number): unknown {
    const choose = this.#choose;
    if (isListType(type)) {
      return Array.from({ length: choose.int(3) }, () => this.#value(type.ofType, depth));
    }
    if (isEnumType(type)) return choose.of(type.getValues()).name;
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter(
        ({ type }) => depth > 0 || !isInputObjectType(type),
      );
      return Object.fromEntries(
        choose.some(fields).map((field) => [field.name, this.#value(field.type, depth - 1)]),
      );
    }
    switch (getNamedType(type).name) {
      case 'Int':
        return choose.int(1_000) - 500;
      case 'Float':
        return choose.int(1_000) / 4;
      case 'Boolean':
        return choose.chance(50);
      case 'Blob':
        return choose.of([{ a: [1, null], b: { c: 'x' } }, 'text', 12, [true]]);
      default:
        return choose.of(['', 'plain', 'quoted " \\ text', '中文', 'line\nbreak']);
    }
  }
}

/** A value as it stands in an operation's text. */
function literal(value: unknown, type?: GraphQLInputType): string {
  const inner = isNonNullType(type) ? type.ofType : type;
  if (Array.isArray(value)) {
    const item = isListType(inner) ? inner.ofType : undefined;
    return `[${value.map((one) => literal(one, item)).join(', ')}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const fields = isInputObjectType(inner) ? inner.getFields() : {};
    return `{${Object.entries(value)
      .map(([name, one]) => `${name}: ${literal(one, fields[name]?.type)}`)
      .join(', ')}}`;
  }
  return isEnumType(inner) && typeof value === 'string' ? value : JSON.stringify(value);
}
