import { legalDate, type Clock } from '../../base/clock.js';
import { refuse, type ErrorParameters } from '../../base/errors/amrlo-error.js';
import type { ErrorCode } from '../../base/errors/catalogue.js';
import { hasRole, type Principal } from '../../base/identity/principal.js';
import { dueDateAfter, endOfLegalDay } from './due-date.js';
import type { Actor, AnyMachineDefinition, MachineDefinition, Refusal } from './machine-definition.js';

/** Not an error yet: most are only shown, and an error would take down a stack for each. */
type ExplainedRefusal = Exclude<Refusal, ErrorCode>;

/** A row and who wants to act on it. */
export interface ActionContext<State extends string, Facts> {
  readonly state: State;
  readonly principal: Principal;
  /** The institution of the row, for which its officials must hold their role; null where the row has none. */
  readonly institutionId?: string | null;
  /** The subject of the learner whose row it is; null where nobody owns it yet. */
  readonly owner?: string | null;
  /** What the guards look at. */
  readonly facts: Facts;
}

/** One row of `availableActions`: a client shows a button, or why it is grey. */
export interface AvailableAction<Action extends string> {
  readonly action: Action;
  readonly allowed: boolean;
  /** The code with which the action would be refused; null when it is allowed. */
  readonly reason: ErrorCode | null;
  /** The values for the reason's message. */
  readonly parameters: ErrorParameters;
}

/** Any machine, for a room's list of machines and for walks over them. */
export interface Machine {
  readonly definition: AnyMachineDefinition;
}

/** A machine at work: the only place where a room asks whether a step may be taken and what state follows. */
export interface StateMachine<State extends string, Action extends string, Facts> extends Machine {
  readonly definition: MachineDefinition<State, Action, Facts>;
  /**
   * Lets an action pass or refuses it. Rights are looked at first, so that the state of a row tells nothing to those
   * who may not act on it.
   * @throws AmrloError `ACTION_FORBIDDEN`, `ACTION_NOT_ALLOWED` or the guard's code.
   */
  check(action: Action, context: ActionContext<State, Facts>): void;
  /** The state after an action. @throws AmrloError `ACTION_NOT_ALLOWED` when it does not leave from this state. */
  next(action: Action, state: State): State;
  /** Every action in the order of declaration; one is allowed exactly when `check` lets it pass. */
  availableActions(context: ActionContext<State, Facts>): AvailableAction<Action>[];
  /** Last legal day of a waiting state, `YYYY-MM-DD`; null where nobody is waited for. */
  dueDate(state: State, enteredAt: Date): string | null;
  /** The instant at which the last legal day is over (half-open: late from this instant on); null as above. */
  dueAt(state: State, enteredAt: Date): Date | null;
  /** Whether the due date has passed. */
  isOverdue(state: State, enteredAt: Date, clock: Clock): boolean;
  /** The same machine with other numbers of days, for instance from a policy; the declared ones are the default. */
  withDueDays(days: Readonly<Partial<Record<State, number>>>): StateMachine<State, Action, Facts>;
}

/** The states of a machine as a union of literals. */
export type StateOf<M extends Machine> = keyof M['definition']['states'] & string;

/**
 * Declares a machine. States and actions become unions of literals; the facts' type is that of the guards' context:
 * `guard: ({ facts }: GuardContext<DepositFacts>) => …`.
 */
export function defineMachine<State extends string, Action extends string, Facts = unknown>(
  definition: MachineDefinition<State, Action, Facts>,
): StateMachine<State, Action, Facts> {
  const actionNames = Object.keys(definition.actions) as Action[];

  function refusalOf(action: Action, context: ActionContext<State, Facts>): ExplainedRefusal | undefined {
    const declared = definition.actions[action];
    if (declared === undefined || !declared.by.some((actor) => isActor(actor, context))) {
      return { code: 'ACTION_FORBIDDEN', parameters: { action } };
    }
    if (!declared.from.includes(context.state)) return notAllowed(action, context.state);
    const verdict = declared.guard?.({
      state: context.state,
      principal: context.principal,
      facts: context.facts,
    });
    return typeof verdict === 'string' ? { code: verdict, parameters: {} } : verdict;
  }

  function notAllowed(action: Action, state: State): ExplainedRefusal {
    return { code: 'ACTION_NOT_ALLOWED', parameters: { type: definition.name, state, action } };
  }

  function dueDate(state: State, enteredAt: Date): string | null {
    const days = definition.states[state]?.dueInDays;
    return days === undefined ? null : dueDateAfter(legalDate(enteredAt), days);
  }

  function dueAt(state: State, enteredAt: Date): Date | null {
    const date = dueDate(state, enteredAt);
    return date === null ? null : endOfLegalDay(date);
  }

  return {
    definition,
    dueDate,
    dueAt,

    check(action, context) {
      const refusal = refusalOf(action, context);
      if (refusal !== undefined) throw refuse(refusal.code, refusal.parameters);
    },

    next(action, state) {
      const declared = definition.actions[action];
      if (declared === undefined || !declared.from.includes(state)) {
        const { code, parameters } = notAllowed(action, state);
        throw refuse(code, parameters);
      }
      return declared.to ?? state;
    },

    availableActions(context) {
      return actionNames.map((action) => {
        const refusal = refusalOf(action, context);
        return {
          action,
          allowed: refusal === undefined,
          reason: refusal?.code ?? null,
          parameters: refusal?.parameters ?? {},
        };
      });
    },

    isOverdue(state, enteredAt, clock) {
      const due = dueAt(state, enteredAt);
      return due !== null && clock.now() >= due;
    },

    withDueDays(days) {
      const states = Object.fromEntries(
        Object.entries(definition.states).map(([name, state]) => {
          const dueInDays = days[name as State];
          return [name, dueInDays === undefined ? state : { ...(state as object), dueInDays }];
        }),
      ) as typeof definition.states;
      return defineMachine({ ...definition, states });
    },
  };
}

function isActor(actor: Actor, context: ActionContext<string, unknown>): boolean {
  const { principal, institutionId, owner } = context;
  if (actor === 'OWNER') {
    return principal.kind === 'PERSON' && principal.subject !== '' && principal.subject === owner;
  }
  // Only this house makes service principals; a person who was granted the role by mistake is none.
  if (actor === 'SERVICE') return principal.kind === 'SERVICE' && hasRole(principal, 'SERVICE');
  if (typeof actor !== 'string') return hasRole(principal, actor.role);
  return typeof institutionId === 'string' && hasRole(principal, actor, institutionId);
}
