import type { DocumentNode, GraphQLSchema } from 'graphql';
import { AmrloError } from '../../../subgraphs/kit/base/errors/amrlo-error.js';
import { catalogue } from '../../../subgraphs/kit/base/errors/catalogue.js';
import type { Link } from '../../../subgraphs/kit/base/link/link-call.js';
import type { SubgraphError } from '../../../subgraphs/kit/base/link/subgraph-request.js';
import type { FailedInputs } from './failed-inputs.js';
import { fetchShapeOf, type FetchShape } from './fetch-shape.js';
import type { OperationContext } from '../../../gateway/engine/graph-engine.js';

/** The context of one operation while its plan runs. */
export interface PlanContext extends OperationContext {
  readonly failedInputs: FailedInputs;
}

/** One fetch of a plan. */
export interface PlanFetch {
  readonly query: string;
  readonly document: DocumentNode;
  readonly operationName?: string;
  readonly variables: Record<string, unknown>;
  readonly context: PlanContext;
}

/** What a fetch brings back; never a rejection, because a dead subgraph costs its own fields only. */
export interface FetchAnswer {
  data?: Record<string, unknown> | null;
  errors?: SubgraphError[];
}

type Plain = Record<string, unknown>;

/** More failed fields than this are reported once per object and not once per field. */
const mostFieldErrors = 200;

/**
 * Runs fetches of a plan over the link. A fetch that fails becomes an error for each field it was to bring, so that
 * every null has its reason at its own path.
 */
export function createFetcher(options: {
  subgraph: string;
  link: Link;
  schema: GraphQLSchema;
}): (fetch: PlanFetch) => Promise<FetchAnswer> {
  const { subgraph, link, schema } = options;
  return async (fetch) => {
    const shape = fetchShapeOf(fetch.document, schema);
    const representations = fetch.variables['representations'] as Plain[] | undefined;
    const blocked = representations?.map((one) => fetch.context.failedInputs.blocks(one));
    if (representations === undefined || blocked === undefined || blocked.every((one) => one === undefined)) {
      return send(fetch, shape, representations);
    }
    return sendUnblocked(fetch, shape, representations, blocked);
  };

  async function send(
    fetch: PlanFetch,
    shape: FetchShape,
    representations: Plain[] | undefined,
  ): Promise<FetchAnswer> {
    const { context } = fetch;
    try {
      const answer = await link.call({
        subgraph,
        query: fetch.query,
        document: fetch.document,
        operationName: fetch.operationName,
        variables: fetch.variables,
        isMutation: shape.isMutation,
        principal: context.principal,
        requestId: context.requestId,
        traceparent: context.traceparent,
        locale: context.locale,
        deadline: context.deadline,
        signal: context.signal,
      });
      if (answer.errors === undefined || answer.errors.length === 0) return { data: answer.data };
      if (answer.data === null || answer.data === undefined) {
        return unobtained(fetch, shape, representations, answer.errors);
      }
      context.failedInputs.addFrom(subgraph, answer.data, answer.errors, representations);
      return { data: answer.data, errors: [...answer.errors] };
    } catch (error) {
      if (!(error instanceof AmrloError)) throw error;
      return unobtained(fetch, shape, representations, [asSubgraphError(error, context)]);
    }
  }

  /** Nothing came back: the fields are null, each with the first of the reasons. */
  function unobtained(
    fetch: PlanFetch,
    shape: FetchShape,
    representations: Plain[] | undefined,
    reasons: readonly SubgraphError[],
  ): FetchAnswer {
    const reason = reasons[0] as SubgraphError;
    const errors: SubgraphError[] = [];
    if (representations === undefined) {
      // An error that names a field of its own (a failed mutation) keeps its path.
      if (reasons.every(({ path }) => path !== undefined && path.length > 0))
        return { data: nulls(shape.rootFields), errors: [...reasons] };
      for (const { name } of shape.rootFields) errors.push({ ...reason, path: [name] });
      return { data: nulls(shape.rootFields), errors };
    }
    const total = representations.reduce(
      (sum, one) => sum + shape.entityFields(String(one['__typename'])).length,
      0,
    );
    const entities = representations.map((one, index) =>
      emptyEntity(fetch, shape, one, index, reason, total > mostFieldErrors, errors),
    );
    return { data: { _entities: entities }, errors };
  }

  function emptyEntity(
    fetch: PlanFetch,
    shape: FetchShape,
    representation: Plain,
    index: number,
    reason: SubgraphError,
    perObject: boolean,
    errors: SubgraphError[],
  ): Plain {
    const fields = shape.entityFields(String(representation['__typename']));
    for (const { name } of fields) {
      fetch.context.failedInputs.add(subgraph, representation, name);
      if (!perObject) errors.push({ ...reason, path: ['_entities', index, name] });
    }
    if (perObject) errors.push({ ...reason, path: ['_entities', index] });
    return nulls(fields);
  }

  /** Sends what can be sent; a representation with an input that was not obtained stays here, with its error. */
  async function sendUnblocked(
    fetch: PlanFetch,
    shape: FetchShape,
    representations: Plain[],
    blocked: ReadonlyArray<string | undefined>,
  ): Promise<FetchAnswer> {
    const sent = [...representations.keys()].filter((index) => blocked[index] === undefined);
    const chosen = sent.map((index) => representations[index] as Plain);
    const answer: FetchAnswer =
      chosen.length === 0
        ? {}
        : await send({ ...fetch, variables: { ...fetch.variables, representations: chosen } }, shape, chosen);
    const received = (answer.data?.['_entities'] ?? []) as unknown[];
    const errors: SubgraphError[] = (answer.errors ?? []).map((error) => {
      const [root, index, ...rest] = error.path ?? [];
      const original = typeof index === 'number' ? sent[index] : undefined;
      return root === '_entities' && original !== undefined
        ? { ...error, path: [root, original, ...rest] }
        : error;
    });
    const entities: unknown[] = representations.map(() => null);
    sent.forEach((index, position) => (entities[index] = received[position] ?? null));
    blocked.forEach((failed, index) => {
      if (failed === undefined) return;
      const reason = asSubgraphError(
        new AmrloError('UPSTREAM_UNAVAILABLE', { subgraph: failed }),
        fetch.context,
      );
      entities[index] = emptyEntity(
        fetch,
        shape,
        representations[index] as Plain,
        index,
        reason,
        false,
        errors,
      );
    });
    return { data: { _entities: entities }, errors };
  }
}

function asSubgraphError(error: AmrloError, context: OperationContext): SubgraphError {
  const { code, retryAfterMs, parameters } = error;
  return {
    message: error.messageIn(context.locale),
    extensions: {
      code,
      retryable: catalogue[code].retryable,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(typeof parameters['id'] === 'string' && code === 'INTERNAL' ? { id: parameters['id'] } : {}),
    },
  };
}

/** Only leaves are set to null: an object may have been filled by another subgraph, and null would erase it. */
function nulls(fields: ReadonlyArray<{ name: string; leaf: boolean }>): Plain {
  const result: Plain = {};
  for (const { name, leaf } of fields) if (leaf) result[name] = null;
  return result;
}
