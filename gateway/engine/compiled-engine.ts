import { isInterfaceType, type DocumentNode } from 'graphql';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import { roles, type Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { LRUCache } from 'lru-cache';
import type { Link } from '../../subgraphs/kit/base/link/link-call.js';
import type { Logger } from '../../subgraphs/kit/base/log.js';
import { applyDenied, type Authorization, type AuthorizedOperation } from '../security/authorization.js';
import { createErrorMask } from '../security/error-mask.js';
import { createOpenAuthorization } from '../security/open-authorization.js';
import type { Supergraph } from '../supergraph/supergraph.js';
import type { Plain } from './answer-shape.js';
import { clientErrors, faultCauses, requestErrors } from './client-errors.js';
import { compileOperation } from './compiled-operation.js';
import { Failures } from './failures.js';
import type { GraphEngine, GraphOperation, GraphResult } from './graph-engine.js';
import { createMerge } from './merge-answer.js';
import { createOperationCache, type CacheFigures } from './operation-cache.js';
import { createPlanner, type Planner } from './planner.js';
import { createPlanningTurns } from './planning-turns.js';
import { prepareOperation, type PreparedOperation } from './prepared-operation.js';
import { projectAnswer } from './project-answer.js';
import { runStep, type Savings } from './run-plan.js';

/** How an engine does, since it was made. */
export type EngineFigures = CacheFigures & Readonly<Savings>;

/** The engine of this house. */
export interface CompiledEngine extends GraphEngine {
  /** How many operations are kept compiled, how often that helped, and what the plans saved the subgraphs. */
  figures(): EngineFigures;
  /**
   * Plans an operation before somebody asks for it: the first who does would wait for the planner. It is planned as a
   * caller gets it who may read all of it.
   */
  warm(document: DocumentNode, operationName?: string): void;
}

/** Holds every role, so that nothing is taken out of an operation; plans only, and never asks a subgraph. */
const everybody: Principal = {
  kind: 'PERSON',
  subject: '',
  grants: roles.map((role) => ({
    id: `grant_${role}`,
    role,
    institutionId: null,
    from: '1970-01-01T00:00:00Z',
    to: null,
  })),
  scopes: [],
};

/** An operation under the key that it is kept by. */
type Prepared = PreparedOperation & { readonly key: string };

/** Measured: a parsed operation takes about 40 bytes for each character of its text, so these are about 80 MB. */
const mostPreparedCharacters = 2_000_000;

/** Operations kept compiled when nobody says how many. */
const defaultPlanCacheSize = 2_000;

/**
 * Plans with Apollo's planner, compiles every plan once, and runs it over our own link. What the caller may not read is
 * taken out before planning, and plans are kept by what is left, so a plan made for one caller's rights never serves
 * another's.
 */
export function createCompiledEngine(options: {
  supergraph: Supergraph;
  link: Link;
  /** Absent: every field is open to everybody; for a foreign supergraph outside production. */
  authorization?: Authorization;
  log: Logger;
  /** Operations kept compiled; 2,000 when absent. */
  planCacheSize?: number;
}): CompiledEngine {
  const { supergraph, link, authorization = createOpenAuthorization(), log } = options;
  const mask = createErrorMask({ log });
  const size = options.planCacheSize ?? defaultPlanCacheSize;
  const operations = new LRUCache<string, Prepared>({
    max: size,
    maxSize: mostPreparedCharacters,
    sizeCalculation: ({ characters }) => characters,
  });
  const cache = createOperationCache(size);
  const planningTurn = createPlanningTurns();
  const merge = createMerge((typename) => isInterfaceType(supergraph.schema.getType(typename)));
  const savings: Savings = { mergedRequests: 0, deduplicatedRepresentations: 0 };
  let planner: Planner | undefined;

  const loaded = (): Planner => (planner ??= createPlanner(supergraph));

  function prepare(
    { document, key }: Pick<AuthorizedOperation, 'document' | 'key'>,
    operationName: string | null | undefined,
  ): Prepared {
    const at = `${key} ${operationName ?? ''}`;
    let operation = operations.get(at);
    if (operation === undefined) {
      operation = { key: at, ...prepareOperation(document, operationName, loaded().schema) };
      operations.set(at, operation);
    }
    return operation;
  }

  /** By the values of its conditions too: an operation that leaves a field out is another than one with it. */
  function planKeyOf(operation: Prepared, values: Readonly<Record<string, unknown>>): string {
    return `${operation.key} ${operation.conditionKey(values)}`;
  }

  function compile(operation: Prepared, values: Readonly<Record<string, unknown>>) {
    return cache.get(planKeyOf(operation, values), () =>
      compileOperation(operation, (variable) => values[variable] === true, loaded(), supergraph.schema),
    );
  }

  async function run(given: GraphOperation): Promise<GraphResult> {
    const { context, operationName } = given;
    const started = performance.now();
    const variables = given.variables ?? {};
    const filtered = authorization.filter(given.document, operationName, variables, context.principal);
    const { denied, empty } = filtered;
    const answer = empty ? { data: {} } : await execute(filtered, given, variables, started);
    // A field that was taken out comes back as null in its place, which text has no room for.
    return applyDenied(answer, denied, loaded().schema, context.locale);
  }

  async function execute(
    filtered: AuthorizedOperation,
    given: GraphOperation,
    variables: Readonly<Record<string, unknown>>,
    started: number,
  ): Promise<GraphResult> {
    const { context, onTrace, onPlanned } = given;
    const prepared = prepare(filtered, given.operationName);
    const { values, errors: misfits } = prepared.variables(variables);
    if (misfits !== undefined) return { errors: requestErrors(misfits, mask, context.locale) };
    if (!cache.has(planKeyOf(prepared, values))) {
      await planningTurn();
      if (context.signal.aborted) throw new AmrloError('REQUEST_CANCELLED');
    }
    const begun = performance.now();
    const { operation, cached } = compile(prepared, values);
    const planningMs = cached ? 0 : performance.now() - begun;
    if (!cached) onPlanned?.(planningMs);
    const data: Plain = {};
    const failures = new Failures();
    const traceClock = onTrace === undefined ? undefined : () => performance.now() - started;
    const { step, selection } = operation;
    const isMutation = prepared.operation.operation === 'mutation';
    const running = { link, log, merge, context, isMutation, variables, data, failures, savings, traceClock };
    const root = step === undefined ? undefined : await runStep(step, running);
    const introspection = prepared.introspection(variables);
    const operationName = prepared.operation.name?.value;
    onTrace?.({ operationName, cached, planningMs, totalMs: performance.now() - started, root });
    if (given.textWanted === true && filtered.denied.length === 0 && failures.none) {
      const text = operation.write(data, introspection);
      if (text !== undefined) return { text };
    }
    const fault = faultCauses(operationName, mask, context.locale);
    const projection = projectAnswer({ selection, data, failures, introspection, fault });
    const errors = clientErrors(projection.errors, mask, context.locale);
    return { data: projection.data, ...(errors.length === 0 ? {} : { errors }) };
  }

  return {
    async load() {
      return {
        schema: loaded().schema,
        async execute(operation) {
          try {
            return await run(operation);
          } catch (error) {
            return { errors: requestErrors([error], mask, operation.context.locale) };
          }
        },
      };
    },
    figures: () => ({ ...cache.figures(), ...savings }),
    warm(document, operationName) {
      const filtered = authorization.filter(document, operationName, {}, everybody);
      if (filtered.empty) return;
      const operation = prepare(filtered, operationName);
      // Variables without a default are taken for not set: most conditions say what is wanted beside the usual.
      compile(operation, operation.variables({}).values ?? {});
    },
    stop: async () => undefined,
  };
}
