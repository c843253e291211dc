import { machineDiagram } from '../subgraphs/kit/room/machine/machine-diagram.js';
import type { Machine } from '../subgraphs/kit/room/machine/machine.js';

/**
 * One Markdown page per state machine, by path, and an index of them.
 *
 * @throws Error when two machines have the same name
 */
export function stateDocuments(machines: Readonly<Record<string, readonly Machine[]>>): Map<string, string> {
  const pages = new Map<string, string>();
  const index = ['# States', '', 'Written by `npm run schema` from the machines in the code.', ''];
  for (const room of Object.keys(machines).sort()) {
    const named = [...(machines[room] ?? [])].sort((a, b) =>
      a.definition.name < b.definition.name ? -1 : 1,
    );
    for (const machine of named) {
      const { name } = machine.definition;
      const file = `${kebab(name)}.md`;
      if (pages.has(`docs/states/${file}`))
        throw new Error(`Two state machines are called ${name}; rename one.`);
      pages.set(`docs/states/${file}`, machineDiagram(machine));
      index.push(`- [${name}](${file}) (${room})`);
    }
  }
  pages.set('docs/states/README.md', `${index.join('\n')}\n`);
  return pages;
}

function kebab(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .toLowerCase();
}
