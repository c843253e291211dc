import { AmrloError } from '../kit/base/errors/amrlo-error.js';
import type { SubgraphResponse } from '../kit/base/link/subgraph-request.js';
import type { ForwardedOperation } from './forwarded-operation.js';
import type { EntityRoot } from './operation.js';
import { SchoolConnection, type AskedBy, type ConnectionParts } from './school-connection.js';
import type { School } from './school-directory.js';
import {
  NothingObtained,
  readReply,
  type AskedRoot,
  type FetchedEntities,
  type Representation,
} from './school-reply.js';

/** What a school is asked: an operation and, by root, the representations that are this school's. */
export interface SchoolQuestion {
  readonly operation: ForwardedOperation;
  readonly roots: readonly EntityRoot[];
  readonly variables: Readonly<Record<string, unknown>>;
  readonly representations: ReadonlyMap<string, readonly Representation[]>;
  /** The answer may be given to others who ask the same meanwhile. */
  readonly isSharable: boolean;
}

/** A question under way. It is shared by those who ask the same, and ends when the last of them has left. */
export interface RunningCall {
  readonly answer: Promise<FetchedEntities>;
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

/** The questions to the schools: one connection per school, equal questions asked once. */
export class SchoolCalls {
  readonly #parts: ConnectionParts;
  readonly #connections = new Map<string, SchoolConnection>();
  readonly #running = new Map<string, Shared>();
  /** The directory as it was read last; undefined before that. */
  #schools: ReadonlyMap<string, School> | undefined;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
  }

  /**
   * The connection to a school; a new one where it was moved or is pressed otherwise. Who still holds the line of an
   * older directory gets the connection of the newer one.
   */
  to(held: School): SchoolConnection {
    const school = this.#schools?.get(held.institutionId) ?? held;
    const known = this.#connections.get(school.institutionId);
    if (known !== undefined && isSameWay(known.school, school)) return known;
    void known?.close().catch(() => undefined);
    const fresh = new SchoolConnection(school, this.#parts);
    this.#connections.set(school.institutionId, fresh);
    return fresh;
  }

  /**
   * The connection to a school that may be asked by the newest directory.
   * @throws AmrloError `SCHOOL_NOT_CONNECTED` for one that has left meanwhile, `SCHOOL_UNAVAILABLE` for one switched off
   */
  toAsk(held: School): SchoolConnection {
    const { institutionId } = held;
    const school = this.#schools === undefined ? held : this.#schools.get(institutionId);
    if (school === undefined) throw new AmrloError('SCHOOL_NOT_CONNECTED', { institution: institutionId });
    if (!school.enabled) throw new AmrloError('SCHOOL_UNAVAILABLE', { institution: school.name });
    return this.to(school);
  }

  /** Takes a newer directory: ends the connections to schools that are no longer in it. */
  take(schools: ReadonlyMap<string, School>): void {
    this.#schools = schools;
    for (const [institutionId, connection] of this.#connections) {
      if (schools.has(institutionId)) continue;
      this.#connections.delete(institutionId);
      void connection.close().catch(() => undefined);
    }
  }

  /** The connections that there are, to schools that were asked or were to be asked. */
  connections(): readonly SchoolConnection[] {
    return [...this.#connections.values()];
  }

  /** Ends all connections when what is under way has ended. */
  async close(): Promise<void> {
    const connections = [...this.#connections.values()];
    this.#connections.clear();
    await Promise.all(connections.map((connection) => connection.close()));
  }

  /**
   * Asks, or joins whoever asks the same already.
   * @param since what must be equal for a question to be joined besides; a question from before a write is another one
   */
  ask(school: School, question: SchoolQuestion, since: number, by: AskedBy): RunningCall {
    const { isSharable, operation, variables } = question;
    const used = operation.variables.map((name) => variables[name]);
    const key = isSharable
      ? JSON.stringify([school, since, by.locale, operation.plain.query, used, [...question.representations]])
      : '';
    const running = isSharable ? this.#running.get(key) : undefined;
    const shared = running ?? this.#start(key, school, question, by);
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

  #start(key: string, school: School, question: SchoolQuestion, by: AskedBy): Shared {
    const controller = new AbortController();
    const answer = this.#send(school, question, by, controller.signal);
    const shared: Shared = { answer, controller, readers: 0, goOn: false };
    if (question.isSharable) this.#running.set(key, shared);
    // Everybody may have left; a failure that nobody reads is no fault of the process.
    answer.catch(() => undefined).finally(() => this.#forget(key, shared));
    return shared;
  }

  #forget(key: string, shared: Shared): void {
    if (this.#running.get(key) === shared) this.#running.delete(key);
  }

  async #send(
    school: School,
    { operation, roots, variables, representations }: SchoolQuestion,
    by: AskedBy,
    cancelled: AbortSignal,
  ): Promise<FetchedEntities> {
    const sent: Record<string, unknown> = {};
    for (const name of operation.variables) if (name in variables) sent[name] = variables[name];
    const asked = new Map<string, AskedRoot>();
    for (const root of roots) {
      const own = representations.get(root.key) ?? [];
      asked.set(root.key, { root, representations: own });
      sent[operation.representationVariables.get(root.key) ?? ''] = own;
    }
    const read = (reply: SubgraphResponse) => readReply(reply, asked, operation.prefix, school);
    try {
      return await this.toAsk(school).ask(operation, sent, by, cancelled, read);
    } catch (error) {
      if (error instanceof NothingObtained) return error.entities;
      throw error;
    }
  }
}

function isSameWay(a: School, b: School): boolean {
  return (
    a === b ||
    (a.name === b.name &&
      a.endpoint === b.endpoint &&
      a.timeoutMs === b.timeoutMs &&
      a.maxConcurrent === b.maxConcurrent)
  );
}
