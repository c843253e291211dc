import { describe, expect, test } from '@jest/globals';
import { graphql, isNonNullType, isObjectType } from 'graphql';
import { contractSchema, contractSdl, schoolEntities } from '../../subgraphs/records/contract.js';

describe('the records contract', () => {
  const schema = contractSchema();

  test('has no root field of a query, because none can be routed by key, and one mutation, routed by its input', () => {
    expect(Object.keys(schema.getQueryType()?.getFields() ?? {}).sort()).toEqual(['_entities', '_service']);
    expect(Object.keys(schema.getMutationType()?.getFields() ?? {})).toEqual(['writeBackExemption']);
    expect(String(schema.getMutationType()?.getFields()['writeBackExemption']?.args[0]?.type)).toBe(
      'WriteBackExemptionInput!',
    );
  });

  test('answers _service with its own text', async () => {
    const answer = await graphql({ schema, source: '{ _service { sdl } }' });
    expect(answer).toEqual({ data: { _service: { sdl: contractSdl } } });
  });

  test('lets every field but the keys be unknown, list items included', () => {
    const keys: Record<string, readonly string[]> = { ...schoolEntities, Institution: ['id'] };
    for (const type of Object.values(schema.getTypeMap())) {
      if (!isObjectType(type) || type.name.startsWith('_') || type.name === 'Query') continue;
      // Types that every subgraph has in the same form.
      if (['PageInfo', 'UserError', 'WriteBackExemptionPayload'].includes(type.name)) continue;
      for (const field of Object.values(type.getFields())) {
        // The frame of a page is there wherever the page is.
        if (/(Connection|Edge)$/.test(type.name) && ['edges', 'pageInfo', 'cursor'].includes(field.name))
          continue;
        const isKey = keys[type.name]?.includes(field.name) ?? false;
        expect([type.name, field.name, String(field.type).includes('!')]).toEqual([
          type.name,
          field.name,
          isKey,
        ]);
        if (isKey) expect(isNonNullType(field.type)).toBe(true);
      }
    }
  });

  test('protects every entity field', () => {
    for (const type of Object.keys(schoolEntities)) {
      const fields = new RegExp(`type ${type} [^{]*\\{([\\s\\S]*?)\\n\\}`).exec(contractSdl)?.[1] ?? '';
      const lines = fields
        .replace(/"""[\s\S]*?"""/g, '')
        .split('\n')
        .filter((line) => /^\s{2}\w+(\(.*\))?:/.test(line));
      expect(lines.length).toBeGreaterThan(10);
      for (const line of lines) expect(line).toMatch(/@authenticated|@policy/);
    }
  });
});
