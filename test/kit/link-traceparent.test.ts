import { expect, test } from '@jest/globals';
import { childTraceparent } from '../../subgraphs/kit/base/link/traceparent.js';

const parent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

test('a call continues the trace of its request with a span of its own', () => {
  const child = childTraceparent(parent);
  expect(child).toMatch(/^00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-01$/);
  expect(child).not.toBe(parent);
});

test.each([undefined, '', 'x', `${parent}\r\nevil: 1`, `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`])(
  'a missing or malformed parent (%j) starts a new trace',
  (bad) => {
    expect(childTraceparent(bad)).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
  },
);
