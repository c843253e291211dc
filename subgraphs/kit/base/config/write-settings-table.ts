import { readFileSync, writeFileSync } from 'node:fs';
import { withSettingsTable } from './settings-help.js';

// Run by `npm run settings` in the project's folder.
writeFileSync('README.md', withSettingsTable(readFileSync('README.md', 'utf8')));
