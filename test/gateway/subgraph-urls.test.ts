import { expect, test } from '@jest/globals';
import { subgraphUrls, takeSubgraphFlags } from '../../gateway/subgraph-urls.js';
import type { Supergraph } from '../../gateway/supergraph/supergraph.js';

const supergraph = {
  subgraphs: [
    { name: 'a', url: 'http://a.internal/graphql' },
    { name: 'b', url: '' },
  ],
} as unknown as Supergraph;

test('--subgraph is taken out of the command line in both forms, the rest is left for the settings', () => {
  const { urls, rest } = takeSubgraphFlags([
    '--port',
    '0',
    '--subgraph',
    'a=http://x/g?y=1',
    '--subgraph=b=http://z',
    '--auth',
    'off',
  ]);
  expect([...urls]).toEqual([
    ['a', 'http://x/g?y=1'],
    ['b', 'http://z'],
  ]);
  expect(rest).toEqual(['--port', '0', '--auth', 'off']);
});

test.each([
  [['--subgraph']],
  [['--subgraph', 'a']],
  [['--subgraph', 'a=ftp://x']],
  [['--subgraph', '=http://x']],
])('%j is refused with what is expected', (argv) => {
  expect(() => takeSubgraphFlags(argv)).toThrow(/--subgraph NAME=http/);
});

test('an address comes from the first that names it, else from the supergraph', () => {
  expect([
    ...subgraphUrls(supergraph, 'f', new Map([['b', 'http://flag']]), new Map([['b', 'http://setting']])),
  ]).toEqual([
    ['a', 'http://a.internal/graphql'],
    ['b', 'http://flag'],
  ]);
});

test('a subgraph without an address, and an address without a subgraph, are refused by name', () => {
  expect(() => subgraphUrls(supergraph, 'f')).toThrow(
    /subgraph b has no http address; start with --subgraph b=URL/,
  );
  expect(() => subgraphUrls(supergraph, 'f', new Map([['c', 'http://x']]))).toThrow(
    /no subgraph c, only a, b/,
  );
});
