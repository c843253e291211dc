import { parse, execute, type ExecutionResult } from 'graphql';
import { wholeShop, wholeShopRoot } from './shop-subgraphs.js';

const user = 'id username name(locale: $locale)';
const review = 'id body(locale: $locale)';
const product = 'inStock(region: $locale) name(locale: $locale) price shippingEstimate upc weight';
const written = `reviews { ${review} author { ${user} reviews { ${review} product { ${product} } } } }`;

/**
 * The query on which gateways are compared in public: it visits the same few rows on many paths. Without fragments,
 * because one of those compared does not hand on the variables in them.
 */
const deepQuery = `query Shop($locale: String!) {
  users { ${user} reviews { ${review} product { ${product} ${written} } } }
  topProducts { ${product} ${written} }
}`;

/** What makes one request another one than the next: no value depends on it, but every call to a subgraph carries it. */
export const distinguishing = /zz-\d{6}/g;

/** The mark of the n-th request. */
export function mark(n: number): string {
  return `zz-${String(n % 1_000_000).padStart(6, '0')}`;
}

/** The body of the n-th request of the deep query. */
export function deepBody(n: number): string {
  return JSON.stringify({ query: deepQuery, operationName: 'Shop', variables: { locale: mark(n) } });
}

const onUser = ['id', 'username', 'name', 'birthday', 'name(locale: $locale)'];
const onProduct = ['upc', 'name', 'price', 'weight', 'shippingEstimate', 'inStock(region: $locale)'];
const onReview = ['id', 'body', 'body(locale: $locale)'];
const roots = ['me', 'users', 'user(id: "2")', 'topProducts', 'topProducts(first: 3)'];
const links = {
  User: [['reviews', 'Review']],
  Product: [['reviews', 'Review']],
  Review: [
    ['product', 'Product'],
    ['author', 'User'],
  ],
} as const;
type ShopType = keyof typeof links;

/**
 * The n-th of many operations, all of them different: whoever plans an operation anew every time, or keeps every
 * plan for ever, shows it here.
 */
export function manyBody(n: number): string {
  let state = (n + 1) * 2_654_435_761;
  const next = (below: number): number => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 0x9e3779b9) | 0;
    return ((state >>> 8) & 0xffff) % below;
  };
  let aliases = 0;
  function selection(type: ShopType, depth: number): string {
    const fields = { User: onUser, Product: onProduct, Review: onReview }[type];
    const chosen = fields.filter(() => next(2) === 0);
    const names = (chosen.length === 0 ? [fields[0] as string] : chosen).map((field) =>
      next(4) === 0 || field.includes('(') ? `${field.split('(')[0]}${(aliases += 1)}: ${field}` : field,
    );
    const below = links[type].filter(() => depth > 0 && next(3) > 0);
    return [...names, ...below.map(([field, target]) => `${field} { ${selection(target, depth - 1)} }`)].join(
      ' ',
    );
  }
  const root = roots[next(roots.length)] as string;
  const type = root.startsWith('topProducts') ? 'Product' : 'User';
  const query = `query Q${n}($locale: String) { me { name(locale: $locale) } first: ${root} { ${selection(type, 3)} } }`;
  return JSON.stringify({ query, operationName: `Q${n}`, variables: { locale: mark(n) } });
}

/** What the whole shop answers to the body of a request. */
export function expectedAnswer(body: string): ExecutionResult {
  const { query, variables } = JSON.parse(body) as { query: string; variables: Record<string, unknown> };
  const result = execute({
    schema: wholeShop,
    document: parse(query),
    rootValue: wholeShopRoot,
    variableValues: variables,
  });
  return JSON.parse(JSON.stringify(result)) as ExecutionResult;
}
