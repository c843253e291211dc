import { readFileSync } from 'node:fs';
import { legalDate, systemClock } from '../subgraphs/kit/base/clock.js';
import { committedFiles, houseDescription } from './house-files.js';
import { schemaProblems } from './schema-check.js';
import { singleCopyProblems } from './single-copies.js';

// Run by `npm run check` in the project's folder: holds the committed schema to the code and to its rules.
const problems = [
  ...singleCopyProblems(readFileSync('package-lock.json', 'utf8')),
  ...(await schemaProblems(await houseDescription(), committedFiles(), legalDate(systemClock.now()))),
];
for (const problem of problems) console.error(problem);
console.log(
  problems.length === 0 ? 'The schema is as the code says.' : `${problems.length} problems in the schema.`,
);
process.exitCode = problems.length === 0 ? 0 : 1;
