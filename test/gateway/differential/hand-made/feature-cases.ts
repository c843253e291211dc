import type { Failure } from '../federation-case.js';
import type { KeptCase } from '../regressions.js';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@requires", "@provides",
  "@external", "@shareable", "@override", "@inaccessible", "@interfaceObject"])`;

function made(
  title: string,
  subgraphs: Readonly<Record<string, string>>,
  operation: string,
  more: {
    variables?: Record<string, unknown>;
    failures?: readonly Failure[];
    stockFault?: string;
    openFault?: string;
  } = {},
): KeptCase {
  return {
    title,
    subgraphs: Object.fromEntries(Object.entries(subgraphs).map(([name, sdl]) => [name, `${link}\n${sdl}`])),
    operation,
    variables: more.variables ?? {},
    failures: more.failures ?? [],
    ...(more.stockFault === undefined ? {} : { stockFault: more.stockFault }),
    ...(more.openFault === undefined ? {} : { openFault: more.openFault }),
  };
}

const books = {
  library: `type Query { books: [Book] book(id: ID!): Book }
    type Book @key(fields: "id") { id: ID!  title: String  pages: Int  price(currency: String = "CNY"): Int }`,
  reviews: `type Query { reviews: [Review] }
    type Review { stars: Int!  book: Book }
    type Book @key(fields: "id") { id: ID!  reviews: [Review!] }`,
};
const shop = {
  ...books,
  shop: `type Book @key(fields: "id") { id: ID!  title: String @external  price(currency: String = "CNY"): Int @external
      shelf: String @requires(fields: "title")  total: Int @requires(fields: "price(currency: \\"EUR\\")") }`,
};
const media = {
  films: `type Query { items: [Item] found: [Found!] }
    interface Item { id: ID!  name: String }
    type Film implements Item @key(fields: "id") { id: ID!  name: String @shareable  minutes: Int }
    type Disc implements Item @key(fields: "id") { id: ID!  name: String @shareable }
    type Note @shareable { text: String }
    union Found = Film | Note`,
  songs: `type Query { more: [Item] others: [Found!] }
    interface Item { id: ID!  name: String }
    type Disc implements Item @key(fields: "id") { id: ID!  name: String @shareable  songs: [Song!] }
    type Song @shareable { title: String }
    type Note @shareable { text: String }
    union Found = Disc | Note`,
};
const pets = {
  pets: `type Query { pets: [Pet!] }
    interface Pet @key(fields: "id") { id: ID!  name: String }
    type Cat implements Pet @key(fields: "id") { id: ID!  name: String  lives: Int }
    type Dog implements Pet @key(fields: "id") { id: ID!  name: String  tricks: [String] }`,
  clinic: `type Query { patients: [Pet] }
    type Pet @key(fields: "id") @interfaceObject { id: ID!  visits(year: Int = 2026): Int  chart: Chart }
    type Chart { weight: Float }`,
};
const failing = (type: string, field: string): Failure[] => [{ kind: 'field', type, field, of: 2, at: 0 }];

/** One or more cases for every feature of federation; what has to come out follows from the specification. */
export const featureCases: readonly KeptCase[] = [
  made(
    'a key leads from one subgraph to another and back',
    books,
    '{ reviews { stars book { title pages reviews { stars book { title } } } } }',
  ),
  made(
    'a compound and a nested key lead on, also where two subgraphs share no key but a third has both',
    {
      people: `type Query { people: [Person] } type Person @key(fields: "country number") { country: String!  number: Int!  name: String }`,
      register: `type Person @key(fields: "country number") @key(fields: "home { id } number") { country: String!  number: Int!  home: Home! }
      type Home @shareable { id: ID! }`,
      health: `type Person @key(fields: "home { id } number") { number: Int!  home: Home!  blood: String } type Home @shareable { id: ID! }`,
    },
    '{ people { name blood home { id } } }',
  ),
  made(
    'a key that is not resolvable is never used to enter a subgraph',
    {
      a: 'type Query { things: [Thing] } type Thing @key(fields: "id") @key(fields: "code") { id: ID!  code: String!  extra: Int }',
      b: `type Query { others: [Thing] }
        type Thing @key(fields: "id", resolvable: false) @key(fields: "code") {
          id: ID!  code: String!  extra: Int @external  size: Int @requires(fields: "extra")
        }`,
    },
    '{ others { size } things { id size } }',
    { stockFault: 'the planner takes the first key of a type, resolvable or not' },
  ),
  made(
    'a required field is brought along, and is not shown unless it is asked for',
    shop,
    '{ books { shelf } book(id: "1") { title shelf } }',
  ),
  made(
    'a field that requires one with arguments gets that one, whatever the client asks of the same field',
    shop,
    'query($c: String) { books { price(currency: $c) total cny: price } }',
    {
      variables: { c: 'USD' },
      stockFault: 'the arguments of the client and of @requires collide under one name',
    },
  ),
  made('what is computed of a field that failed is not computed', shop, '{ books { id shelf } }', {
    failures: failing('Book', 'title'),
  }),
  made(
    'a required field that failed costs the fields that are computed of it, and no others of the same subgraph',
    shop,
    '{ books { id shelf total } }',
    {
      failures: failing('Book', 'title'),
      stockFault: 'the fields of an entity that one fetch brings share one reference',
    },
  ),
  made(
    'a required field that requires another one waits for it',
    {
      a: 'type Query { t: [T] } type T @key(fields: "id") { id: ID!  one: Int }',
      b: 'type T @key(fields: "id") { id: ID!  one: Int @external  two: Int @requires(fields: "one") }',
      c: 'type T @key(fields: "id") { id: ID!  two: Int @external  three: String @requires(fields: "two") }',
    },
    '{ t { three } again: t { one three two } }',
  ),
  made(
    'a required part of an object, and of a list of objects, is brought along',
    {
      a: 'type Query { t: [T] } type T @key(fields: "id") { id: ID!  box: Box  boxes: [[Box!]] } type Box { w: Int  h: Int }',
      b: `type T @key(fields: "id") { id: ID!  box: Box @external  boxes: [[Box!]] @external  area: Int @requires(fields: "box { w h } boxes { w }") }
      type Box @external { w: Int  h: Int }`,
    },
    '{ t { area box { h } } }',
    { stockFault: 'a list of lists in a required field set is read wrongly' },
  ),
  made(
    'a provided field is the same on the way on which it is provided',
    {
      a: 'type Query { t: [T] } type T @key(fields: "id") { id: ID!  label: String @shareable }',
      b: `type Query { u: [U] @provides(fields: "t { label }") } type U @shareable { t: T }
      type T @key(fields: "id") { id: ID!  label: String @external  more: Int }`,
    },
    '{ u { t { label more } } t { label more } }',
  ),
  made(
    'a field that was taken over is asked of its new subgraph only',
    {
      a: 'type Query { t: [T] } type T @key(fields: "id") { id: ID!  moved: String  stays: Int }',
      b: 'type T @key(fields: "id") { id: ID!  moved: String @override(from: "a") }',
    },
    '{ t { moved stays } }',
  ),
  made(
    'an inaccessible field can be required',
    {
      a: 'type Query { t: [T] } type T @key(fields: "id") { id: ID!  hidden: [Int!] @inaccessible }',
      b: 'type T @key(fields: "id") { id: ID!  hidden: [Int!] @external  shown: String @requires(fields: "hidden") }',
    },
    '{ t { shown } }',
  ),
  made(
    'an interface has in each subgraph the objects that this subgraph knows',
    media,
    '{ items { __typename id name ... on Disc { songs { title } } ... on Film { minutes } } more { id name ... on Disc { songs { title } } } }',
  ),
  made(
    'a union has members that only one subgraph knows',
    media,
    '{ found { __typename ... on Film { name minutes } ... on Note { text } ... on Disc { name } } others { ... on Item { id } ... on Note { text } } }',
  ),
  made(
    'a subgraph adds fields to all objects of an interface without knowing them',
    pets,
    '{ pets { name visits ... on Cat { lives chart { weight } } } }',
  ),
  made(
    'objects that a subgraph knows as an interface only get their type from the subgraph that knows it',
    pets,
    '{ patients { __typename id visits(year: 2025) name ... on Dog { tricks } ... on Cat { lives } } }',
  ),
  made(
    'an enum that is given has the values of all subgraphs, an input those that all know',
    {
      a: `type Query { shade(of: Pick, in: In): Shade  list: [[Shade!]] } enum Shade { RED GREEN } enum Pick { ONE TWO } input In { x: Int = 3  y: String }`,
      b: `type Query { other(of: Pick = ONE, in: [In!]): Shade } enum Shade { RED BLUE } enum Pick { ONE THREE } input In { x: Int = 3  z: Float }`,
    },
    'query($i: In, $l: [In!] = [{ x: 1 }]) { shade(of: ONE, in: $i) list other(in: $l) third: other(of: null) }',
    { variables: { i: {} } },
  ),
  made(
    'a scalar of its own keeps whatever it holds, and names of fields in it mean nothing',
    {
      a: 'scalar Any type Query { t: [T] raw(in: Any): Any } type T @key(fields: "id") { id: ID!  any: Any  anys: [[Any]] }',
      b: 'scalar Any type T @key(fields: "id") { id: ID!  more: Any }',
    },
    'query($v: Any) { t { any anys more } raw(in: $v) other: raw(in: { __typename: "T", id: [1] }) }',
    { variables: { v: { id: 1, deep: [null] } } },
  ),
  made(
    'lists in lists keep their shape, and entities in them are completed',
    {
      a: 'type Query { grid: [[T]] strict: [[T!]!] } type T @key(fields: "id") { id: ID! }',
      b: 'type T @key(fields: "id") { id: ID!  x: Int!  near: [[T!]] }',
    },
    '{ grid { id x near { x } } strict { near { id } } }',
  ),
  made(
    'a non-null field that fails takes away what is above it up to the first place that may be null',
    {
      a: 'type Query { t: [T] s: [T!] one: T! } type T @key(fields: "id") { id: ID!  n: N }  type N { deep: [M!]! } type M { t: T! }',
      b: 'type T @key(fields: "id") { id: ID!  must: Int!  may: Int }',
    },
    '{ t { id must may } s { id must } one { n { deep { t { may must } } } } }',
    { failures: failing('T', 'must') },
  ),
  made(
    'the same entity on two ways has its error on both',
    books,
    '{ books { id reviews { stars } } again: books { id reviews { stars } } }',
    { failures: failing('Book', 'reviews') },
  ),
  made(
    'mutations of several subgraphs run in the order in which they stand',
    {
      a: 'type Query { ok: Boolean } type Mutation { first(n: Int!): T  third: Int! } type T @key(fields: "id") { id: ID!  a: Int }',
      b: 'type Mutation { second: T  fourth: String } type T @key(fields: "id") { id: ID!  b: Int }',
    },
    'mutation($n: Int! = 4) { first(n: $n) { a b } second { a b } third fourth again: first(n: 1) { b } }',
  ),
  made(
    'a mutation that fails does not keep the next one from running',
    {
      a: 'type Query { ok: Boolean } type Mutation { first: Int  third: Int }',
      b: 'type Mutation { second: Int }',
    },
    'mutation { first second third }',
    { failures: [{ kind: 'field', type: 'Mutation', field: 'second', of: 1, at: 0 }] },
  ),
  made(
    'selections of one field in several fragments are one field, conditions and all',
    books,
    `query($yes: Boolean!, $no: Boolean = false) { ...A books { id ... @include(if: $no) { pages } reviews @include(if: $yes) { stars } } }
     fragment A on Query { books { title @skip(if: $no) reviews @skip(if: $yes) { book { title } } ...B @include(if: $yes) } }
     fragment B on Book { pages x: __typename reviews { stars } }`,
    { variables: { yes: true } },
  ),
  made(
    'a subgraph that does not answer takes away its own fields only, each with an error',
    books,
    '{ books { id title reviews { stars } } reviews { stars } }',
    { failures: [{ kind: 'subgraph', subgraph: 'reviews' }] },
  ),
  made(
    'a reference that fails takes away the fields of that entity only',
    books,
    '{ books { id title reviews { stars } } }',
    { failures: [{ kind: 'reference', subgraph: 'reviews', type: 'Book', how: 'throws', of: 2, at: 1 }] },
  ),
  made(
    'an entity that a subgraph does not know has null fields and no error',
    books,
    '{ books { id title reviews { stars } } }',
    { failures: [{ kind: 'reference', subgraph: 'reviews', type: 'Book', how: 'absent', of: 2, at: 1 }] },
  ),
];
