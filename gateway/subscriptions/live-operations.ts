import { validate, type DocumentNode, type FormattedExecutionResult, type GraphQLSchema } from 'graphql';
import { systemClock, type Clock } from '../../subgraphs/kit/base/clock.js';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { localeOf, type Locale } from '../../subgraphs/kit/base/locale.js';
import type { WakeBus } from '../../subgraphs/kit/base/wake.js';
import { chosenOperation } from '../operations/chosen-operation.js';
import type { PersistedOperations } from '../operations/persisted-operations.js';
import type { RequestHeaders } from '../security/authentication.js';
import type { ErrorMask } from '../security/error-mask.js';
import { checkLimits, defaultLimits, parseOperation, type OperationLimits } from '../security/limits.js';
import { asQuery, watchedBy, withLiveQueries, type Watched } from './live-queries.js';
import { liveResults } from './live-results.js';

/** One execution of a live query: an ordinary query for one principal. */
export interface LiveExecution {
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly variables: Record<string, unknown>;
  readonly principal: Principal;
  readonly locale: Locale;
  readonly headers: RequestHeaders;
  /** Where the reader asks from. */
  readonly address: string;
  /** Aborted when the reader has gone. */
  readonly signal: AbortSignal;
}

/** What live queries stand on. */
export interface LiveOptions {
  /** Authorizes, plans and runs a query; errors in its result are masked already. */
  readonly execute: (request: LiveExecution) => Promise<FormattedExecutionResult>;
  readonly authenticate: (headers: RequestHeaders) => Promise<{
    principal: Principal;
    expiresAt?: Date | undefined;
    changesAt?: Date | undefined;
  }>;
  readonly wakeBus: WakeBus;
  /** The API schema that clients see, or how to get the current one. */
  readonly schema: GraphQLSchema | (() => GraphQLSchema);
  readonly mask: ErrorMask;
  /** Tells when the current schema has become another one, so that what lives is checked and asked again on it. */
  readonly onSchemaChange?: (listener: () => void) => () => void;
  /** Where operations are looked up by hash, and refused when only registered ones are accepted. */
  readonly operations?: () => PersistedOperations | undefined;
  /** Called once for every new subscription; throws to refuse it (a rate limit, for example). */
  readonly admit?: (principal: Principal, address: string) => Promise<void>;
  readonly limits?: OperationLimits;
  readonly clock?: Clock;
  /** 50 ms unless told otherwise. */
  readonly coalesceMs?: number;
  /** Within this time after a change of the schema everything that lives is asked again; 2,000 ms unless told otherwise. */
  readonly spreadMs?: number;
}

/** A subscription as a client sends it, whatever the transport. */
export interface LiveRequest {
  readonly query?: string | null | undefined;
  readonly operationName?: string | null | undefined;
  readonly variables?: Record<string, unknown> | null | undefined;
  readonly extensions?: Record<string, unknown> | null | undefined;
  readonly headers: RequestHeaders;
  readonly address: string;
}

/** A checked subscription. */
export interface PreparedSubscription {
  readonly schema: GraphQLSchema;
  /** The client's document; its operation is a subscription. */
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  /** Begins to listen and to execute. */
  open(): AsyncGenerator<FormattedExecutionResult, void, undefined>;
}

/** Live queries without a transport. */
export interface LiveOperations {
  /**
   * Checks token, text, limits and schema; nothing runs yet.
   * @throws AmrloError, or the GraphQLError of the first validation rule that fails
   */
  prepare(request: LiveRequest): Promise<PreparedSubscription>;
}

/** Makes live queries out of a way to run queries. */
export function createLiveOperations(options: LiveOptions): LiveOperations {
  const { limits = defaultLimits, clock = systemClock, coalesceMs = 50, spreadMs = 2_000 } = options;
  const extended = new WeakMap<GraphQLSchema, GraphQLSchema>();

  function liveSchema(): GraphQLSchema {
    const given = typeof options.schema === 'function' ? options.schema() : options.schema;
    let known = extended.get(given);
    if (known === undefined) {
      known = withLiveQueries(given);
      extended.set(given, known);
    }
    return known;
  }

  return {
    async prepare(request) {
      const { headers } = request;
      const { principal } = await options.authenticate(headers);
      await options.admit?.(principal, request.address);
      const operations = options.operations?.();
      const resolved = operations ? await operations.resolve(request, true) : { query: request.query ?? '' };
      if (resolved.query === '') throw new AmrloError('OPERATION_MISSING');
      const document = parseOperation(resolved.query, limits);
      const operationName = request.operationName ?? undefined;
      const variables = request.variables ?? {};
      checkLimits(document, operationName, variables, limits);
      const operation = chosenOperation(document, operationName);
      if (operation.operation !== 'subscription') throw new AmrloError('SUBSCRIPTION_EXPECTED');
      const locale = localeIn(headers);

      const fitted = (schema: GraphQLSchema): FittedOperation => {
        const [invalid] = validate(schema, document, undefined, { maxErrors: 1 });
        if (invalid !== undefined) throw invalid;
        const watched = watchedBy(document, operation, variables, schema);
        return { schema, query: asQuery(document, operation, schema), watched };
      };
      let current = fitted(liveSchema());
      /** The graph may have become another one while this lived. */
      const refit = (): FittedOperation => {
        const schema = liveSchema();
        if (schema === current.schema) return current;
        try {
          current = fitted(schema);
        } catch (error) {
          const detail = options.mask.mask(error, locale).message;
          throw new AmrloError('OPERATION_OUTDATED', { detail }, { cause: error });
        }
        return current;
      };
      return {
        schema: current.schema,
        document,
        operationName,
        open: () =>
          liveResults({
            watched: () => current.watched,
            wakeBus: options.wakeBus,
            ...(options.onSchemaChange ? { onSchemaChange: options.onSchemaChange } : {}),
            authenticate: () => options.authenticate(headers),
            // Nothing is awaited between the check and the execution: both are of the same schema.
            execute: async (principalNow, signal) =>
              options.execute({
                document: refit().query,
                operationName,
                variables,
                principal: principalNow,
                locale,
                headers,
                address: request.address,
                signal,
              }),
            failed: (error) => ({ errors: [options.mask.mask(error, locale)] }),
            clock,
            coalesceMs,
            spreadMs,
          }),
      };
    },
  };
}

/** A subscription on one schema. */
interface FittedOperation {
  readonly schema: GraphQLSchema;
  /** What answers it. */
  readonly query: DocumentNode;
  readonly watched: readonly Watched[];
}

/** The reader's language by the headers of a request. */
export function localeIn(headers: RequestHeaders): Locale {
  const language = headers['accept-language'];
  return localeOf(Array.isArray(language) ? language[0] : language);
}
