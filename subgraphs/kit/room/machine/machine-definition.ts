import type { ErrorParameters } from '../../base/errors/amrlo-error.js';
import type { ErrorCode } from '../../base/errors/catalogue.js';
import type { Principal, Role } from '../../base/identity/principal.js';

/** A title for the documentation and for clients. */
export interface Title {
  readonly zh: string;
  readonly en: string;
}

/** A role that a grant gives; everybody is LEARNER, so what a learner may do is written `OWNER`. */
export type GrantedRole = Exclude<Role, 'LEARNER'>;

/**
 * Who acts: a role held for the institution of the row, a role held anywhere (the bodies and services of the alliance),
 * `OWNER` for the learner whose row it is, `SERVICE` for this house itself (deadlines, events).
 */
export type Actor = GrantedRole | 'OWNER' | { readonly role: GrantedRole; readonly anywhere: true };

/**
 * A state is one of three: waiting (`waitsFor` and `dueInDays`), `resting` (stable, nobody is waited for), or `final`.
 * `machineFaults` reports states that are none or several of these.
 */
export interface StateDefinition {
  readonly title?: Title;
  /** Whose turn it is. */
  readonly waitsFor?: Actor | readonly Actor[];
  /** Calendar days in Asia/Shanghai; the day of entry does not count, the last day counts in full. */
  readonly dueInDays?: number;
  /** Who is told when the due date has passed; the secretariat unless said otherwise (model.md section 2). */
  readonly overdue?: GrantedRole;
  readonly resting?: true;
  readonly final?: true;
}

/** What a guard looks at. */
export interface GuardContext<Facts> {
  readonly state: string;
  readonly principal: Principal;
  readonly facts: Facts;
}

/** Why a guard refuses: a code, with the values for its message where it has any; undefined lets the action pass. */
export type Refusal = ErrorCode | { readonly code: ErrorCode; readonly parameters: ErrorParameters };

/** One business step. */
export interface ActionDefinition<State extends string, Facts> {
  readonly title?: Title;
  readonly from: readonly State[];
  /** The state afterwards; absent where the step leaves the row in its state (a remark, an edited draft). */
  readonly to?: State;
  readonly by: readonly Actor[];
  /** A condition on the facts; pure and quick, it runs for every row whose actions are listed. */
  readonly guard?: (context: GuardContext<Facts>) => Refusal | undefined;
}

/** A state machine as it is declared. */
export interface MachineDefinition<State extends string, Action extends string, Facts> {
  /** The type of the graph that has these states. */
  readonly name: string;
  /** Where the rules come from. */
  readonly source: string;
  readonly initial: readonly NoInfer<State>[];
  readonly states: Readonly<Record<State, StateDefinition>>;
  readonly actions: Readonly<Record<Action, ActionDefinition<NoInfer<State>, Facts>>>;
}

/** A declared machine whatever its states, for walks and documentation. */
export interface AnyMachineDefinition {
  readonly name: string;
  readonly source: string;
  readonly initial: readonly string[];
  readonly states: Readonly<Record<string, StateDefinition>>;
  readonly actions: Readonly<Record<string, ActionDefinition<string, never>>>;
}

/** How an actor is written in documentation and messages: `REGISTRAR`, or `SECRETARIAT (anywhere)`. */
export function actorName(actor: Actor): string {
  return typeof actor === 'string' ? actor : `${actor.role} (anywhere)`;
}

/** Whose turn it is in a state; empty where nobody is waited for. */
export function actorsWaitedFor(state: StateDefinition): readonly Actor[] {
  if (state.waitsFor === undefined) return [];
  return Array.isArray(state.waitsFor) ? state.waitsFor : [state.waitsFor as Actor];
}
