import { describe, expect, test } from '@jest/globals';
import { AmrloError, messageOf, refuse } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import { catalogue, type ErrorCode } from '../../subgraphs/kit/base/errors/catalogue.js';
import { domainErrors } from '../../subgraphs/kit/base/errors/domain-errors.js';
import { institutionsErrors } from '../../subgraphs/kit/base/errors/institutions-errors.js';
import { platformErrors } from '../../subgraphs/kit/base/errors/platform-errors.js';
import { storageErrors } from '../../subgraphs/kit/base/errors/storage-errors.js';

const codes = Object.keys(catalogue) as ErrorCode[];
const placeholders = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

describe('the error catalogue', () => {
  test('has every code once', () => {
    const groups = [platformErrors, storageErrors, domainErrors, institutionsErrors];
    const files = groups.map((file) => Object.keys(file).length);
    expect(codes.length).toBe(files.reduce((sum, count) => sum + count));
    for (const code of codes) expect(code).toMatch(/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/);
  });

  test.each(codes)('says %s in Chinese and English, with the same particulars', (code) => {
    const { zh, en } = catalogue[code];
    expect(zh).toMatch(/[\u4e00-\u9fff：]/);
    expect(en).toMatch(/^[\x20-\x7e]+$/);
    expect([...new Set(placeholders(zh))]).toEqual([...new Set(placeholders(en))]);
    expect(zh.replace(/\{\w+\}/g, '')).not.toMatch(/[{}]/);
  });

  test.each(codes)('gives %s a status that fits its kind', (code) => {
    const { kind, status, retryable } = catalogue[code];
    expect(status).toBeGreaterThanOrEqual(200);
    expect(status).toBeLessThan(600);
    if (kind === 'refusal') {
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
    }
    if ([429, 503, 504].includes(status)) expect(retryable).toBe(true);
    if ([401, 403, 404].includes(status)) expect(retryable).toBe(false);
  });

  test('fills the particulars, and leaves no brace where one was not given', () => {
    expect(messageOf('PAGE_SIZE_INVALID', { max: 100 }, 'en')).toBe('A page has 1 to 100 items.');
    expect(messageOf('PAGE_SIZE_INVALID', {}, 'en')).toBe('A page has 1 to  items.');
    expect(messageOf('NOT_FOUND', { type: '$&', id: '{type}' }, 'en')).toContain('$& {type} was not found');
  });

  test('tells refusals, which a person can act on, from faults', () => {
    expect(refuse('NOT_FOUND').isRefusal).toBe(true);
    expect(new AmrloError('INTERNAL').isRefusal).toBe(false);
  });
});
