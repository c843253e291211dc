import {
  Kind,
  visit,
  type DirectiveNode,
  type DocumentNode,
  type OperationDefinitionNode,
  type SelectionNode,
} from 'graphql';

/** The value of a boolean variable of the client, defaults included. */
export type HoldsCondition = (variable: string) => boolean;

/** Whether `@skip` and `@include` leave a selection in. */
export function isIncluded({ directives = [] }: SelectionNode, holds: HoldsCondition): boolean {
  return directives.every((directive) => {
    if (!isCondition(directive)) return true;
    const wanted = directive.name.value === 'include';
    const value = directive.arguments?.find(({ name }) => name.value === 'if')?.value;
    if (value?.kind === Kind.VARIABLE) return holds(value.name.value) === wanted;
    return value?.kind !== Kind.BOOLEAN || value.value === wanted;
  });
}

/** Whether a directive is `@skip` or `@include`. */
export function isCondition({ name }: DirectiveNode): boolean {
  return name.value === 'skip' || name.value === 'include';
}

/** The variables that decide what an operation selects, sorted. */
export function conditionsOf(document: DocumentNode, operation: OperationDefinitionNode): string[] {
  const names = new Set<string>();
  const reached = document.definitions.filter(
    (one) => one === operation || one.kind === Kind.FRAGMENT_DEFINITION,
  );
  visit(
    { kind: Kind.DOCUMENT, definitions: reached },
    {
      Directive(node) {
        const value = node.arguments?.find(({ name }) => name.value === 'if')?.value;
        if (isCondition(node) && value?.kind === Kind.VARIABLE) names.add(value.name.value);
      },
    },
  );
  return [...names].sort();
}
