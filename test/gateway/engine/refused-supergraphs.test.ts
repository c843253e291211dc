import { expect, test } from '@jest/globals';
import { composeGraph } from './composed-graph.js';

const withContexts = {
  lists: {
    sdl: `
      type Query { list: List }
      type List @key(fields: "id") @context(name: "list") { id: ID!  language: String  entry: Entry }
      type Entry @key(fields: "id") { id: ID!  greeting(language: String @fromContext(field: "$list { language }")): String }
    `,
  },
};

test('a supergraph whose fields take arguments from a context is refused when it is loaded, in one sentence', async () => {
  const refused = composeGraph(withContexts);
  await expect(refused).rejects.toMatchObject({
    code: 'SUPERGRAPH_INVALID',
    parameters: { detail: expect.stringContaining('it uses @context and @fromContext') },
  });
});
