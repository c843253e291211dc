import type { Machine } from './machine.js';
import {
  actorName,
  actorsWaitedFor,
  type Actor,
  type AnyMachineDefinition,
  type StateDefinition,
} from './machine-definition.js';

/**
 * Walks a machine and says, one sentence each, what is wrong with it; empty when it is sound: every waiting state has
 * an owner, a due date and an exit that its owner may take (model.md section 2), every state can be reached, is of
 * exactly one kind and, unless it is final, can lead to an end or a rest.
 */
export function machineFaults(machine: Machine): string[] {
  const { definition } = machine;
  const faults: string[] = [];
  const names = Object.keys(definition.states);
  const known = new Set(names);
  const report = (what: string) => faults.push(`${definition.name}: ${what}`);

  if (definition.initial.length === 0) report('has no initial state');
  for (const state of definition.initial)
    if (!known.has(state)) report(`starts in the unknown state ${state}`);
  for (const [action, { from, to, by }] of Object.entries(definition.actions)) {
    if (from.length === 0) report(`action ${action} leaves from no state`);
    for (const state of from)
      if (!known.has(state)) report(`action ${action} leaves from the unknown state ${state}`);
    if (to !== undefined && !known.has(to)) report(`action ${action} leads to the unknown state ${to}`);
    if (by.length === 0) report(`action ${action} may be taken by nobody`);
  }

  const reachable = closure(definition.initial, (state) => exitsOf(definition, state).map(({ to }) => to));
  const canStop = new Set(names.filter((name) => endsOrRests(definition.states[name])));
  for (const name of names) {
    const state = definition.states[name] ?? {};
    if (!reachable.has(name)) report(`state ${name} cannot be reached`);
    stateFaults(definition, name, state).forEach(report);
    const ahead = closure([name], (from) => exitsOf(definition, from).map(({ to }) => to));
    if (![...ahead].some((next) => canStop.has(next)))
      report(`state ${name} is a dead end: it never ends or rests`);
  }
  return faults;
}

function stateFaults(definition: AnyMachineDefinition, name: string, state: StateDefinition): string[] {
  const faults: string[] = [];
  const waits = state.waitsFor !== undefined || state.dueInDays !== undefined || state.overdue !== undefined;
  const kinds = [waits, state.resting === true, state.final === true].filter(Boolean).length;
  if (kinds === 0) faults.push(`state ${name} is neither waiting, resting nor final`);
  if (kinds > 1) faults.push(`state ${name} is of several kinds at once`);
  const exits = exitsOf(definition, name);
  if (state.final === true && exits.length > 0) {
    faults.push(`final state ${name} has an exit (${exits.map(({ action }) => action).join(', ')})`);
  }
  if (waits) {
    const owners = actorsWaitedFor(state);
    if (owners.length === 0) faults.push(`waiting state ${name} has no owner`);
    if (!Number.isInteger(state.dueInDays) || (state.dueInDays ?? -1) < 0) {
      faults.push(`waiting state ${name} has no due date`);
    }
    if (exits.length === 0) faults.push(`waiting state ${name} has no exit`);
    for (const owner of exits.length === 0 ? [] : owners) {
      if (!exits.some(({ by }) => by.some((actor) => covers(actor, owner)))) {
        faults.push(`waiting state ${name} waits for ${actorName(owner)}, who has no action that leaves it`);
      }
    }
  }
  return faults;
}

interface Exit {
  readonly action: string;
  readonly to: string;
  readonly by: readonly Actor[];
}

/** The actions that lead from a state to another known one; a step that stays is no exit. */
export function exitsOf(definition: AnyMachineDefinition, state: string): Exit[] {
  return Object.entries(definition.actions).flatMap(([action, { from, to, by }]) =>
    to !== undefined && to !== state && to in definition.states && from.includes(state)
      ? [{ action, to, by }]
      : [],
  );
}

/** Whether the one who is waited for may take an action declared for an actor. */
function covers(actor: Actor, owner: Actor): boolean {
  if (typeof actor === 'string') return actor === owner;
  return actor.role === (typeof owner === 'string' ? owner : owner.role);
}

function endsOrRests(state: StateDefinition | undefined): boolean {
  return state?.final === true || state?.resting === true;
}

function closure(start: readonly string[], next: (state: string) => readonly string[]): Set<string> {
  const seen = new Set<string>(start);
  for (const state of seen) for (const following of next(state)) seen.add(following);
  return seen;
}
