import type { Alliance } from './alliance.js';
import { demoPeople, demoTitles, type DemoRole } from './demo/people.js';
import { demoQueries } from './demo/queries.js';

/** What a newcomer reads after the start: where to go, as whom, and what to paste. */
export async function banner(alliance: Alliance): Promise<string> {
  const lines = ['', `AMRLO Graph  ${alliance.url}/graphql`];
  if (alliance.issuer === undefined) {
    lines.push('No identity provider is configured here or a real one is: no tokens are printed.', '');
    return `${lines.join('\n')}\n`;
  }
  lines.push(`Explorer     ${alliance.url}/explorer`, '', alliance.issuer.banner);
  if (alliance.demo) {
    for (const role of Object.keys(demoPeople) as DemoRole[]) {
      const person = demoPeople[role];
      const token = await alliance.issuer.mint(person);
      lines.push(
        '',
        `${person.name}  ${demoTitles[role]}  (${person.subject})`,
        `Authorization: Bearer ${token}`,
      );
    }
    for (const { client, role, query } of demoQueries) {
      lines.push(
        '',
        `# ${client}: paste it with the token of ${demoPeople[role].name} (${demoPeople[role].subject})`,
        query,
      );
    }
  }
  return `${lines.join('\n')}\n\n`;
}
