import type { Choose } from './choose.js';
import type { FederationCase } from './federation-case.js';
import { addFeatures } from './generated-features.js';
import { addAbstractTypes, addInterfaceObject } from './generated-abstracts.js';
import { GeneratedGraph } from './generated-graph.js';

/** Random subgraphs. They mostly compose; where they do not, the composition says so and the draft is thrown away. */
export function generateSubgraphs(choose: Choose): FederationCase['subgraphs'] {
  const graph = new GeneratedGraph(choose, 2 + choose.int(3));
  for (let index = 2 + choose.int(3); index > 0; index -= 1) graph.addEntity();
  addAbstractTypes(graph);
  if (choose.chance(20)) addInterfaceObject(graph);
  for (const entity of graph.entities) {
    for (let index = 1 + choose.int(4); index > 0; index -= 1) {
      const owners = choose.chance(15) ? choose.some(graph.drafts, 1) : [choose.of(graph.drafts)];
      for (const owner of owners) graph.reference(owner, entity.name, true);
      graph.addField(entity.name, owners);
    }
  }
  for (const draft of graph.drafts) {
    for (let index = 1 + choose.int(3); index > 0; index -= 1) graph.addField('Query', [draft], 'entity');
    if (choose.chance(40)) graph.addField('Query', choose.some(graph.drafts, 1));
  }
  if (choose.chance(40)) {
    for (let index = 1 + choose.int(3); index > 0; index -= 1)
      graph.addField('Mutation', [choose.of(graph.drafts)]);
  }
  addFeatures(graph);
  return Object.fromEntries(graph.drafts.map((draft) => [draft.name, draft.text()]));
}
