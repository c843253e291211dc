import { describeConformance } from './adapter-conformance.js';
import { conformanceFixtures } from './school-fixtures.js';

for (const fixture of await conformanceFixtures()) describeConformance(fixture);
