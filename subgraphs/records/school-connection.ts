import type { GraphQLSchema } from 'graphql';
import type { Clock } from '../kit/base/clock.js';
import { AmrloError } from '../kit/base/errors/amrlo-error.js';
import type { AssertionSigner } from '../kit/base/identity/assertion.js';
import { servicePrincipal } from '../kit/base/identity/principal.js';
import type { ClosableTransport } from '../kit/base/link/link-call.js';
import type { SubgraphRequest, SubgraphResponse } from '../kit/base/link/subgraph-request.js';
import { adapterAudience } from './contract.js';
import { operationText, representationsDefinition, type OperationText } from './forwarded-operation.js';
import {
  descriptionShape,
  Introduction,
  introductionFields,
  introductionNames,
  type Description,
  type IntroductionNames,
} from './introduction.js';
import type { School } from './school-directory.js';
import {
  defaultTimeoutMs,
  SchoolGuard,
  type GuardOptions,
  type ObservedCall,
  type SchoolHealth,
} from './school-guard.js';
import { broken, errorsOf, failureIn, NothingObtained } from './school-reply.js';
import { ShapeFault } from './shape.js';

/** What a connection to a school is made of. */
export interface ConnectionParts {
  readonly connect: (school: School) => ClosableTransport;
  readonly signer: AssertionSigner;
  readonly clock: Clock;
  readonly schema: GraphQLSchema;
  readonly guard?: GuardOptions | undefined;
  /** Told of every question that reached a school. */
  readonly observe?: ((institutionId: string, call: ObservedCall) => void) | undefined;
}

/** Who asks, as far as a school is told. */
export type AskedBy = Pick<SubgraphRequest, 'requestId' | 'traceparent' | 'locale'>;

/** One operation for a school, and the same with what is asked about the adapter itself. */
export interface SchoolOperation {
  readonly plain: OperationText;
  readonly introducing: OperationText;
  readonly introduction: IntroductionNames;
}

const names = introductionNames('amrlo');
const introducing = operationText(
  introductionFields(names),
  [representationsDefinition(names.representations)],
  [],
);

/** The way to one school: its transport, its guard, and what is known about its adapter. */
export class SchoolConnection {
  readonly school: School;
  readonly #parts: ConnectionParts;
  readonly #guard: SchoolGuard;
  readonly #transport: ClosableTransport;
  readonly #introduction: Introduction;

  constructor(school: School, parts: ConnectionParts) {
    this.school = school;
    this.#parts = parts;
    this.#guard = new SchoolGuard(school, parts.clock, parts.guard, (call) =>
      parts.observe?.(school.institutionId, call),
    );
    this.#transport = connected(school, parts);
    this.#introduction = new Introduction(parts.clock, descriptionShape(parts.schema));
  }

  health(): SchoolHealth {
    return this.#guard.health();
  }

  /** What the adapter said last about its system, and whether it should be asked again. */
  get introduced(): { readonly description: Description | null; readonly isDue: boolean } {
    const { description, isDue } = this.#introduction;
    return { description, isDue };
  }

  /**
   * Asks one operation, with the introduction where one is due, and reads the reply. An adapter that does not serve
   * the contract is not listened to.
   * @throws AmrloError about the school, or `REQUEST_CANCELLED`; NothingObtained
   */
  ask<T>(
    operation: SchoolOperation,
    variables: Readonly<Record<string, unknown>>,
    by: AskedBy,
    cancelled: AbortSignal,
    read: (reply: SubgraphResponse) => T,
  ): Promise<T> {
    return this.#guarded(async (signal) => {
      if (!this.#introduction.isDue) return read(await this.#send(operation.plain, variables, by, signal));
      const { introduction } = operation;
      const more = { [introduction.representations]: [this.#itself] };
      const reply = await this.#send(operation.introducing, { ...variables, ...more }, by, signal);
      this.#meet(reply, introduction);
      return read(reply);
    }, cancelled);
  }

  /**
   * Sends a mutation, once. Where the adapter was not seen to serve the contract, it is asked for that first: nothing
   * is written into a system that may mean something else by it. Who leaves before it is sent calls it off; once it is
   * sent it runs to its end, in the school's own time, because others may wait for the same writing and because half
   * of it helps nobody.
   * @throws AmrloError about the school, or `REQUEST_CANCELLED`
   */
  write<T>(
    mutation: OperationText,
    variables: Readonly<Record<string, unknown>>,
    by: AskedBy,
    cancelled: AbortSignal,
    read: (reply: SubgraphResponse) => T,
  ): Promise<T> {
    const beforeSent = new AbortController();
    const leave = (): void => beforeSent.abort();
    if (cancelled.aborted) leave();
    cancelled.addEventListener('abort', leave, { once: true });
    const stay = (): void => cancelled.removeEventListener('abort', leave);
    return this.#guarded(async (signal) => {
      if (this.#introduction.isDue) {
        const reply = await this.#send(introducing, { [names.representations]: [this.#itself] }, by, signal);
        this.#meet(reply, names);
      }
      signal.throwIfAborted();
      stay();
      return read(await this.#send(mutation, variables, by, signal));
    }, beforeSent.signal).finally(stay);
  }

  /** Asks the adapter about itself only. Rejects as `ask` does. */
  async introduce(by: AskedBy, cancelled: AbortSignal): Promise<void> {
    const operation = { plain: introducing, introducing, introduction: names };
    await this.ask(operation, {}, by, cancelled, () => undefined);
  }

  /** Ends when what is under way has ended. */
  async close(): Promise<void> {
    await this.#transport.close?.();
  }

  #meet(reply: SubgraphResponse, asked: IntroductionNames): void {
    const { data } = reply;
    if (data === null || data === undefined) {
      const failures = errorsOf(reply, this.school).map((error) => failureIn(error, this.school));
      throw failures.find((failure) => failure !== null) ?? broken(this.school);
    }
    if (!this.#introduction.take(data, asked)) throw broken(this.school);
  }

  get #itself(): object {
    return { __typename: 'Institution', id: this.school.institutionId };
  }

  async #guarded<T>(work: (signal: AbortSignal) => Promise<T>, cancelled: AbortSignal): Promise<T> {
    try {
      return await this.#guard.run(work, cancelled);
    } catch (error) {
      if (error instanceof NothingObtained) throw error;
      const known = this.#asSchoolError(error);
      if (known.code !== 'REQUEST_CANCELLED') this.#introduction.forget();
      throw known;
    }
  }

  async #send(
    { query, document }: OperationText,
    variables: Readonly<Record<string, unknown>>,
    { requestId, traceparent, locale }: AskedBy,
    signal: AbortSignal,
  ): Promise<SubgraphResponse> {
    const { signer, clock } = this.#parts;
    const { institutionId, timeoutMs } = this.school;
    const assertion = await signer.sign(servicePrincipal('records'), adapterAudience(institutionId));
    return this.#transport({
      query,
      document,
      variables,
      assertion,
      requestId,
      ...(traceparent === undefined ? {} : { traceparent }),
      locale,
      deadline: clock.now().getTime() + (timeoutMs ?? defaultTimeoutMs),
      signal,
    });
  }

  /** What went wrong, as an error about the school; how a subgraph is reached is nobody's business outside. */
  #asSchoolError(error: unknown): AmrloError {
    const institution = this.school.name;
    if (error instanceof ShapeFault) return broken(this.school, error);
    if (error instanceof AmrloError) {
      if (error.code.startsWith('SCHOOL_') || error.code === 'REQUEST_CANCELLED') return error;
      if (error.code === 'UPSTREAM_TIMEOUT')
        return new AmrloError('SCHOOL_TIMEOUT', { institution }, { cause: error });
    }
    return new AmrloError('SCHOOL_UNAVAILABLE', { institution }, { cause: error });
  }
}

/** The transport to a school. An address that cannot even be connected to fails like one at which nobody answers. */
function connected(school: School, { connect }: ConnectionParts): ClosableTransport {
  try {
    return connect(school);
  } catch (error) {
    return () => Promise.reject(error);
  }
}
