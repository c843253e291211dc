import { expect, test } from '@jest/globals';
import { reachable } from '../support/stock-engine/client-errors.js';
import { FailedInputs } from '../support/stock-engine/failed-inputs.js';

const deposit = { __typename: 'Deposit', id: 'dep_1', credits: null };

test('a null that no error explains is a value and is sent', () => {
  expect(new FailedInputs().blocks(deposit)).toBeUndefined();
});

test('a null that an error explains is not sent as an input of the same object', () => {
  const failed = new FailedInputs();
  const data = { me: { deposits: [{ __typename: 'Deposit', id: 'dep_0', credits: '1' }, deposit] } };
  failed.addFrom('learners', data, [{ message: '', path: ['me', 'deposits', 1, 'credits'] }]);
  expect(failed.blocks(deposit)).toBe('learners');
  expect(failed.blocks({ ...deposit, id: 'dep_2' })).toBeUndefined();
  expect(failed.blocks({ ...deposit, __typename: 'Other' })).toBeUndefined();
  expect(failed.blocks({ ...deposit, credits: '2' })).toBeUndefined();
});

test('an entity is known by what was sent, when its answer does not repeat the key', () => {
  const failed = new FailedInputs();
  failed.addFrom(
    'agreements',
    { _entities: [{ remaining: null }] },
    [{ message: '', path: ['_entities', 0, 'remaining'] }],
    [{ __typename: 'Deposit', id: 'dep_1' }],
  );
  expect(failed.blocks({ __typename: 'Deposit', id: 'dep_1', remaining: null })).toBe('agreements');
  expect(failed.blocks({ __typename: 'Deposit', id: 'dep_2', remaining: null })).toBeUndefined();
});

test('an input inside an input counts too', () => {
  const failed = new FailedInputs();
  failed.add('institutions', { __typename: 'Institution', id: 'inst_1' }, 'status');
  expect(failed.blocks({ __typename: 'Deposit', id: 'd', institution: { id: 'inst_1', status: null } })).toBe(
    'institutions',
  );
  expect(
    failed.blocks({ __typename: 'Deposit', id: 'd', institutions: [{ id: 'inst_2', status: null }] }),
  ).toBeUndefined();
});

test('a path ends at the last object that the client sees, and is kept below a null', () => {
  const data = { me: { records: [null, { id: '1', results: null }] } };
  expect(reachable(['me', 'records', 1, 'results'], data)).toEqual(['me', 'records', 1, 'results']);
  expect(reachable(['me', 'records', 1, 'results', 0, 'grade'], data)).toEqual([
    'me',
    'records',
    1,
    'results',
    0,
    'grade',
  ]);
  expect(reachable(['me', 'records', 1, 'key'], data)).toEqual(['me', 'records', 1]);
  expect(reachable(['me', 'records', '@', 'results'], data)).toEqual(['me', 'records']);
  expect(reachable(['me', 'x'], null)).toEqual(['me', 'x']);
});
