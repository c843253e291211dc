import type { GraphQLResolveInfo, SelectionSetNode } from 'graphql';

/** Whether the client selected `totalCount` of the connection being resolved; counting costs a statement of its own. */
export function selectsTotal(info: GraphQLResolveInfo): boolean {
  return info.fieldNodes.some((node) => node.selectionSet !== undefined && selects(node.selectionSet, info));
}

function selects(set: SelectionSetNode, info: GraphQLResolveInfo): boolean {
  return set.selections.some((selection) => {
    if (selection.kind === 'Field') return selection.name.value === 'totalCount';
    if (selection.kind === 'InlineFragment') return selects(selection.selectionSet, info);
    const fragment = info.fragments[selection.name.value];
    return fragment !== undefined && selects(fragment.selectionSet, info);
  });
}
