import type { GeneratedGraph, OwnedField } from './generated-graph.js';

/** Adds `@requires`, `@provides`, `@override` and `@inaccessible` to a graph that has its fields. */
export function addFeatures(graph: GeneratedGraph): void {
  const { choose } = graph;
  const onEntities = () =>
    graph.fields.filter(({ type }) => graph.entities.some(({ name }) => name === type));
  for (const field of onEntities()) {
    if (choose.chance(8)) override(graph, field);
  }
  for (const entity of graph.entities) {
    if (choose.chance(45)) requires(graph, entity.name, onEntities());
  }
  for (const field of graph.fields) {
    if (choose.chance(25)) provides(graph, field, onEntities());
  }
  for (const field of onEntities()) {
    if (choose.chance(6)) {
      for (const owner of field.owners) owner.field(field.type, fieldOf(field), '@inaccessible');
    }
  }
}

function override(graph: GeneratedGraph, field: OwnedField): void {
  const [owner, ...others] = field.owners;
  const old = graph.choose.of(graph.drafts);
  const isAbstract = graph.abstracts.has(field.named) || field.named === 'Shade';
  if (owner === undefined || others.length > 0 || old === owner || isAbstract) return;
  graph.reference(old, field.type, true);
  graph.use(old, field.named);
  for (const [, argument] of field.args.matchAll(/: \[*(\w+)/g)) graph.use(old, argument ?? '');
  old.field(field.type, fieldOf(field));
  owner.field(field.type, fieldOf(field), `@override(from: "${old.name}")`);
}

/** A field that one subgraph makes of fields of others; sometimes of one that is made so itself. */
function requires(graph: GeneratedGraph, entity: string, fields: readonly OwnedField[]): void {
  const { choose } = graph;
  const draft = choose.of(graph.drafts);
  const usable = fields.filter(
    (field) =>
      field.type === entity &&
      !draft.has(entity, field.name) &&
      (selectionOf(graph, field) !== undefined || graph.entities.some(({ name }) => name === field.named)),
  );
  if (usable.length === 0) return;
  graph.reference(draft, entity, true);
  const parts = choose.some(usable, 1).map((field) => {
    graph.use(draft, field.named);
    for (const [, argument] of field.args.matchAll(/: \[*(\w+)/g)) graph.use(draft, argument ?? '');
    draft.field(entity, fieldOf(field), '@external');
    const given = /must:/.test(field.args) ? '(must: 5)' : /a:/.test(field.args) ? '(a: 9)' : '';
    return `${field.name}${given}${below(graph, draft, field)}`;
  });
  const added = graph.addField(entity, [draft]);
  draft.field(entity, fieldOf(added), `@requires(fields: "${parts.join(' ')}")`);
}

/** What is selected of a required field: nothing, a part of a value, or the key of another entity. */
function below(
  graph: GeneratedGraph,
  draft: { types: ReadonlyMap<string, { directives: ReadonlySet<string> }> },
  field: OwnedField,
): string {
  const selection = selectionOf(graph, field);
  if (selection !== undefined) return selection;
  const key = /fields: "([^"]+)"/.exec([...(draft.types.get(field.named)?.directives ?? [])].join(' '))?.[1];
  return ` { ${key} }`;
}

function selectionOf(graph: GeneratedGraph, { named }: OwnedField): string | undefined {
  if (named === 'V0') return ' { label size }';
  if (named === 'V1') return ' { deep { label } }';
  return graph.entities.some(({ name }) => name === named) || graph.abstracts.has(named) ? undefined : '';
}

/** A field on whose way a subgraph can give another subgraph's field as well. */
function provides(graph: GeneratedGraph, field: OwnedField, fields: readonly OwnedField[]): void {
  const [draft, ...others] = field.owners;
  if (draft === undefined || others.length > 0) return;
  const usable = fields.filter(
    (one) =>
      one.type === field.named &&
      one.args === '' &&
      !draft.has(one.type, one.name) &&
      selectionOf(graph, one) === '',
  );
  if (usable.length === 0) return;
  const provided = graph.choose.of(usable);
  if (provided.named === 'Shade') return;
  const owned = provided.owners.map((owner) => owner.types.get(provided.type)?.fields.get(provided.name));
  // Who provides it cannot know what the field would require of others.
  if (
    owned.some((one) => [...(one?.directives ?? [])].some((directive) => directive.startsWith('@requires')))
  )
    return;
  for (const one of owned) one?.directives.add('@shareable');
  graph.use(draft, provided.named);
  draft.field(provided.type, fieldOf(provided), '@external');
  draft.field(field.type, fieldOf(field), `@provides(fields: "${provided.name}")`);
}

function fieldOf({ name, args, returns }: OwnedField): { name: string; args: string; type: string } {
  return { name, args, type: returns };
}
