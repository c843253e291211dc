import { provenanceOf, type AdapterContext, type AdapterParts } from '../adapter-parts.js';
import { capabilitiesOf, coverageOf } from '../coverage.js';
import { listSources, studentSources, type Source } from '../driver.js';
import { catalogueResolvers } from './catalogue-resolvers.js';
import { changeResolvers } from './change-resolvers.js';

const sources: readonly Source[] = [...studentSources, ...listSources, 'changes'];

/** What a school answers about itself: its system, its catalogue, its programmes, how it grades, and what changed. */
export function institutionResolvers(parts: AdapterParts): Record<string, unknown> {
  const { school, driver, mapping } = parts;

  return {
    __resolveReference: async ({ id }: { id: string }) =>
      id === school.institutionId ? { __typename: 'Institution', id } : null,

    recordsSystem: async (_: unknown, __: unknown, { reader, read }: AdapterContext) => {
      const [answers, delivery, { freshness }] = await Promise.all([
        Promise.all(sources.map((source) => reader.supplies(source))),
        driver.delivery(read),
        provenanceOf(parts, null, read),
      ]);
      const supplied = Object.fromEntries(sources.map((source, at) => [source, answers[at] ?? false]));
      return {
        kind: driver.method,
        name: mapping.system,
        lastAnswerAt: parts.clock.now().toISOString(),
        freshness,
        coverage: {
          ...coverageOf(parts, supplied),
          rejectedRows: delivery?.rejectedRows ?? null,
          deliveredAt: delivery?.deliveredAt.toISOString() ?? null,
        },
        capabilities: capabilitiesOf(parts, supplied, delivery === null),
      };
    },

    ...catalogueResolvers(parts),
    ...changeResolvers(parts),
  };
}
