import 'reflect-metadata';
import { expect, test } from '@jest/globals';
import { graphql, printType } from 'graphql';
import { Arg, Field, InputType, Mutation, ObjectType, Query, Resolver, buildSchema } from 'type-graphql';
import { payloadType, reasonedStepInput, stepInput } from '../../subgraphs/kit/room/schema/mutation-types.js';

@ObjectType()
class Account {
  @Field(() => String)
  state!: string;
}

@InputType()
class CloseAccountInput extends reasonedStepInput('accountId', 'Why; one to 500 characters.') {}

@InputType()
class NameAccountInput extends stepInput('accountId') {
  @Field(() => String)
  name!: string;
}

const CloseAccountPayload = payloadType('closeAccount', 'account', Account);
const NameAccountPayload = payloadType('nameAccount', 'account', Account);

@Resolver()
class AccountResolver {
  @Query(() => String)
  nothing(): string {
    return '';
  }

  @Mutation(() => CloseAccountPayload)
  closeAccount(@Arg('input', () => CloseAccountInput) input: CloseAccountInput) {
    const { accountId, expectedVersion, reason } = input;
    return { account: { state: `${accountId} ${expectedVersion} ${reason}` }, userErrors: [] };
  }

  @Mutation(() => NameAccountPayload)
  nameAccount(@Arg('input', () => NameAccountInput) input: NameAccountInput) {
    return { account: { state: `${input.accountId} ${input.name}` }, userErrors: [] };
  }
}

const schema = await buildSchema({ resolvers: [AccountResolver], orphanedTypes: [], validate: false });
const printed = (name: string) => printType(schema.getType(name)!);

test('a payload is named for its mutation and has what was changed, or null, and the refusals', () => {
  expect(printed('CloseAccountPayload')).toBe(
    'type CloseAccountPayload {\n  userErrors: [UserError!]!\n  account: Account\n}',
  );
  expect(schema.getType('NameAccountPayload')).not.toBe(schema.getType('CloseAccountPayload'));
});

test('an input of a step has what all steps have, and the graph shows no input that all extend', () => {
  expect(printed('NameAccountInput')).toBe(
    'input NameAccountInput {\n  expectedVersion: Int!\n  accountId: ID!\n  name: String!\n}',
  );
  expect(printed('CloseAccountInput')).toContain('"""Why; one to 500 characters."""\n  reason: String!');
  const inputs = Object.keys(schema.getTypeMap()).filter((name) => name.endsWith('Input'));
  expect(inputs.sort()).toEqual(['CloseAccountInput', 'NameAccountInput']);
});

test('what a client sends arrives under the common names', async () => {
  const source = `mutation { closeAccount(input: { accountId: "acc_1", expectedVersion: 2, reason: "r" }) {
    account { state } userErrors { code } } }`;
  expect(JSON.parse(JSON.stringify(await graphql({ schema, source })))).toEqual({
    data: { closeAccount: { account: { state: 'acc_1 2 r' }, userErrors: [] } },
  });
});
