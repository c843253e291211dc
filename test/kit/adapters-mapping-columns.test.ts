import { expect, test } from '@jest/globals';
import { columnsNamed } from '../../subgraphs/adapters/kit/mapping-columns.js';
import { mappingSchema } from '../../subgraphs/adapters/kit/mapping.js';

const smallest = {
  system: 'S',
  student: { studentNumber: 'XH', name: ['XM', 'XMPY'] },
  result: { studentNumber: 'XH', key: 'K', creditScheme: 'CN-16', sittings: { first: 'CJ' } },
  grades: {
    passMark: '60',
    resitCap: null,
    numberScale: 'CN-PERCENT',
    statuses: { 缺考: 'ABSENT' },
    wordScales: {},
    passWords: {},
    words: { word: 'W', percentage: 'P' },
  },
};

function named(change: object): string[] {
  return columnsNamed(mappingSchema.parse({ ...smallest, ...change })).map(
    ({ source, column, path }) => `${source}.${column} ${path.join('.')}`,
  );
}

test('every column is found with its source and its place, and nothing else is taken for one', () => {
  expect(named({})).toEqual([
    'students.XH student.studentNumber',
    'students.XM student.name.0',
    'students.XMPY student.name.1',
    'results.XH result.studentNumber',
    'results.K result.key',
    'results.CJ result.sittings.first',
    'gradeWords.W grades.words.word',
    'gradeWords.P grades.words.percentage',
  ]);
});

test('columns of conditions, of alternatives and of changes are found too', () => {
  const result = {
    ...smallest.result,
    term: { yearCode: 'XNM', termCode: 'XQM' },
    flags: [{ when: { FXBJ: '1' }, flag: 'MINOR_PROGRAMME' }],
    components: [{ kind: 'COURSEWORK', name: '平时', column: 'PSCJ' }],
  };
  const found = named({ result, changes: { compare: { studentNumber: 'XH' } } });
  expect(found).toEqual(
    expect.arrayContaining([
      'results.XNM result.term.yearCode',
      'results.FXBJ result.flags.0.when.FXBJ',
      'results.PSCJ result.components.0.column',
      'fingerprints.XH changes.compare.studentNumber',
    ]),
  );
  expect(named({ changes: { studentNumber: 'XH', changedAt: 'XGSJ' } })).toContain(
    'changes.XGSJ changes.changedAt',
  );
});
