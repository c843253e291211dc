import type { GeneratedGraph } from './generated-graph.js';

/** Adds interfaces and unions of which subgraphs know different parts. */
export function addAbstractTypes(graph: GeneratedGraph): void {
  const { choose } = graph;
  const objects = [...graph.entities.map(({ name }) => name), ...graph.values.map(({ name }) => name)];
  if (choose.chance(60)) {
    const drafts = choose.some(graph.drafts, 1);
    graph.abstracts.set('I0', drafts);
    for (const draft of drafts) {
      const members = choose.some(objects, 1);
      for (const name of members) {
        if (graph.values.some((value) => value.name === name)) graph.use(draft, name);
        else {
          graph.reference(draft, name, true);
          draft.field(name, { name: 'label', args: '', type: 'String' }, '@shareable');
        }
        draft.type(name).implemented.add('I0');
      }
      draft.type('I0', 'interface');
      draft.field('I0', { name: 'label', args: '', type: 'String' });
    }
  }
  if (choose.chance(50)) {
    const drafts = choose.some(graph.drafts, 1);
    graph.abstracts.set('U0', drafts);
    for (const draft of drafts) {
      const members = choose.some(objects, 1);
      for (const name of members) graph.use(draft, name);
      draft.others.set('U0', `union U0 = ${members.join(' | ')}`);
    }
  }
}

/** Adds an interface with a key, its objects in one subgraph, and another subgraph that adds to all of them. */
export function addInterfaceObject(graph: GeneratedGraph): void {
  const { choose } = graph;
  const [home, ...others] = choose.chance(50) ? graph.drafts : graph.drafts.toReversed();
  if (home === undefined) return;
  const key = '@key(fields: "id")';
  const shared = [
    { name: 'id', args: '', type: 'ID!' },
    { name: 'tag', args: '', type: 'String' },
  ];
  home.type('M', 'interface').directives.add(key);
  for (const field of shared) home.field('M', field);
  for (const name of ['M0', 'M1', 'M2'].slice(0, 2 + choose.int(2))) {
    const type = home.type(name);
    type.implemented.add('M');
    type.directives.add(key);
    for (const field of shared) home.field(name, field);
    home.field(name, { name: `own${name}`, args: '', type: choose.of(['Int', 'String!', '[Blob]']) });
    graph.use(home, 'Blob');
  }
  home.field('Query', { name: 'm', args: '', type: choose.of(['M', '[M]', '[M!]']) });
  for (const draft of choose.some(others, 1)) {
    const type = draft.type('M');
    type.directives.add(key).add('@interfaceObject');
    draft.field('M', shared[0]!);
    const target = choose.of(graph.entities).name;
    draft.field('M', {
      name: `score_${draft.name}`,
      args: '(a: Int = 2)',
      type: choose.of(['Int', 'Int!', '[Int]']),
    });
    if (choose.chance(50)) {
      graph.use(draft, target);
      draft.field('M', { name: `to_${draft.name}`, args: '', type: choose.of([target, `[${target}]`]) });
    }
    draft.field('Query', { name: `ms_${draft.name}`, args: '', type: choose.of(['M', '[M]', '[M!]']) });
  }
}
