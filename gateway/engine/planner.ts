import { Supergraph as PlannerSupergraph, operationFromDocument } from '@apollo/federation-internals';
import { QueryPlanner, type QueryPlan } from '@apollo/query-planner';
import { parse, visit, type DocumentNode, type GraphQLSchema } from 'graphql';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import type { Supergraph } from '../supergraph/supergraph.js';
import { readEntityKeys, type EntityKeys } from './entity-keys.js';
import {
  keepRequiredAliases,
  nameRequiredFields,
  resolvableKeysFirst,
  type RequiredFields,
} from './planner-patches.js';

/** Apollo's planner over one supergraph. */
export interface Planner {
  /** What clients may ask. */
  readonly schema: GraphQLSchema;
  /** What every field that has `@requires` needs, under internal names. */
  readonly requiredFields: RequiredFields;
  /** By which keys subgraphs resolve their entities. */
  readonly keys: EntityKeys;
  /** Plans the one operation of a document, synchronously; a large one may take a second. */
  plan(document: DocumentNode): QueryPlan;
}

/**
 * Reads a supergraph for planning; takes about as long as its composition.
 * @throws AmrloError `SUPERGRAPH_INVALID` when it uses what plans are not run with
 */
export function createPlanner({ sdl, schema }: Supergraph): Planner {
  keepRequiredAliases();
  const composed = parse(sdl, { noLocation: true });
  refuseContexts(composed);
  const supergraph = PlannerSupergraph.build(resolvableKeysFirst(composed));
  const apiSchema = supergraph.apiSchema();
  const planner = new QueryPlanner(supergraph, {
    exposeDocumentNodeInFetchNode: true,
    // A subgraph's operation then has no fragments by name: two of them can be made one without a clash.
    reuseQueryFragments: false,
  });
  const requiredFields = nameRequiredFields(planner);
  return {
    schema: apiSchema.toGraphQLJSSchema(),
    requiredFields,
    keys: readEntityKeys(schema),
    plan(document) {
      // Its rules about names that must agree are the client's; under internal names they need not hold.
      return planner.buildQueryPlan(operationFromDocument(apiSchema, document, { validate: false }));
    },
  };
}

/**
 * Arguments that a subgraph takes from an object further up (`@fromContext`) would have to be put into its requests; this
 * engine does not, and the subgraph would compute from their absence.
 */
function refuseContexts(document: DocumentNode): void {
  let used = false;
  visit(document, {
    DirectiveDefinition: () => false,
    Directive(node) {
      used ||=
        node.name.value === 'context' ||
        node.arguments?.some(({ name }) => name.value === 'contextArguments') === true;
    },
  });
  if (!used) return;
  const detail =
    'it uses @context and @fromContext, which this gateway does not run: take them out of the subgraphs and pass the value as an argument or by @requires';
  throw new AmrloError('SUPERGRAPH_INVALID', { file: 'SDL', detail });
}
