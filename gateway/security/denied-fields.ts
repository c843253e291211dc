import {
  Kind,
  getNamedType,
  isCompositeType,
  isUnionType,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { FieldDecisions } from './field-decisions.js';
import { reservedTypename } from './operation-filter.js';

/** One level on the way to a denied field. */
export interface DeniedStep {
  /** The name in the response. */
  readonly key: string;
  readonly field: string;
  /** The type that the selection was written on. */
  readonly parent: string;
  /** The object types for which this step holds. */
  readonly onTypes: ReadonlySet<string>;
  /** Every name of this level in the order of the client's document. */
  readonly order: readonly OrderedName[];
}

/** A name of a level and where it holds: one selection of a field that may be selected in several places. */
export interface OrderedName {
  readonly key: string;
  /** The object types that have it there. */
  readonly types: ReadonlySet<string>;
  /** The object types above it that lead there, from the root on. */
  readonly above: readonly ReadonlySet<string>[];
}

/** A field that was removed from an operation because the caller may not read it. */
export interface DeniedField {
  /** Names in the response, without list positions. */
  readonly path: readonly string[];
  /** `Type.field` of the first type that denies it. */
  readonly coordinate: string;
  /** What the client is told: nobody signed in, or the wrong rights. */
  readonly code: 'UNAUTHENTICATED' | 'FORBIDDEN_FIELD';
  /** False where `@skip` or `@include` leaves the field out; it then gives neither null nor error. */
  readonly selected: boolean;
  readonly steps: readonly DeniedStep[];
}

/** `@include(if:)` and `@skip(if:)` above a field. */
export interface Condition {
  readonly variable: string | undefined;
  readonly value: boolean;
  readonly wanted: boolean;
}

/** A denied field before the variables are known. */
export type ConditionalDeniedField = Omit<DeniedField, 'selected'> & {
  readonly conditions: readonly Condition[];
};

interface Place {
  readonly parent: GraphQLCompositeType;
  /** The object types that are left here after the fragments around it. */
  readonly possible: ReadonlySet<string>;
  readonly conditions: readonly Condition[];
  readonly steps: readonly DeniedStep[];
  /** The fragments around this place; one is never entered again below itself. */
  readonly open: readonly string[];
}

interface Item extends Place {
  readonly node: FieldNode;
}

interface Below extends Place {
  readonly set: SelectionSetNode;
  /** Whether the filter removed or added something there. */
  readonly isTouched: boolean;
}

/** Below fragments that exclude each other nothing is denied, but the filter asked for a type there that must go again. */
function nothingBelow({ parent, possible, steps }: Place, code: DeniedField['code']): ConditionalDeniedField {
  const step = {
    key: reservedTypename,
    field: '__typename',
    parent: parent.name,
    onTypes: possible,
    order: [],
  };
  const never: Condition = { variable: undefined, value: false, wanted: true };
  const all = [...steps, step];
  return {
    path: all.map((one) => one.key),
    coordinate: `${parent.name}.__typename`,
    code,
    steps: all,
    conditions: [never],
  };
}

/**
 * Finds where in the response the removed fields would have been.
 * Walks only below fields that the filter touched; the operation has passed the limits, which bound the walk.
 */
export function findDeniedFields(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  schema: GraphQLSchema,
  decisions: FieldDecisions,
  touched: ReadonlySet<FieldNode>,
  code: DeniedField['code'],
): ConditionalDeniedField[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const found: ConditionalDeniedField[] = [];

  function flatten(set: SelectionSetNode, place: Place): Item[] {
    return set.selections.flatMap((selection) => {
      const conditions = [...place.conditions, ...conditionsOf(selection)];
      if (selection.kind === Kind.FIELD) return [{ ...place, conditions, node: selection }];
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const inner = narrow(place, selection.typeCondition?.name.value);
        return inner === undefined ? [] : flatten(selection.selectionSet, { ...inner, conditions });
      }
      const name = selection.name.value;
      const fragment = fragments.get(name);
      if (fragment === undefined || place.open.includes(name)) return [];
      const inner = narrow(place, fragment.typeCondition.name.value);
      if (inner === undefined) return [];
      return flatten(fragment.selectionSet, { ...inner, conditions, open: [...place.open, name] });
    });
  }

  function narrow(place: Place, condition: string | undefined): Place | undefined {
    if (condition === undefined) return place;
    const type = schema.getType(condition);
    if (!isCompositeType(type)) return undefined;
    const allowed = decisions.possibleTypes(type);
    const possible = new Set([...place.possible].filter((one) => allowed.has(one)));
    return possible.size === 0 ? undefined : { ...place, parent: type, possible };
  }

  function walk(items: readonly Item[]): void {
    const byKey = new Map<string, Item[]>();
    for (const item of items) {
      const key = keyOf(item.node);
      const group = byKey.get(key);
      if (group === undefined) byKey.set(key, [item]);
      else group.push(item);
    }
    const order = items.map((item) => ({
      key: keyOf(item.node),
      types: item.possible,
      above: item.steps.map((step) => step.onTypes),
    }));
    for (const [key, group] of byKey) {
      const before = found.length;
      // A selection that the filter left alone still says in which order the names below stand.
      if (!group.some(({ node }) => touched.has(node))) continue;
      const passed = group.flatMap((item) => decideOne(item, key, order));
      const below = passed.flatMap((place) => flatten(place.set, place));
      if (below.length > 0) walk(below);
      for (const place of passed) {
        if (!place.isTouched) continue;
        const last = place.steps.length - 1;
        const reached = found.slice(before).some((one) => one.steps[last] === place.steps[last]);
        if (!reached) found.push(nothingBelow(place, code));
      }
    }
  }

  function decideOne(item: Item, key: string, order: DeniedStep['order']): Below[] {
    const { node, parent, possible, conditions } = item;
    const field = node.name.value;
    const refused = decisions.deniedTypes(parent, field);
    const denied = new Set([...possible].filter((one) => refused.has(one)));
    const step = { key, field, parent: parent.name, order };
    if (denied.size > 0) {
      const steps = [...item.steps, { ...step, onTypes: denied }];
      const coordinate = `${[...denied].sort()[0] ?? parent.name}.${field}`;
      found.push({ path: steps.map((one) => one.key), coordinate, code, steps, conditions });
    }
    const allowed = new Set([...possible].filter((one) => !refused.has(one)));
    const definition = isUnionType(parent) ? undefined : parent.getFields()[field];
    const type = definition && getNamedType(definition.type);
    if (allowed.size === 0 || node.selectionSet === undefined || !isCompositeType(type)) return [];
    const steps = [...item.steps, { ...step, onTypes: allowed }];
    return [
      {
        set: node.selectionSet,
        isTouched: touched.has(node),
        parent: type,
        possible: decisions.possibleTypes(type),
        conditions,
        steps,
        open: item.open,
      },
    ];
  }

  const root = schema.getRootType(operation.operation);
  if (root) {
    const place = {
      parent: root,
      possible: decisions.possibleTypes(root),
      conditions: [],
      steps: [],
      open: [],
    };
    walk(flatten(operation.selectionSet, place));
  }
  return found;
}

/** Whether the variables leave a field in that has these conditions above it. */
export function conditionsHold(
  conditions: readonly Condition[],
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): boolean {
  return conditions.every(({ variable, value, wanted }) => {
    if (variable === undefined) return value === wanted;
    const given = variables[variable];
    if (given !== undefined) return given === wanted;
    const fallback = operation.variableDefinitions?.find(
      (one) => one.variable.name.value === variable,
    )?.defaultValue;
    return fallback?.kind === Kind.BOOLEAN && fallback.value === wanted;
  });
}

function conditionsOf(selection: SelectionNode): Condition[] {
  return (selection.directives ?? []).flatMap((directive): Condition[] => {
    const wanted = directive.name.value === 'include';
    if (!wanted && directive.name.value !== 'skip') return [];
    const node = directive.arguments?.find((one) => one.name.value === 'if')?.value;
    if (node?.kind === Kind.VARIABLE) return [{ variable: node.name.value, value: false, wanted }];
    return node?.kind === Kind.BOOLEAN ? [{ variable: undefined, value: node.value, wanted }] : [];
  });
}

function keyOf(node: FieldNode): string {
  return node.alias?.value ?? node.name.value;
}
