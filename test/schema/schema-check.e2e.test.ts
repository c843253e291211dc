import { describe, expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';
import { CompositionError, composedSupergraph } from '../../schema/composed-supergraph.js';
import { emittedFiles } from '../../schema/emitted-files.js';
import { differences, schemaProblems } from '../../schema/schema-check.js';
import { sortedSdl } from '../../schema/sorted-sdl.js';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@authenticated", "@policy", "@shareable"])
  directive @public on OBJECT | FIELD_DEFINITION\n`;
const outcomes = `${link}
  type Query { course(id: ID!): Course @public }
  type Course @key(fields: "id") @public { id: ID! title: String }`;
const learners = `${link}
  type Query { deposit(id: ID!): Deposit @authenticated }
  type Deposit @key(fields: "id") @authenticated { id: ID! course: Course }
  type Course @key(fields: "id") { id: ID! depositCount: Int @policy(policies: [["REGISTRAR"]]) }`;
const house = {
  sdls: { outcomes, learners },
  machines: {},
  operations: [
    {
      client: 'portal',
      file: 'a.graphql',
      text: 'query A($id: ID!) { deposit(id: $id) { course { title } } }',
    },
  ],
};
const today = '2026-01-15';

function committed(baseline?: string) {
  return { files: emittedFiles(house).files, baseline };
}

describe('composition', () => {
  test('gives the same supergraph whatever the order of subgraphs and definitions', () => {
    const { supergraphSdl, apiSdl } = composedSupergraph({ outcomes, learners });
    const shuffled = composedSupergraph({ learners: sortedSdl(learners), outcomes: sortedSdl(outcomes) });
    expect(shuffled).toEqual({ supergraphSdl, apiSdl });
    expect(supergraphSdl).toContain('@policy(policies: [["REGISTRAR"]])');
  });

  test('gives clients a schema without the federation’s own parts', () => {
    const { apiSdl } = composedSupergraph({ outcomes, learners });
    expect(Object.keys(buildSchema(apiSdl).getQueryType()?.getFields() ?? {})).toEqual(['course', 'deposit']);
    expect(apiSdl).not.toMatch(/join__|link__|@policy|@public|_entities/);
  });

  test('that fails says why with the federation’s codes', () => {
    const bad = `${link} type Query { other: Course @public } type Course @key(fields: "id") { id: ID! title: Int }`;
    expect(() => composedSupergraph({ outcomes, bad })).toThrow(CompositionError);
    expect(() => composedSupergraph({ outcomes, bad })).toThrow(/FIELD_TYPE_MISMATCH|INVALID_FIELD_SHARING/);
  });
});

describe('the check of the schema', () => {
  test('has nothing to say when the committed files are what the code emits', async () => {
    expect(await schemaProblems(house, committed(emittedFiles(house).apiSdl), today)).toEqual([]);
    expect([...emittedFiles(house).files.keys()]).toEqual([
      'schema/outcomes.graphql',
      'schema/learners.graphql',
      'schema/supergraph.graphql',
      'schema/api.graphql',
      'schema/operations.json',
      'schema/access-matrix.tsv',
      'docs/states/README.md',
    ]);
  });

  test('names a file that differs, is missing or has outlived its source, and the command', () => {
    const emitted = new Map([
      ['schema/a.graphql', 'x\ny\n'],
      ['schema/b.graphql', 'x\n'],
    ]);
    const found = new Map([
      ['schema/a.graphql', 'x\nz\n'],
      ['schema/old.graphql', 'x\n'],
    ]);
    expect(differences(emitted, found)).toEqual([
      'schema/a.graphql differs from the code at line 2; run npm run schema and commit it.',
      'schema/b.graphql is missing; run npm run schema and commit it.',
      'schema/old.graphql is no longer emitted; run npm run schema and commit its removal.',
    ]);
  });

  test('reports lints, operations and broken clients all at once', async () => {
    const bad = {
      ...house,
      sdls: { ...house.sdls, learners: learners.replace('course: Course', 'course: Course! rate: Float') },
      operations: [{ client: 'portal', file: 'a.graphql', text: 'query A { gone }' }],
    };
    const problems = (await schemaProblems(bad, committed('type Query { gone: Int }'), today)).join('\n');
    expect(problems).toContain(
      'learners: Deposit.course refers to Course of another subgraph and must be nullable',
    );
    expect(problems).toContain('learners: Deposit.rate is a Float');
    expect(problems).toContain('a.graphql: Cannot query field "gone"');
    expect(problems).toContain('schema/learners.graphql differs from the code');
    expect(problems).toContain(
      "Breaks clients of schema/baseline.graphql: Field 'gone' was removed from object type 'Query'.",
    );
  });

  test('says that the subgraphs do not compose, beside the lints', async () => {
    const bad = {
      ...house,
      sdls: { ...house.sdls, learners: learners.replace('course: Course', 'course: Nowhere') },
    };
    const problems = await schemaProblems(bad, committed(), today);
    expect(problems.join('\n')).toContain('The subgraphs do not compose: ');
  });
});
