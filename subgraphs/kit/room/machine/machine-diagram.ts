import { actorName, actorsWaitedFor, type StateDefinition } from './machine-definition.js';
import type { Machine } from './machine.js';
import { exitsOf } from './machine-faults.js';

/** A machine as Markdown: a Mermaid state diagram, a table of its states and one of its actions. Ends in a line break. */
export function machineDiagram(machine: Machine): string {
  const { definition } = machine;
  const lines = [
    `# ${definition.name}`,
    '',
    `Source: ${definition.source}`,
    '',
    '```mermaid',
    'stateDiagram-v2',
  ];
  for (const state of definition.initial) lines.push(`  [*] --> ${state}`);
  for (const [action, { from, to }] of Object.entries(definition.actions)) {
    for (const state of from) lines.push(`  ${state} --> ${to ?? state}: ${action}`);
  }
  for (const [name, state] of Object.entries(definition.states))
    if (state.final) lines.push(`  ${name} --> [*]`);
  lines.push(
    '```',
    '',
    '| State | 名称 | Title | Who acts | Due | When overdue | Exits |',
    '|---|---|---|---|---|---|---|',
  );
  for (const [name, state] of Object.entries(definition.states)) {
    const exits = exitsOf(definition, name).map(({ action, to }) => `${action} → ${to}`);
    lines.push(
      row([
        name,
        state.title?.zh,
        state.title?.en,
        whoActs(state),
        due(state),
        overdue(state),
        exits.join('; '),
      ]),
    );
  }
  lines.push('', '| Action | 名称 | Title | From | To | By | Guarded |', '|---|---|---|---|---|---|---|');
  for (const [name, action] of Object.entries(definition.actions)) {
    const by = action.by.map(actorName).join(', ');
    const from = action.from.join(', ');
    lines.push(
      row([
        name,
        action.title?.zh,
        action.title?.en,
        from,
        action.to ?? 'same',
        by,
        action.guard ? 'yes' : '',
      ]),
    );
  }
  return `${lines.join('\n')}\n`;
}

function whoActs(state: StateDefinition): string {
  if (state.final) return 'final';
  if (state.resting) return 'nobody (rests)';
  return actorsWaitedFor(state).map(actorName).join(', ');
}

function due(state: StateDefinition): string {
  if (state.dueInDays === undefined) return '';
  return `${state.dueInDays} ${state.dueInDays === 1 ? 'day' : 'days'}`;
}

function overdue(state: StateDefinition): string {
  return state.dueInDays === undefined ? '' : (state.overdue ?? 'SECRETARIAT');
}

function row(cells: readonly (string | undefined)[]): string {
  return `| ${cells.map((cell) => (cell ?? '').replaceAll('|', '\\|')).join(' | ')} |`;
}
