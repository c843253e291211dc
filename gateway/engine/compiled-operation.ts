import { print, type DocumentNode, type GraphQLSchema } from 'graphql';
import { readClientSelection, type ClientSelection } from './client-selection.js';
import type { HoldsCondition } from './conditions.js';
import { compilePlan, type Step } from './plan-steps.js';
import { plannedDocument } from './planned-document.js';
import type { Planner } from './planner.js';
import type { PreparedOperation } from './prepared-operation.js';
import { rootFields, withRootFields } from './serial-fields.js';
import { compileWriter, type AnswerWriter } from './write-answer.js';

/** An operation with all that can be prepared before it is run, for one set of values of its conditions. */
export interface CompiledOperation {
  /** The length of its text and of the operations for the subgraphs: what it takes to keep it grows with it. */
  readonly characters: number;
  /** Absent where no subgraph has to be asked. */
  readonly step: Step | undefined;
  /** What the client selected. */
  readonly selection: ClientSelection;
  /** Generated when it is first asked for: an answer that is not wanted as text needs none. */
  readonly write: AnswerWriter;
}

/**
 * Plans and compiles an operation.
 * @param supergraph with everything, also what clients must not know
 */
export function compileOperation(
  { document, operation }: PreparedOperation,
  holds: HoldsCondition,
  planner: Planner,
  supergraph: GraphQLSchema,
): CompiledOperation {
  const { schema, requiredFields, keys } = planner;
  const planned = plannedDocument(document, operation, holds);
  const compilation = { schema: supergraph, requiredFields, keys, variables: planned.variables };
  const stepFor = (part: DocumentNode) => compilePlan(planner.plan(part), compilation);
  const step =
    operation.operation === 'mutation' ? serial(planned.document, stepFor) : stepFor(planned.document);
  const selection = readClientSelection(document, operation, schema, holds);
  let writer: AnswerWriter | undefined;
  return {
    characters: print(planned.document).length + (step === undefined ? 0 : charactersOf(step)),
    step,
    selection,
    write: (data, introspection) => (writer ??= compileWriter(selection))(data, introspection),
  };
}

/**
 * A mutation. The planner sees no order between a field and a fragment, so its fields are given to it without fragments.
 * It puts neighbours of one subgraph into one request, which runs them one after the other; but it asks other subgraphs
 * for what lies below the first after the last has run. Where there is such a thing every field is planned alone, so that
 * it is complete before the next begins.
 */
function serial(
  document: DocumentNode,
  stepFor: (document: DocumentNode) => Step | undefined,
): Step | undefined {
  const fields = rootFields(document);
  const whole = stepFor(withRootFields(document, fields.flat()));
  if (whole === undefined || fields.length < 2 || isMutationsOnly(whole)) return whole;
  const steps = fields.flatMap((field) => stepFor(withRootFields(document, field)) ?? []);
  return { kind: 'sequence', steps };
}

function isMutationsOnly(step: Step): boolean {
  if (step.kind === 'root') return step.fetch.isMutation;
  return step.kind === 'sequence' && step.steps.every(isMutationsOnly);
}

function charactersOf(step: Step): number {
  switch (step.kind) {
    case 'root':
      return step.fetch.operation.query.length;
    case 'entities':
      return step.fetches.reduce(
        (sum, { operation }) => sum + operation.query.length,
        step.combined?.operation.query.length ?? 0,
      );
    default:
      return step.steps.reduce((sum, one) => sum + charactersOf(one), 0);
  }
}
