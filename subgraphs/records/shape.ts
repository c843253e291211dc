import {
  getNamedType,
  getNullableType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  type FieldNode,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import { isDecimal } from '../kit/base/decimal.js';
import { serviceFields } from './contract.js';
import { selectedFields, under, type SelectionScope } from './selection.js';

/** What a selection asks of one object type: the fields of the answer, in their order, conditions decided. */
export interface ObjectShape {
  readonly typeName: string;
  readonly fields: readonly FieldShape[];
  /** A field for services only is among them, at whatever depth. */
  readonly asksNow: boolean;
  /** Somewhere below it is said how fresh or how complete the answer is. */
  readonly tellsFreshness: boolean;
}

/** One field of an answer. */
export interface FieldShape {
  /** The key in the answer. */
  readonly key: string;
  /** The field of the contract. */
  readonly name: string;
  /** Its first node; all nodes of one key have the same arguments. */
  readonly node: FieldNode;
  readonly isList: boolean;
  readonly isRequired: boolean;
  /** No item of the list may be null. */
  readonly hasAllItems: boolean;
  /** Undefined for scalars and enums. */
  readonly object: ObjectShape | undefined;
  /** Whether a value that is not null and no list is acceptable; for scalars and enums. */
  readonly accepts: (value: unknown) => boolean;
}

/** The shape of the answers to a selection on an object type of the contract. */
export function shapeOf(
  selections: readonly SelectionSetNode[],
  typeName: string,
  scope: SelectionScope,
): ObjectShape {
  const fields: FieldShape[] = [];
  for (const [key, nodes] of selectedFields(selections, typeName, scope)) {
    const [node] = nodes;
    if (node !== undefined) fields.push(fieldShape(key, node, nodes, typeName, scope));
  }
  return {
    typeName,
    fields,
    asksNow: fields.some(
      ({ name, object }) => serviceFields.has(`${typeName}.${name}`) || object?.asksNow === true,
    ),
    tellsFreshness: fields.some(
      ({ name, object }) =>
        name === 'complete' ||
        (typeName === 'Provenance' && name === 'freshness') ||
        object?.tellsFreshness === true,
    ),
  };
}

/** The same shape with some of its fields only. */
export function only(shape: ObjectShape, isWanted: (field: FieldShape) => boolean): ObjectShape {
  const fields = shape.fields.filter(isWanted);
  return { ...shape, fields };
}

function fieldShape(
  key: string,
  node: FieldNode,
  nodes: readonly FieldNode[],
  typeName: string,
  scope: SelectionScope,
): FieldShape {
  const name = node.name.value;
  if (name === '__typename') {
    const accepts = (value: unknown) => value === typeName;
    return {
      key,
      name,
      node,
      isList: false,
      isRequired: true,
      hasAllItems: false,
      object: undefined,
      accepts,
    };
  }
  const type = fieldType(scope.schema, typeName, name);
  const named = getNamedType(type);
  const list = getNullableType(type);
  return {
    key,
    name,
    node,
    isList: isListType(list),
    isRequired: isNonNullType(type),
    hasAllItems: isListType(list) && isNonNullType(list.ofType),
    object: isObjectType(named) ? shapeOf(under(nodes), named.name, scope) : undefined,
    accepts: isEnumType(named)
      ? (value) => typeof value === 'string' && named.getValue(value) !== undefined
      : (scalars[named.name] ?? isText),
  };
}

function fieldType(schema: GraphQLSchema, typeName: string, fieldName: string) {
  const type = schema.getType(typeName);
  const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
  // Operations are validated before they are read.
  if (field === undefined) throw new TypeError(`The contract has no field ${typeName}.${fieldName}.`);
  return field.type;
}

const isText = (value: unknown): boolean => typeof value === 'string';

const scalars: Readonly<Record<string, (value: unknown) => boolean>> = {
  Int: (value) => Number.isInteger(value) && Math.abs(value as number) <= 2_147_483_648,
  Boolean: (value) => typeof value === 'boolean',
  Decimal: isDecimal,
  Date: (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value),
  DateTime: (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
};

/** A value is not what its type in the contract says. */
export class ShapeFault extends Error {
  constructor(shape: string, key: string) {
    super(`${shape}.${key} is not what the contract says.`);
  }
}

/**
 * A copy of an answer in exactly the shape that was asked for; what was not asked for is left out.
 * @throws ShapeFault where the answer has another form
 */
export function shaped(value: unknown, shape: ObjectShape): Record<string, unknown> {
  if (!isRecord(value)) throw new ShapeFault(shape.typeName, '');
  const copy: Record<string, unknown> = {};
  for (const field of shape.fields) {
    const found = Object.hasOwn(value, field.key) ? value[field.key] : undefined;
    if (found === undefined || (found === null && field.isRequired))
      throw new ShapeFault(shape.typeName, field.name);
    copy[field.key] = found === null ? null : shapedField(found, field, shape);
  }
  return copy;
}

function shapedField(value: unknown, field: FieldShape, shape: ObjectShape): unknown {
  if (!field.isList) return shapedItem(value, field, shape);
  if (!Array.isArray(value)) throw new ShapeFault(shape.typeName, field.name);
  return value.map((item: unknown) => {
    if (item === null && field.hasAllItems) throw new ShapeFault(shape.typeName, field.name);
    return item === null ? null : shapedItem(item, field, shape);
  });
}

function shapedItem(value: unknown, field: FieldShape, shape: ObjectShape): unknown {
  if (field.object !== undefined) return shaped(value, field.object);
  if (!field.accepts(value)) throw new ShapeFault(shape.typeName, field.name);
  return value;
}

/** A plain value of the router's own in the shape that was asked for; what the value does not have is null. */
export function project(
  value: Readonly<Record<string, unknown>>,
  shape: ObjectShape,
): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const { key, name, object } of shape.fields) {
    const found = name === '__typename' ? shape.typeName : (value[name] ?? null);
    copy[key] = object === undefined || found === null ? found : projectObjects(found, object);
  }
  return copy;
}

function projectObjects(value: unknown, shape: ObjectShape): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => projectObjects(item, shape));
  return isRecord(value) ? project(value, shape) : value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
