import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parseSchoolFile } from '../../subgraphs/adapters/school-file.js';
import { schoolFixtures } from '../../subgraphs/adapters/schools.js';

const text = readFileSync(`${schoolFixtures('turku-uas')}/../school.yaml`, 'utf8');
const lineOf = (part: string): number => text.slice(0, text.indexOf(part)).split('\n').length;

describe('the declaration of a SOAP service', () => {
  test('is acceptable as the school writes it', () => {
    expect(parseSchoolFile('school.yaml', text).driver.kind).toBe('soap');
  });

  test.each([
    ['Laajuus/Opintopiste', 'Laajuus//Opintopiste', 'Laajuus/Opintopiste', 'is not a path'],
    ['Laajuus/Opintoviikko', 'old:Laajuus', 'Laajuus/Opintoviikko', '"old:" stands for no namespace'],
    ["Nimi[@kieli='sv']", 'Nimi[sv]', "Nimi[@kieli='sv']", '"[sv]" is not a condition'],
    [
      'number: KansallinenOppijanumero',
      "number: '{studentNumber}'",
      'number: Kansal',
      'one number is asked at a time',
    ],
    ['operation: everything', 'operation: nothing', 'operation: everything', 'is none of the operations'],
    ["'{clientId}'", "'{password}'", 'luku:tunnus', 'one of {studentNumber}, {clientId}'],
    ["'{clientId}'", "'{clientId} '", 'luku:tunnus', 'must be a plain text'],
    ["luku:tunnus: '{clientId}'", "new:tunnus: '{clientId}'", 'request:', '"new:" stands for no namespace'],
    ['unprefixed: virta', 'unprefixed: virt', 'unprefixed: virta', 'is none of the prefixes'],
    ["'{studentNumber}'", 'everybody', 'operation: everything', 'must ask with {studentNumber}'],
    ['keys: 200', 'keys: many', 'keys: 200', 'must be a number'],
    ["where: { Laji: '2' }", "where: { '/': '2' }", "where: { Laji: '2' }", 'is not a path'],
  ])('with %s written %s is refused with its line', (right, wrong, at, message) => {
    const broken = text.replace(right, wrong);
    expect(broken).not.toBe(text);
    const refusal = (() => {
      try {
        parseSchoolFile('school.yaml', broken);
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    })();
    expect(refusal).toContain(`school.yaml:${lineOf(at)}: driver.`);
    expect(refusal).toContain(message);
  });
});
