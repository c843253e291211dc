/**
 * What a programmer would write for the deep query alone: six calls in four waves, entities asked once, rows joined
 * by hand. Takes the subgraphs' addresses over the channel, answers with its address. The limit of any gateway that
 * makes calls at all.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';

type Row = Record<string, unknown>;
interface Reference {
  readonly __typename: 'User' | 'Product';
  readonly id?: string;
  readonly upc?: string;
}
interface ReviewRow {
  readonly id: string;
  readonly body: string;
  readonly product?: { readonly upc: string; readonly reviews?: readonly ReviewRow[] };
  readonly author?: { readonly id: string; readonly reviews: readonly ReviewRow[] };
}

const products = 'upc name(locale: $locale) price weight';
const lastReviews = 'reviews { id body(locale: $locale) product { upc } }';
const authored = `reviews { id body(locale: $locale) author { id ${lastReviews} } }`;
const entities = (fields: string) =>
  `query($locale: String, $representations: [_Any!]!) { _entities(representations: $representations) { ${fields} } }`;
const reviewsOf = entities(
  `... on User { reviews { id body(locale: $locale) product { upc ${authored} } } } ... on Product { ${authored} }`,
);

process.once('message', (urls: Record<string, string>) => {
  const ask = new Map(Object.entries(urls).map(([name, url]) => [name, callerOf(url)]));
  const server = createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { variables } = JSON.parse(Buffer.concat(chunks).toString()) as { variables: { locale: string } };
      void answer(ask, variables.locale).then((data) => {
        const bytes = Buffer.from(JSON.stringify({ data }));
        response
          .writeHead(200, {
            'content-type': 'application/json; charset=utf-8',
            'content-length': bytes.length,
          })
          .end(bytes);
      });
    });
  });
  server.listen(0, '127.0.0.1', () => {
    process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`);
  });
});
process.once('disconnect', () => process.exit(0));

type Caller = (query: string, variables: Row) => Promise<Row>;

function callerOf(url: string): Caller {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: 64 });
  return async (query, variables) => {
    const { body } = await pool.request({
      method: 'POST',
      path: pathname,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    return ((await body.json()) as { data: Row }).data;
  };
}

async function answer(ask: ReadonlyMap<string, Caller>, locale: string): Promise<Row> {
  const call = (name: string, query: string, representations?: readonly Reference[]) =>
    (ask.get(name) as Caller)(query, {
      locale,
      ...(representations === undefined ? {} : { representations }),
    });
  const [{ users }, { topProducts }] = (await Promise.all([
    call('accounts', 'query($locale: String) { users { id username name(locale: $locale) } }'),
    call('products', `query($locale: String) { topProducts { ${products} } }`),
  ])) as [{ users: Row[] }, { topProducts: Row[] }];
  const roots = [
    ...users.map(({ id }): Reference => ({ __typename: 'User', id: id as string })),
    ...topProducts.map(({ upc }): Reference => ({ __typename: 'Product', upc: upc as string })),
  ];
  const reviewed = (await call('reviews', reviewsOf, roots))['_entities'] as { reviews: ReviewRow[] }[];

  const people = new Map<string, Row>(users.map((row) => [row['id'] as string, row]));
  const goods = new Map<string, Row>(topProducts.map((row) => [row['upc'] as string, row]));
  const wantedPeople = new Set<string>();
  const wantedGoods = new Set<string>();
  for (const { reviews } of reviewed) for (const review of reviews) want(review, wantedPeople, wantedGoods);
  const missingPeople = [...wantedPeople].filter((id) => !people.has(id));
  const missingGoods = [...wantedGoods].filter((upc) => !goods.has(upc));
  const asUser = (id: string): Reference => ({ __typename: 'User', id });
  const asProduct = (upc: string): Reference => ({ __typename: 'Product', upc });
  const rows = async (name: string, fields: string, references: readonly Reference[]) =>
    references.length === 0 ? [] : ((await call(name, entities(fields), references))['_entities'] as Row[]);
  const [morePeople, moreGoods] = await Promise.all([
    rows('accounts', '... on User { id username name(locale: $locale) }', missingPeople.map(asUser)),
    rows('products', `... on Product { ${products} }`, missingGoods.map(asProduct)),
  ]);
  for (const row of morePeople) people.set(row['id'] as string, row);
  for (const row of moreGoods) goods.set(row['upc'] as string, row);

  const all = [...goods.values()];
  const stock = await rows(
    'inventory',
    '... on Product { inStock(region: $locale) shippingEstimate }',
    all.map(({ upc, price, weight }) => ({ __typename: 'Product', upc, price, weight }) as Reference),
  );
  const shown = new Map(
    all.map(({ upc, name, price, weight }, index) => [
      upc as string,
      { ...stock[index], name, price, upc, weight },
    ]),
  );
  const join = ({ id, body, product, author }: ReviewRow): Row => ({
    id,
    body,
    ...(product === undefined
      ? {}
      : {
          product: {
            ...shown.get(product.upc),
            ...(product.reviews === undefined ? {} : { reviews: product.reviews.map(join) }),
          },
        }),
    ...(author === undefined
      ? {}
      : { author: { ...people.get(author.id), reviews: author.reviews.map(join) } }),
  });
  const reviewsAt = (index: number): Row[] => (reviewed[index]?.reviews ?? []).map(join);
  return {
    users: users.map((user, index) => ({ ...user, reviews: reviewsAt(index) })),
    topProducts: topProducts.map(({ upc }, index) => ({
      ...shown.get(upc as string),
      reviews: reviewsAt(users.length + index),
    })),
  };
}

function want({ product, author }: ReviewRow, people: Set<string>, goods: Set<string>): void {
  if (product !== undefined) goods.add(product.upc);
  if (author !== undefined) people.add(author.id);
  for (const review of [...(product?.reviews ?? []), ...(author?.reviews ?? [])]) want(review, people, goods);
}
