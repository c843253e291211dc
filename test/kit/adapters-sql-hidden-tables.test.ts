import { describe, expect, test } from '@jest/globals';
import { StatementFault } from '../../subgraphs/adapters/drivers/sql/statement-tokens.js';
import { check } from './sql-question.js';

describe('a table that hides between tables', () => {
  test.each([
    'SELECT u.X FROM {schema}.T x STRAIGHT_JOIN mysql.user u',
    'SELECT u.X FROM {schema}.T x JOIN {schema}.V v ON v.K = x.K STRAIGHT_JOIN mysql.user u',
    'SELECT X FROM {schema}.T x JOIN {schema}.V v ON v.K = 1 STRAIGHT_JOIN mysql.user',
    'SELECT X FROM {schema}.T NATURAL JOIN mysql.user u',
    'SELECT X FROM {schema}.T x CROSS APPLY mysql.f(x.K) u',
    'SELECT X FROM {schema}.T x OUTER APPLY (SELECT 1 AS K) u',
    'SELECT X FROM {schema}.T x FULL OUTER mysql.user u',
    'SELECT X FROM {schema}.T x CROSS mysql.user u',
    'SELECT X FROM {schema}.T x CROSS JOIN mysql.user u',
    'SELECT X FROM {schema}.T x LEFT OUTER JOIN mysql.user u ON 1 = 1',
    'SELECT X FROM {schema}.T x, mysql.user u',
    'SELECT X FROM ({schema}.T x JOIN mysql.user u ON 1 = 1)',
    'SELECT X FROM ({schema}.T x, (mysql.user u))',
    // Keywords that are none for some database, which takes them for an alias.
    'SELECT X FROM {schema}.T OFFSET, mysql.user u',
    'SELECT X FROM {schema}.T AS OFFSET, mysql.user u',
    'SELECT X FROM {schema}.T LIMIT, mysql.user u',
    'SELECT X FROM {schema}.T MINUS, mysql.user u',
    'SELECT X FROM {schema}.T x JOIN {schema}.U FETCH, mysql.user u',
    'SELECT X FROM {schema}.T x WHERE , mysql.user u',
    'SELECT X FROM ONLY mysql.user',
    'SELECT X FROM ONLY {schema}.T x',
    'SELECT X FROM {schema}.T TABLESAMPLE SYSTEM (10)',
    'SELECT X FROM {schema}.T x SAMPLE (1)',
    'SELECT X FROM {schema}.T AS OF TIMESTAMP 1',
    'SELECT X FROM {schema}.T PARTITION (p0)',
    'SELECT X FROM {schema}.T MATCH_RECOGNIZE (PATTERN (A))',
    "SELECT X FROM {schema}.T x, XMLTABLE('x' PASSING x.D) u",
    "SELECT X FROM JSON_TABLE('[]', '$' COLUMNS (a int)) u",
    'SELECT X FROM unnest(1) u',
    'SELECT X FROM {schema}.f(1) u',
    'SELECT X FROM ROWS FROM (pg_ls_dir(1)) u',
    'SELECT X FROM (VALUES (1)) u',
    'SELECT X FROM {schema}.T x, LATERAL (SELECT 1 AS Y FROM mysql.user) b',
    'SELECT X FROM {schema}.T * x',
    // New names for columns by their place.
    'SELECT YEAR.b FROM {schema}.T YEAR (a, b)',
    'SELECT x.b FROM {schema}.T AS x (a, b)',
    'SELECT j FROM ({schema}.T a JOIN {schema}.U b ON a.K = b.K) j',
    'SELECT j.K FROM {schema}.T a JOIN {schema}.U b USING (K) AS j',
    // Further questions.
    'SELECT x.K FROM {schema}.T x WHERE x.K IN ((SELECT y.K FROM {schema}.U y) UNION SELECT usename FROM pg_user)',
    'SELECT x.K FROM {schema}.T x WHERE EXISTS ((SELECT 1 FROM {schema}.U) UNION ALL SELECT 1 FROM pg_user)',
    'SELECT COALESCE((SELECT usename FROM pg_user), 1) AS K FROM {schema}.T x',
    'SELECT x.K FROM {schema}.T x UNION SELECT usename FROM pg_user',
    'SELECT x.K FROM {schema}.T x ORDER BY (SELECT usename FROM pg_user)',
    'SELECT CASE WHEN (x.K IS NOT DISTINCT FROM 1) THEN (SELECT 1 FROM pg_user) END AS K FROM {schema}.T x',
    'SELECT x.K FROM {schema}.T x WHERE (x.K NOT DISTINCT FROM pg_user)',
    // Names of WITH mean nothing before their bracket closes, nor in other capitals.
    'WITH pg_user AS (SELECT pg_user.usename AS N FROM pg_user) SELECT pg_user.N FROM pg_user',
    'WITH a AS (SELECT pg_user.N FROM pg_user), pg_user AS (SELECT 1 AS N) SELECT a.N FROM a',
    'WITH "PG_USER" AS (SELECT 1 AS USENAME) SELECT pg_user.usename FROM pg_user',
    'WITH RECURSIVE pg_user AS (SELECT 1 AS N) SELECT pg_user.N FROM pg_user',
    'WITH unnest AS (SELECT 1 AS N) SELECT u.N FROM unnest(1) u',
    'WITH a (N) AS (SELECT 1 AS N) SELECT a.N FROM a',
    'WITH a AS (SELECT 1 AS N), a AS (SELECT 2 AS N) SELECT a.N FROM a',
    'SELECT x.K, (WITH u AS (SELECT 1 AS N FROM pg_user) SELECT u.N FROM u) AS N FROM {schema}.T x',
    'SELECT 1 AS X, pg_user AS (SELECT 1) FROM pg_user',
    'SELECT x.K FROM "BASE".T x',
    'SELECT x.K FROM BASE.T x',
    // Two aliases that are one here and two in the database.
    'SELECT "A".hstore FROM {schema}.T "A", (SELECT 1 AS hstore) a',
    'SELECT x.K FROM {schema}.T "A" WHERE EXISTS (SELECT "A".hstore FROM (SELECT 1 AS hstore) a)',
  ])('is found: %s', (text) => {
    expect(() => check(text)).toThrow(StatementFault);
  });

  test.each([
    'SELECT x.K, mysql.user FROM {schema}.T x',
    'SELECT x.K.hstore FROM {schema}.T x',
    'SELECT {schema}.T.hstore FROM {schema}.T',
    'SELECT (x.K).hstore FROM {schema}.T x',
    'SELECT y.K FROM {schema}.T x WHERE 1 = (SELECT 1 FROM {schema}.U y)',
    'SELECT q.hstore FROM (SELECT a.X FROM {schema}.T a) q',
    'WITH q AS (SELECT a.X FROM {schema}.T a) SELECT q.hstore FROM q',
  ])('no column stands outside its table: %s', (text) => {
    expect(() => check(text)).toThrow(StatementFault);
  });

  test.each([
    "SELECT x.K FROM {schema}.T x FULL OUTER JOIN base.U u ON u.K = x.K AND u.D > INTERVAL '1' DAY CROSS JOIN {schema}.V v",
    'SELECT x.K FROM {schema}.T x INNER JOIN base.U u USING (K) RIGHT JOIN {schema}.V v ON LEFT(v.K, 2) = x.K WHERE x.K IS NULL',
    'SELECT x.K FROM {schema}.T x WHERE x.K IN ((SELECT y.K FROM {schema}.U y) UNION SELECT z.K FROM base.V z)',
    'WITH a AS (SELECT 1 AS N), b AS (SELECT a.N FROM a) SELECT b.N, (SELECT MAX(c.N) FROM a c WHERE c.N = b.N) AS M FROM b',
    'SELECT q.N FROM ((SELECT x.K AS N FROM {schema}.T x) UNION (SELECT y.K FROM {schema}.U y)) q ORDER BY q.N',
  ])('an ordinary statement is accepted: %s', (text) => {
    expect(check(text).text).toBe(text);
  });
});
