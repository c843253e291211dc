import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  TypeInfo,
  executeSync,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  parse,
  print,
  validate,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type GraphQLFieldResolver,
} from 'graphql';
import { applyDenied, createAuthorization } from '../../gateway/security/authorization.js';
import { anonymous, rolesOf, type Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { person, sampleSchema } from './sample-supergraph.js';

const schema = sampleSchema();
const authorization = createAuthorization(schema);

/** The rules of the sample graph once more, by hand: the oracle must not read the directives itself. */
function mayRead(coordinate: string, principal: Principal): boolean {
  const signedIn = principal.kind !== 'ANONYMOUS';
  const has = (scope: string): boolean => signedIn && principal.scopes.includes(scope);
  const is = (...wanted: string[]): boolean =>
    signedIn && wanted.some((one) => rolesOf(principal).has(one as never));
  const [type = ''] = coordinate.split('.');
  if (type === 'M' && !signedIn) return false;
  if (type === 'D' && !is('LEARNER')) return false;
  if (type === 'Hidden' && !is('SUPERVISOR')) return false;
  switch (coordinate) {
    case 'Query.me':
    case 'L.must':
    case 'Query.kind':
      return signedIn;
    case 'Query.scoped':
      return (has('a') && has('b')) || has('c');
    case 'Query.hidden':
      return is('SUPERVISOR');
    case 'L.secret':
      return is('REGISTRAR', 'SECRETARIAT');
    case 'L.name':
      return has('a');
    case 'L.deposits':
      return signedIn && is('LEARNER');
    default:
      return true;
  }
}

const principals: fc.Arbitrary<Principal> = fc.oneof(
  fc.constant(anonymous),
  fc
    .tuple(
      fc.subarray(['REGISTRAR', 'SECRETARIAT', 'SUPERVISOR', 'TEACHER'] as const),
      fc.subarray(['a', 'b', 'c']),
    )
    .map(([roles, scopes]) => person(roles, scopes)),
);

const fragmentTypes = ['Node', 'L', 'U', 'M'] as const;

/** A selection set on a type as text; fragments may use later fragments only, so that none is cyclic. */
function selections(typeName: string, depth: number, firstFragment: number): fc.Arbitrary<string> {
  const type = schema.getType(typeName);
  if (!isCompositeType(type)) throw new Error(typeName);
  const options: Array<fc.Arbitrary<string>> = [fc.constant('__typename')];
  if (!isAbstractType(type) || isInterfaceType(type)) {
    for (const field of Object.values(type.getFields())) {
      const named = getNamedType(field.type);
      const head = fc
        .tuple(
          fc.constantFrom('', `${field.name}_1: `, `${field.name}_2: `),
          fc.constantFrom('', '', '', ' @skip(if: $v)', ' @include(if: $v)', ' @include(if: true)'),
        )
        .map(([alias, condition]) => `${alias}${field.name}${condition}`);
      if (!isCompositeType(named)) options.push(head);
      else if (depth > 0)
        options.push(
          fc
            .tuple(head, selections(named.name, depth - 1, firstFragment))
            .map(([one, below]) => `${one} ${below}`),
        );
    }
  }
  const own = new Set(
    isAbstractType(type) ? schema.getPossibleTypes(type).map((one) => one.name) : [type.name],
  );
  const overlapping = ['Node', 'U', 'L', 'M', 'D'].filter((name) => {
    const other = schema.getType(name);
    const theirs = isAbstractType(other) ? schema.getPossibleTypes(other).map((one) => one.name) : [name];
    return theirs.some((one) => own.has(one));
  });
  if (depth > 0 && overlapping.length > 0) {
    for (const name of overlapping) {
      options.push(
        fc
          .tuple(fc.constantFrom('', '', ' @skip(if: $v)'), selections(name, depth - 1, firstFragment))
          .map(([condition, below]) => `... on ${name}${condition} ${below}`),
      );
    }
    fragmentTypes.forEach((name, index) => {
      if (index >= firstFragment && overlapping.includes(name)) options.push(fc.constant(`...F${index}`));
    });
  }
  return fc
    .array(fc.oneof(...options), { minLength: 1, maxLength: 4 })
    .map((list) => `{ ${list.join(' ')} }`);
}

const documents: fc.Arbitrary<DocumentNode> = fc
  .tuple(selections('Query', 4, 0), ...fragmentTypes.map((name, index) => selections(name, 2, index + 1)))
  .map(([root, ...bodies]) => {
    const parts = bodies.map((body, index) => `fragment F${index} on ${fragmentTypes[index]} ${body}`);
    // Only what is reached may stay, or the document is not valid.
    const used = new Set<number>();
    const reach = (text: string): void => {
      for (const match of text.matchAll(/\.\.\.F(\d)/g)) {
        const index = Number(match[1]);
        if (!used.has(index)) {
          used.add(index);
          reach(bodies[index] ?? '');
        }
      }
    };
    reach(root);
    const kept = parts.filter((_, index) => used.has(index));
    const variable = [root, ...kept].some((text) => text.includes('$v')) ? '($v: Boolean!)' : '';
    return parse([`query${variable} ${root}`, ...kept].join(' '));
  })
  .filter((document) => validate(schema, document).length === 0);

const l = {
  __typename: 'L',
  id: 'l1',
  secret: 's',
  name: 'n',
  must: 'm',
  deposits: [{ __typename: 'D', id: 'd1', credits: '1' }],
};
const data: Record<string, unknown> = {
  me: l,
  node: { __typename: 'M', id: 'm1', secret: 'ms', title: 't', friend: l },
  nodes: [
    l,
    {
      __typename: 'M',
      id: 'm2',
      secret: null,
      title: 't2',
      friend: { __typename: 'M', id: 'm3', title: 't3', secret: 'x' },
    },
  ],
  any: [{ __typename: 'D', id: 'd2', credits: '2' }, l, null, { __typename: 'M', id: 'm4', title: 't4' }],
  pub: 'p',
  scoped: 7,
  hidden: { value: 1 },
  kind: 'X',
  strict: { ...l, friend: { __typename: 'M', id: 'm5', title: 't5', secret: 'y' } },
};

function run(document: DocumentNode, v: boolean, resolver?: GraphQLFieldResolver<unknown, unknown>) {
  const fieldResolver: GraphQLFieldResolver<unknown, unknown> = (source, args, context, info) => {
    resolver?.(source, args, context, info);
    if (info.parentType.name === 'D' && info.fieldName === 'owner') return l;
    return (source as Record<string, unknown>)[info.fieldName];
  };
  return executeSync({ schema, document, rootValue: data, variableValues: { v }, fieldResolver });
}

describe('the authorization filter, for any operation and any rights', () => {
  it('leaves a valid document with nothing denied in it', () => {
    fc.assert(
      fc.property(documents, principals, fc.boolean(), (document, principal, v) => {
        const answer = authorization.filter(document, undefined, { v }, principal);
        expect(validate(schema, answer.document)).toEqual([]);
        const info = new TypeInfo(schema);
        visit(
          answer.document,
          visitWithTypeInfo(info, {
            Field(node) {
              const parent = info.getParentType();
              if (node.name.value.startsWith('__') || !parent) return;
              const types = isAbstractType(parent) ? schema.getPossibleTypes(parent) : [parent];
              for (const type of types)
                expect([
                  `${type.name}.${node.name.value}`,
                  mayRead(`${type.name}.${node.name.value}`, principal),
                ]).toEqual([`${type.name}.${node.name.value}`, true]);
            },
          }),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('gives the data that the whole operation gives when every denied field fails, and keeps every permitted one', () => {
    fc.assert(
      fc.property(documents, principals, fc.boolean(), (document, principal, v) => {
        const answer = authorization.filter(document, undefined, { v }, principal);
        const got = applyDenied(run(answer.document, v), answer.denied, schema, 'en');
        const wanted = run(document, v, (_source, _args, _context, info) => {
          const coordinate = `${info.parentType.name}.${info.fieldName}`;
          if (isObjectType(info.parentType) && !mayRead(coordinate, principal)) throw new Error(coordinate);
        });
        expect([print(document), got.data]).toEqual([print(document), wanted.data]);
        // A name that @skip takes away in one place comes later, from another; without conditions the order is exact.
        if (!/@(skip|include)/.test(print(document)))
          expect(JSON.stringify(got.data)).toBe(JSON.stringify(wanted.data));
        for (const error of wanted.errors ?? []) {
          const path = (error.path ?? []).filter((one) => typeof one === 'string').join('.');
          expect(answer.denied.filter((one) => one.selected).map((one) => one.path.join('.'))).toContain(
            path,
          );
        }
      }),
      { numRuns: 500 },
    );
  });
});
