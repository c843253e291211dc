import {
  Kind,
  print,
  stripIgnoredCharacters,
  visit,
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { covers } from './answer-shape.js';
import type { PlannedFetch } from './compiled-fetch.js';
import type { EntityKeys } from './entity-keys.js';
import type { InputSelection, RequiredFields } from './planner-patches.js';

/** By the path of an input in a representation: its name in the data, or names where types of an interface differ. */
type Needs = ReadonlyMap<string, ReadonlySet<string>>;

/** Fields of one fetch that can be asked with one representation. */
interface Part {
  readonly needs: Map<string, ReadonlySet<string>>;
  readonly fields: Set<string>;
}

/** What fetches are taken apart by. */
export interface SplitBy {
  readonly requiredFields: RequiredFields;
  readonly keys: EntityKeys;
  /** The supergraph's. */
  readonly schema: GraphQLSchema;
}

/**
 * A representation has one place for a field. A fetch whose fields require two values of one (`size(unit: CM)` and
 * `size(unit: INCH)`) becomes several: each asks for the fields that agree.
 */
export function splitFetch(node: PlannedFetch, by: SplitBy): PlannedFetch[] {
  const { requires } = node;
  if (requires === undefined || !contradicts(requires)) return [node];
  return parted(node, by, agree);
}

/**
 * A fetch taken apart by what its fields require: each asks for the fields that require the same. With these an object
 * whose input failed is asked for what does not need it.
 * @returns nothing where all fields require the same
 */
export function splitByInputs(node: PlannedFetch, by: SplitBy): PlannedFetch[] {
  const parts = parted(
    node,
    by,
    (a, b) => a.size === b.size && agree(a, b) && [...b.keys()].every((path) => a.has(path)),
  );
  return parts.length < 2 ? [] : parts;
}

function parted(
  node: PlannedFetch,
  { requiredFields, keys, schema }: SplitBy,
  together: (part: Needs, field: Needs) => boolean,
): PlannedFetch[] {
  const { requires, operationDocumentNode: document } = node;
  if (requires === undefined || document === undefined) return [node];
  const needed = new Set<string>();
  const parts: Part[] = [];
  for (const [field, needs] of entityFields(document, requiredFields.get(node.serviceName), schema)) {
    let part = parts.find((one) => together(one.needs, needs));
    if (part === undefined) parts.push((part = { needs: new Map(needs), fields: new Set() }));
    part.fields.add(field);
    for (const [path, name] of needs) {
      part.needs.set(path, name);
      needed.add(path);
    }
  }
  const isAlways = (place: string) => keys.has(node.serviceName, place.slice(1)) || !needed.has(place);
  return parts.map((part) => {
    const kept = withFields(document, (field) => part.fields.has(field));
    const used = variablesIn(kept);
    return {
      ...node,
      operation: stripIgnoredCharacters(print(kept)),
      operationDocumentNode: kept,
      ...(node.variableUsages ? { variableUsages: node.variableUsages.filter((one) => used.has(one)) } : {}),
      ...(node.operationName ? { operationName: node.operationName } : {}),
      requires: withInputs(requires, part.needs, isAlways),
    };
  });
}

/** Whether two inputs of different names in the data would have to lie in one place. */
function contradicts(selections: readonly InputSelection[]): boolean {
  const names = new Map<string, string>();
  const walk = (all: readonly InputSelection[], path: string): boolean =>
    all.some((one) => {
      if (one.kind === 'InlineFragment') return walk(one.selections, path);
      const place = `${path}.${one.name}`;
      const name = one.alias ?? one.name;
      const known = names.get(place);
      names.set(place, name);
      return (known !== undefined && known !== name) || walk(one.selections ?? [], place);
    });
  return walk(selections, '');
}

function agree(a: Needs, b: Needs): boolean {
  return [...b].every(([path, names]) => {
    const known = a.get(path) ?? names;
    return known.size === names.size && [...names].every((name) => known.has(name));
  });
}

/** Every field that is asked of an entity, as `Type.name`, and what it needs. */
function entityFields(
  document: DocumentNode,
  required: ReadonlyMap<string, readonly InputSelection[]> = new Map(),
  schema: GraphQLSchema,
): Map<string, Needs> {
  const found = new Map<string, Needs>();
  const walk = (set: SelectionSetNode, type: string): void => {
    for (const one of set.selections) {
      if (one.kind === Kind.INLINE_FRAGMENT) walk(one.selectionSet, one.typeCondition?.name.value ?? type);
      if (one.kind !== Kind.FIELD) continue;
      const needs = new Map<string, Set<string>>();
      for (const [field, inputs] of required) {
        const [owner = '', name] = field.split('.');
        // An interface is asked for what its objects have, and an object for what it has as an interface object.
        const isOf =
          owner === type || covers(schema, type || undefined, owner) || covers(schema, owner, type);
        if (name === one.name.value && isOf) needsOf(inputs, '', needs);
      }
      found.set(fieldKey(type, one), needs);
    }
  };
  for (const set of entitySets(document)) walk(set, '');
  return found;
}

function needsOf(selections: readonly InputSelection[], path: string, into: Map<string, Set<string>>): void {
  for (const one of selections) {
    if (one.kind === 'InlineFragment') needsOf(one.selections, path, into);
    else {
      const place = `${path}.${one.name}`;
      into.set(place, (into.get(place) ?? new Set()).add(one.alias ?? one.name));
      needsOf(one.selections ?? [], place, into);
    }
  }
}

function operationIn(document: DocumentNode): OperationDefinitionNode | undefined {
  return document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
}

function entitySets(document: DocumentNode): SelectionSetNode[] {
  return (operationIn(document)?.selectionSet.selections ?? []).flatMap((one) =>
    one.kind === Kind.FIELD && one.selectionSet ? [one.selectionSet] : [],
  );
}

function fieldKey(type: string, node: FieldNode): string {
  return `${type}.${node.alias?.value ?? node.name.value}`;
}

function withFields(document: DocumentNode, keep: (field: string) => boolean): DocumentNode {
  const filtered = (set: SelectionSetNode, type: string): SelectionSetNode => ({
    ...set,
    selections: set.selections.flatMap((one): SelectionNode[] => {
      if (one.kind === Kind.FIELD) return keep(fieldKey(type, one)) ? [one] : [];
      if (one.kind !== Kind.INLINE_FRAGMENT) return [one];
      const inner = filtered(one.selectionSet, one.typeCondition?.name.value ?? type);
      return inner.selections.length === 0 ? [] : [{ ...one, selectionSet: inner }];
    }),
  });
  const operation = operationIn(document);
  if (operation === undefined) return document;
  const selections = operation.selectionSet.selections.map((one) =>
    one.kind === Kind.FIELD && one.selectionSet
      ? { ...one, selectionSet: filtered(one.selectionSet, '') }
      : one,
  );
  const kept = { ...operation, selectionSet: { ...operation.selectionSet, selections } };
  const used = variablesIn({ kind: Kind.DOCUMENT, definitions: [kept] });
  return {
    kind: Kind.DOCUMENT,
    definitions: [
      {
        ...kept,
        variableDefinitions: kept.variableDefinitions?.filter(({ variable }) =>
          used.has(variable.name.value),
        ),
      },
    ],
  };
}

function variablesIn(document: DocumentNode): ReadonlySet<string> {
  const used = new Set<string>();
  visit(document, { VariableDefinition: () => false, Variable: ({ name }) => void used.add(name.value) });
  return used;
}

/** The inputs of one part: those that its fields need, and those that say which object it is. */
function withInputs(
  selections: readonly InputSelection[],
  needs: Needs,
  isAlways: (place: string) => boolean,
): InputSelection[] {
  const filter = (all: readonly InputSelection[], path: string): InputSelection[] =>
    all.flatMap((one): InputSelection[] => {
      if (one.kind === 'InlineFragment') return [{ ...one, selections: filter(one.selections, path) }];
      const place = `${path}.${one.name}`;
      const names = needs.get(place);
      if (names === undefined ? !isAlways(place) : !names.has(one.alias ?? one.name)) return [];
      if (one.selections === undefined) return [one];
      const below = filter(one.selections, place);
      return below.length === 0 ? [] : [{ ...one, selections: below }];
    });
  return filter(selections, '');
}
