import { expect, test } from '@jest/globals';
import { buildSchema, parse } from 'graphql';
import { createAuthorization } from '../../gateway/security/authorization.js';
import { anonymous } from '../../subgraphs/kit/base/identity/principal.js';

test('of operations that came with long texts fewer are remembered', () => {
  const authorization = createAuthorization(buildSchema('type Query { a: Int }'));
  const filtered = (text: string) => authorization.filter(parse(text), undefined, {}, anonymous);
  const first = filtered('{ a }');
  for (let one = 0; one < 30; one += 1) filtered(`{ a${one}: a }`);
  expect(filtered('{ a }')).toBe(first);
  const comment = `# ${'.'.repeat(200_000)}\n`;
  for (let one = 0; one < 12; one += 1) filtered(`${comment}{ b${one}: a }`);
  expect(filtered('{ a }')).not.toBe(first);
});
