import { createHash } from 'node:crypto';
import {
  Kind,
  OperationTypeNode,
  print,
  visit,
  type ASTNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type VariableDefinitionNode,
} from 'graphql';
import { keptLists, routersField } from './contract.js';
import { introductionFields, introductionNames, type IntroductionNames } from './introduction.js';
import { ageSelection, proofSelections } from './proof.js';
import type { SelectionScope } from './selection.js';
import { routersArguments } from './waiting-terms.js';

/** An operation as text and parsed. */
export interface OperationText {
  readonly document: DocumentNode;
  readonly query: string;
}

/** What makes two answers about one entity equal: what was selected, with the values of which variables. */
export interface CopyKey {
  readonly selection: string;
  readonly variables: readonly string[];
}

/** An operation as adapters get it: the same selections, representations always in variables of our own. */
export interface ForwardedOperation {
  readonly plain: OperationText;
  /** The same, and what an adapter is asked about itself. */
  readonly introducing: OperationText;
  readonly introduction: IntroductionNames;
  /** By the root's response key: the variable of its representations. */
  readonly representationVariables: ReadonlyMap<string, string>;
  /** The client's variables that are sent on. */
  readonly variables: readonly string[];
  /** By the root's response key. The age that a reader accepts is no part of it. */
  readonly copyKeys: ReadonlyMap<string, CopyKey>;
  /** With what the names of our own begin; nothing in the client's operation does. */
  readonly prefix: string;
}

const name = (value: string) => ({ kind: Kind.NAME, value }) as const;
const waiting: ReadonlySet<string> = new Set(['maxAge', 'waitMs']);
type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;

/** The questions of an operation about entities, for adapters. */
export function forwardedOperation(
  operation: OperationDefinitionNode,
  document: DocumentNode,
  scope: SelectionScope,
  roots: readonly { readonly key: string; readonly selections: readonly SelectionSetNode[] }[],
): ForwardedOperation {
  const prefix = freePrefix(document);
  const left = routersArguments(scope.schema);
  const forAdapters = <T extends ASTNode>(node: T): T =>
    withAges(
      cleaned(node, prefix, (field, argument) => left.get(field)?.has(argument) === true),
      prefix,
    );
  const fragments = mapped(scope.fragments, forAdapters);
  const representationVariables = new Map<string, string>();
  const copyKeys = new Map<string, CopyKey>();
  const used = new Map<string, FragmentDefinitionNode>();
  const fields = roots.map(({ key, selections }, at): FieldNode => {
    const variable = `${prefix}Representations${at}`;
    representationVariables.set(key, variable);
    const own = selections.map(forAdapters).flatMap((set) => set.selections);
    for (const node of own) collectFragments(node, fragments, used);
    copyKeys.set(key, copyKeyOf(selections, scope.fragments, prefix));
    return entitiesField(key, variable, [...own, ...proofSelections(prefix)]);
  });
  const found = variablesIn([...fields, ...used.values()]);
  const variables = (operation.variableDefinitions ?? []).filter((node) =>
    found.has(node.variable.name.value),
  );
  const introduction = introductionNames(prefix);
  const text = (more: readonly FieldNode[], moreVariables: readonly string[]): OperationText =>
    operationText(
      [...fields, ...more],
      [
        ...[...representationVariables.values(), ...moreVariables].map(representationsDefinition),
        ...variables,
      ],
      [...used.values()],
    );
  let introducing: OperationText | undefined;
  return {
    plain: text([], []),
    get introducing() {
      return (introducing ??= text(introductionFields(introduction), [introduction.representations]));
    },
    introduction,
    representationVariables,
    variables: variables.map((node) => node.variable.name.value).sort(),
    copyKeys,
    prefix,
  };
}

/** A query of root fields. */
export function operationText(
  fields: readonly FieldNode[],
  variableDefinitions: readonly VariableDefinitionNode[],
  fragments: readonly FragmentDefinitionNode[],
  operation: OperationTypeNode = OperationTypeNode.QUERY,
): OperationText {
  const document: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [
      {
        kind: Kind.OPERATION_DEFINITION,
        operation,
        variableDefinitions: [...variableDefinitions],
        selectionSet: { kind: Kind.SELECTION_SET, selections: [...fields] },
      },
      ...fragments,
    ],
  };
  return { document, query: print(document) };
}

/** `$name: [_Any!]!` */
export function representationsDefinition(variable: string): VariableDefinitionNode {
  const item = { kind: Kind.NON_NULL_TYPE, type: { kind: Kind.NAMED_TYPE, name: name('_Any') } } as const;
  return {
    kind: Kind.VARIABLE_DEFINITION,
    variable: { kind: Kind.VARIABLE, name: name(variable) },
    type: { kind: Kind.NON_NULL_TYPE, type: { kind: Kind.LIST_TYPE, type: item } },
  };
}

/** The fragments that a node spreads, directly or through others. */
export function collectFragments(
  node: ASTNode,
  fragments: Fragments,
  into: Map<string, FragmentDefinitionNode>,
): void {
  visit(node, {
    FragmentSpread(spread) {
      const fragment = fragments[spread.name.value];
      if (fragment === undefined || into.has(spread.name.value)) return;
      into.set(spread.name.value, fragment);
      collectFragments(fragment, fragments, into);
    },
  });
}

/** The variables that nodes use. */
export function variablesIn(nodes: readonly ASTNode[]): Set<string> {
  const found = new Set<string>();
  for (const node of nodes) visit(node, { Variable: (variable) => void found.add(variable.name.value) });
  return found;
}

/** A beginning of names that nothing in the document has, so that no alias of a client can stand for a proof. */
export function freePrefix(document: DocumentNode): string {
  const names = new Set<string>();
  visit(document, { Name: (node) => void names.add(node.value) });
  let prefix = 'amrlo';
  while ([...names].some((value) => value.startsWith(prefix))) prefix += '_';
  return prefix;
}

function cleaned<T extends ASTNode>(
  node: T,
  prefix: string,
  isLeft: (field: string, argument: string) => boolean,
): T {
  return visit(node, {
    Field: (field) => {
      // A field without a value of its own keeps the selection around it from being empty.
      if (field.name.value === routersField)
        return { kind: Kind.FIELD, name: name('__typename'), alias: name(`${prefix}Type`) };
      const rest = field.arguments?.filter((argument) => !isLeft(field.name.value, argument.name.value));
      return rest?.length === field.arguments?.length ? undefined : { ...field, arguments: rest };
    },
  });
}

/** Has every list that adapters keep tell when it was read, also where nobody asks for that. */
function withAges<T extends ASTNode>(node: T, prefix: string): T {
  return visit(node, {
    Field: {
      leave: (field) =>
        keptLists.has(field.name.value) && field.selectionSet !== undefined
          ? {
              ...field,
              selectionSet: {
                ...field.selectionSet,
                selections: [...field.selectionSet.selections, ageSelection(prefix)],
              },
            }
          : undefined,
    },
  });
}

function copyKeyOf(selections: readonly SelectionSetNode[], all: Fragments, prefix: string): CopyKey {
  const bare = <T extends ASTNode>(node: T): T =>
    cleaned(node, prefix, (_, argument) => waiting.has(argument));
  const nodes = selections.map(bare);
  const fragments = new Map<string, FragmentDefinitionNode>();
  const bareFragments = mapped(all, bare);
  for (const node of nodes) collectFragments(node, bareFragments, fragments);
  const everything = [...nodes, ...[...fragments.keys()].sort().map((key) => fragments.get(key) as ASTNode)];
  return {
    selection: createHash('sha256').update(everything.map(print).join('\n')).digest('base64'),
    variables: [...variablesIn(everything)].sort(),
  };
}

function entitiesField(key: string, variable: string, selections: SelectionSetNode['selections']): FieldNode {
  const value = { kind: Kind.VARIABLE, name: name(variable) } as const;
  return {
    kind: Kind.FIELD,
    name: name('_entities'),
    alias: name(key),
    arguments: [{ kind: Kind.ARGUMENT, name: name('representations'), value }],
    selectionSet: { kind: Kind.SELECTION_SET, selections },
  };
}

function mapped(
  fragments: Fragments,
  change: (node: FragmentDefinitionNode) => FragmentDefinitionNode,
): Fragments {
  return Object.fromEntries(Object.entries(fragments).map(([key, node]) => [key, change(node)]));
}
