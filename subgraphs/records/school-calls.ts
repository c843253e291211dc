import type { Clock } from '../kit/base/clock.js';
import { AmrloError } from '../kit/base/errors/amrlo-error.js';
import type { AssertionSigner } from '../kit/base/identity/assertion.js';
import { servicePrincipal } from '../kit/base/identity/principal.js';
import type { SubgraphRequest, SubgraphTransport } from '../kit/base/link/subgraph-request.js';
import { adapterAudience } from './contract.js';
import type { ForwardedOperation } from './forwarded-operation.js';
import type { School } from './school-directory.js';
import { defaultTimeoutMs, SchoolGuard, type GuardOptions, type SchoolHealth } from './school-guard.js';
import { PartialReply, readReply, type FetchedEntity, type Representation } from './school-reply.js';

/** What a school is asked: an operation and, by root, the representations that are this school's. */
export interface SchoolQuestion {
  readonly operation: Pick<
    ForwardedOperation,
    'document' | 'query' | 'representationVariables' | 'usedVariables'
  >;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly representations: ReadonlyMap<string, readonly Representation[]>;
}

/** A question under way. It is shared by those who ask the same, and ends when the last of them has left. */
export interface RunningCall {
  readonly answer: Promise<ReadonlyMap<string, readonly FetchedEntity[]>>;
  /** Somebody else reads the same answer: it must not be changed. */
  readonly joined: boolean;
  /** This reader waits no longer. With `goOn` the question still runs to its end and fills the cache. */
  leave(goOn: boolean): void;
}

interface Shared {
  readonly answer: RunningCall['answer'];
  readonly controller: AbortController;
  readers: number;
  goOn: boolean;
}

interface Known {
  readonly school: School;
  readonly guard: SchoolGuard;
  readonly transport: SubgraphTransport;
}

/** What the questions to the schools need. */
interface CallParts {
  readonly connect: (school: School) => SubgraphTransport;
  readonly signer: AssertionSigner;
  readonly clock: Clock;
  readonly guard?: GuardOptions | undefined;
}

/** The questions to the schools: one guard and one transport per school, equal questions asked once. */
export class SchoolCalls {
  readonly #parts: CallParts;
  readonly #schools = new Map<string, Known>();
  readonly #running = new Map<string, Shared>();

  constructor(parts: CallParts) {
    this.#parts = parts;
  }

  health(school: School): SchoolHealth {
    return this.#known(school).guard.health();
  }

  /** Asks, or joins whoever asks the same already. */
  ask(
    school: School,
    question: SchoolQuestion,
    request: Pick<SubgraphRequest, 'requestId' | 'traceparent' | 'locale'>,
  ): RunningCall {
    const used = question.operation.usedVariables.map((name) => question.variables[name]);
    const representations = [...question.representations];
    const key = JSON.stringify([school, request.locale, question.operation.query, used, representations]);
    const running = this.#running.get(key);
    const shared = running ?? this.#start(key, school, question, request);
    shared.readers += 1;
    let left = false;
    return {
      answer: shared.answer,
      joined: running !== undefined,
      leave: (goOn) => {
        if (left) return;
        left = true;
        shared.readers -= 1;
        shared.goOn ||= goOn;
        if (shared.readers > 0 || shared.goOn) return;
        // Whoever asks the same from now on must not join a question that is being ended.
        this.#forget(key, shared);
        shared.controller.abort();
      },
    };
  }

  #start(
    key: string,
    school: School,
    question: SchoolQuestion,
    request: Pick<SubgraphRequest, 'requestId' | 'traceparent' | 'locale'>,
  ): Shared {
    const controller = new AbortController();
    const answer = this.#send(school, question, request, controller.signal);
    const shared: Shared = { answer, controller, readers: 0, goOn: false };
    this.#running.set(key, shared);
    // Everybody may have left; a failure that nobody reads is no fault of the process.
    answer.catch(() => undefined).finally(() => this.#forget(key, shared));
    return shared;
  }

  #forget(key: string, shared: Shared): void {
    if (this.#running.get(key) === shared) this.#running.delete(key);
  }

  async #send(
    school: School,
    { operation, variables, representations }: SchoolQuestion,
    request: Pick<SubgraphRequest, 'requestId' | 'traceparent' | 'locale'>,
    cancelled: AbortSignal,
  ): Promise<ReadonlyMap<string, readonly FetchedEntity[]>> {
    const { guard, transport } = this.#known(school);
    const { signer, clock } = this.#parts;
    const sent: Record<string, unknown> = {};
    for (const name of operation.usedVariables) if (name in variables) sent[name] = variables[name];
    for (const [root, variable] of operation.representationVariables)
      sent[variable] = representations.get(root) ?? [];
    const asked = new Map(
      [...operation.representationVariables.keys()].map((root) => [root, representations.get(root) ?? []]),
    );
    try {
      return await guard.run(async (signal) => {
        const assertion = await signer.sign(
          servicePrincipal('records'),
          adapterAudience(school.institutionId),
        );
        const reply = await transport({
          query: operation.query,
          document: operation.document,
          variables: sent,
          assertion,
          requestId: request.requestId,
          ...(request.traceparent === undefined ? {} : { traceparent: request.traceparent }),
          locale: request.locale,
          deadline: clock.now().getTime() + (school.timeoutMs ?? defaultTimeoutMs),
          signal,
        });
        return readReply(reply, asked, school);
      }, cancelled);
    } catch (error) {
      if (error instanceof PartialReply) return error.entities;
      throw schoolError(error, school);
    }
  }

  #known(school: School): Known {
    const known = this.#schools.get(school.institutionId);
    if (known !== undefined && sameAddress(known.school, school)) return known;
    const { connect, clock, guard } = this.#parts;
    const fresh = { school, guard: new SchoolGuard(school, clock, guard), transport: connect(school) };
    this.#schools.set(school.institutionId, fresh);
    return fresh;
  }
}

function sameAddress(a: School, b: School): boolean {
  return (
    a === b ||
    (a.name === b.name &&
      a.endpoint === b.endpoint &&
      a.timeoutMs === b.timeoutMs &&
      a.maxConcurrent === b.maxConcurrent)
  );
}

/** What went wrong, as an error about the school; how a subgraph is reached is nobody's business outside. */
function schoolError(error: unknown, { name }: School): AmrloError {
  if (error instanceof AmrloError) {
    if (error.code.startsWith('SCHOOL_') || error.code === 'REQUEST_CANCELLED') return error;
    if (error.code === 'UPSTREAM_TIMEOUT')
      return new AmrloError('SCHOOL_TIMEOUT', { institution: name }, { cause: error });
  }
  return new AmrloError('SCHOOL_UNAVAILABLE', { institution: name }, { cause: error });
}
