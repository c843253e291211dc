import { readFileSync } from 'node:fs';
import { projectFile } from '../project-file.js';
import type { DemoRole } from './people.js';

/** A query to paste, one per client; each is a registered operation of that client. */
export interface DemoQuery {
  readonly client: string;
  readonly role: DemoRole;
  readonly query: string;
}

const registered = (client: string, role: DemoRole, file: string): DemoQuery => ({
  client,
  role,
  query: readFileSync(projectFile(`schema/operations/${client}/${file}`), 'utf8').trim(),
});

/** The queries of the banner. */
export const demoQueries: readonly DemoQuery[] = [
  registered('mobile', 'learner', 'archive.graphql'),
  registered('portal', 'admin', 'deposits-to-review.graphql'),
  registered('portal', 'chair', 'inbox.graphql'),
  registered('secretariat', 'secretariat', 'members.graphql'),
];
