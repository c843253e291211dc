import { CompositionError } from './composed-supergraph.js';
import { emittedFiles } from './emitted-files.js';
import { houseDescription, writeFiles } from './house-files.js';

// Run by `npm run schema` in the project's folder: writes what the code says into schema/ and docs/states/.
try {
  const { files, problems } = emittedFiles(await houseDescription());
  writeFiles(files);
  console.log(`Wrote ${files.size} files.`);
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length === 0 ? 0 : 1;
} catch (error) {
  if (!(error instanceof CompositionError)) throw error;
  console.error(error.reasons.map((reason) => `The subgraphs do not compose: ${reason}`).join('\n'));
  process.exitCode = 1;
}
