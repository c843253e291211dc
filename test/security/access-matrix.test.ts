import { describe, expect, it } from '@jest/globals';
import type { GraphQLObjectType } from 'graphql';
import { accessMatrix, matrixCallers, printAccessMatrix } from '../../gateway/security/access-matrix.js';
import { sampleSchema } from './sample-supergraph.js';

const rows = accessMatrix(sampleSchema());
const callersOf = (coordinate: string, path: string) => {
  const row = rows.find((one) => one.coordinate === coordinate && one.path === path);
  return row && matrixCallers.filter((caller) => row.allowed[caller]);
};

describe('the access matrix', () => {
  it('has a row for every field of every object type', () => {
    const schema = sampleSchema();
    for (const type of ['Query', 'Mutation', 'L', 'M', 'D', 'Hidden']) {
      const fields = Object.keys((schema.getType(type) as GraphQLObjectType).getFields());
      for (const field of fields) expect(rows.map((row) => row.coordinate)).toContain(`${type}.${field}`);
    }
  });

  it('says who passes, way by way', () => {
    expect(callersOf('Query.pub', 'Query.pub')).toEqual([...matrixCallers]);
    expect(callersOf('Hidden.value', 'Query.hidden > Hidden.value')).toEqual(['SUPERVISOR']);
    expect(callersOf('L.secret', 'L(id) a > L.secret')).toEqual(['REGISTRAR', 'SECRETARIAT']);
    expect(callersOf('Mutation.change', 'Mutation.change')).toEqual(['REGISTRAR']);
    expect(callersOf('L.must', 'L(id) b > L.must')).not.toContain('ANONYMOUS');
  });

  it('counts every signed-in person as a learner towards their own data, and a service not', () => {
    const callers = callersOf('D.credits', 'D(id) b > D.credits');
    expect(callers).toContain('SIGNED_IN');
    expect(callers).not.toContain('SERVICE');
    expect(callers).not.toContain('ANONYMOUS');
  });

  it('lists entity references by their keys, except those that no subgraph resolves', () => {
    const paths = rows.filter((row) => row.coordinate === 'D.id').map((row) => row.path);
    expect(paths).toContain('D(id) b > D.id');
    expect(paths.join()).not.toContain('code');
  });

  it('prints the same text every time, one row per field and path', () => {
    const text = printAccessMatrix(rows);
    expect(text).toBe(printAccessMatrix(accessMatrix(sampleSchema())));
    const lines = text.trimEnd().split('\n');
    expect(lines).toHaveLength(rows.length + 1);
    expect(new Set(lines.map((line) => line.split('\t').length))).toEqual(
      new Set([3 + matrixCallers.length]),
    );
  });
});
