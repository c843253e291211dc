import { readFileSync, writeFileSync } from 'node:fs';
import { breakingChanges } from './lints/breaking-changes.js';
import { legalDate, systemClock } from '../subgraphs/kit/base/clock.js';
import { baselinePath, committedFiles } from './house-files.js';

// Run by `npm run schema:release` at a release: from now on clients may rely on the API schema as it is.
const api = readFileSync('schema/api.graphql', 'utf8');
const { baseline } = committedFiles();
const breaks =
  baseline === undefined ? [] : await breakingChanges(baseline, api, legalDate(systemClock.now()));
if (breaks.length > 0 && !process.argv.includes('--breaking')) {
  console.error(
    `${breaks.join('\n')}\nThe baseline stays; --breaking releases a schema that breaks clients.`,
  );
  process.exitCode = 1;
} else {
  writeFileSync(baselinePath, api);
  console.log(`${baselinePath} is now the schema that clients may rely on.`);
}
