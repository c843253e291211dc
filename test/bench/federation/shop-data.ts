/** A row of the shop as every resolver gives it: what it refers to is asked by its methods. */
interface User {
  readonly __typename: 'User';
  readonly id: string;
  readonly name: string;
  readonly username: string;
  readonly birthday: number;
  reviews(): Review[];
}
interface Product {
  readonly __typename: 'Product';
  readonly upc: string;
  readonly name: string;
  readonly price: number;
  readonly weight: number;
  readonly inStock: boolean;
  readonly shippingEstimate: number;
  reviews(): Review[];
}
interface Review {
  readonly __typename: 'Review';
  readonly id: string;
  readonly body: string;
  author(): User;
  product(): Product;
}

const people = ['林晓', '陈默', '周宁', '吴桐', '郑和平', '何苗'];
const goods = ['Table', 'Couch', 'Glass', 'Chair', 'TV', 'Lamp', 'Grill', 'Fridge', 'Sofa'];
const words = [
  'Love it!',
  'Too expensive for what it is, and it arrived a week late.',
  'Could be better.',
  'Prefer something else.',
  'Sturdy, easy to put together, and the colour is the one in the picture.',
];
/** Who wrote about what: two diligent people and two popular things, so that a deep query meets the same rows often. */
const written = [
  [0, 0],
  [0, 1],
  [0, 2],
  [0, 3],
  [0, 4],
  [0, 5],
  [1, 0],
  [1, 1],
  [1, 2],
  [1, 3],
  [1, 5],
  [2, 0],
  [2, 1],
  [2, 2],
  [2, 6],
  [3, 0],
  [3, 1],
  [4, 0],
  [4, 1],
  [4, 7],
  [5, 1],
  [5, 8],
] as const;

/** What a parcel costs: nothing for what is expensive, else half its weight. */
export function shippingOf({ price, weight }: { price: number; weight: number }): number {
  return price > 1_000 ? 0 : Math.round(weight * 0.5);
}

const users: readonly User[] = people.map((name, index) => ({
  __typename: 'User',
  id: String(index + 1),
  name,
  username: `user_${index + 1}`,
  birthday: 1980 + index,
  reviews: () => reviews.filter((_, at) => written[at]?.[0] === index),
}));
const products: readonly Product[] = goods.map((name, index) => {
  const price = 150 + index * 211;
  const weight = 20 + index * 15;
  return {
    __typename: 'Product',
    upc: String(index + 1),
    name,
    price,
    weight,
    inStock: index % 3 !== 1,
    shippingEstimate: shippingOf({ price, weight }),
    reviews: () => reviews.filter((_, at) => written[at]?.[1] === index),
  };
});
const reviews: readonly Review[] = written.map(([author, product], index) => ({
  __typename: 'Review',
  id: String(index + 1),
  body: words[index % words.length] as string,
  author: () => users[author] as User,
  product: () => products[product] as Product,
}));

/** Everything in the shop. */
export const shop = { users, products, reviews };
