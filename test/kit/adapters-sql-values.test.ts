import { createRequire } from 'node:module';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { oracleAddress, sqlServerAddress } from '../../subgraphs/adapters/drivers/sql/database-url.js';
import { mysqlDialect } from '../../subgraphs/adapters/drivers/sql/mysql-dialect.js';
import { oracleDialect } from '../../subgraphs/adapters/drivers/sql/oracle-dialect.js';
import { oracleFetchOf, shortestSingle } from '../../subgraphs/adapters/drivers/sql/oracle-values.js';
import { postgresDialect } from '../../subgraphs/adapters/drivers/sql/postgres-dialect.js';
import { sqlServerDialect } from '../../subgraphs/adapters/drivers/sql/sqlserver-dialect.js';
import { sqlServerTextOf } from '../../subgraphs/adapters/drivers/sql/sqlserver-values.js';

const load = createRequire(import.meta.url);

/** The decoder of node-oracledb's thin driver. */
const { BaseBuffer } = load('oracledb/lib/impl/datahandlers/buffer.js') as {
  BaseBuffer: new (size: number) => {
    parseOracleNumber(bytes: Buffer): string;
    parseOracleDate(bytes: Buffer, local?: boolean): Date;
  };
};
/** The decoder of tedious. */
const tedious = load('tedious/lib/value-parser.js') as {
  readValue(
    bytes: Buffer,
    offset: number,
    column: Record<string, unknown>,
    options: Record<string, unknown>,
  ): { value: unknown };
};

describe('a value of Oracle', () => {
  const decoder = new BaseBuffer(16);

  test.each([
    ['12345678901234567890.12', [0xca, 13, 35, 57, 79, 91, 13, 35, 57, 79, 91, 13]],
    ['0.5', [0xc0, 51]],
    ['-3.5', [0x3e, 98, 51, 102]],
    ['86', [0xc1, 87]],
    ['0', [0x80]],
  ])('NUMBER %s is given with every digit', (text, bytes) => {
    expect(oracleFetchOf({ name: 'XF', dbTypeName: 'NUMBER', precision: 0 })).toEqual({
      asText: true,
      converter: undefined,
    });
    expect(Number(decoder.parseOracleNumber(Buffer.from(bytes)))).toBe(Number(text));
    expect(decoder.parseOracleNumber(Buffer.from(bytes)).replace(/^(-?)\./, '$10.')).toBe(text);
  });

  test('DATE is the day and time that it shows, in whatever time zone this process runs', () => {
    const date = decoder.parseOracleDate(Buffer.from([119, 188, 4, 10, 1, 1, 1]));
    const { converter } = oracleFetchOf({ name: 'CSRQ', dbTypeName: 'DATE', precision: undefined });
    expect(converter!(date)).toBe('1988-04-10 00:00:00');
    expect(converter!(null)).toBeNull();
  });

  test.each([
    ['VARCHAR2', null],
    ['CLOB', null],
    ['NVARCHAR2', null],
    ['BOOLEAN', ['1', true]],
    ['RAW', ['00FF', Buffer.from([0, 255])]],
    ['BINARY_DOUBLE', ['0.1', 0.1]],
    ['BINARY_FLOAT', ['0.1', Math.fround(0.1)]],
    ['TIMESTAMP WITH TIME ZONE', ['2026-01-15 18:22:33.5+08:00', new Date('2026-01-15T10:22:33.5Z')]],
    ['TIMESTAMP', ['2026-01-15 10:22:33', new Date(2026, 0, 15, 10, 22, 33)]],
  ])('%s is text', (dbTypeName, example) => {
    const { asText, converter } = oracleFetchOf({ name: 'X', dbTypeName, precision: 0 });
    expect(asText).toBe(example === null);
    if (example !== null) expect(converter!(example[1])).toBe(example[0]);
  });

  test.each([
    ['TIMESTAMP', 6, "TO_CHAR(…, 'YYYY-MM-DD HH24:MI:SS.FF6')"],
    ['BLOB', 0, 'write it as text with TO_CHAR'],
    ['INTERVAL DAY TO SECOND', 0, 'write it as text with TO_CHAR'],
  ])(
    '%s that the driver does not give exactly is refused with what to write',
    (dbTypeName, precision, said) => {
      expect(() => oracleFetchOf({ name: 'X', dbTypeName, precision })).toThrow(said);
    },
  );
});

describe('a value of SQL Server', () => {
  const column = (type: string, precision?: number, scale?: number) => ({
    name: 'X',
    type,
    precision,
    scale,
  });

  test('a decimal of up to 15 digits is given exactly, through the decoder of its driver', () => {
    const cases = fc
      .record({ precision: fc.integer({ min: 1, max: 15 }), share: fc.nat({ max: 15 }) })
      .chain(({ precision, share }) =>
        fc.record({
          precision: fc.constant(precision),
          scale: fc.constant(Math.min(share, precision)),
          unscaled: fc.bigInt({ min: 0n, max: 10n ** BigInt(precision) - 1n }),
        }),
      );
    fc.assert(
      fc.property(cases, ({ precision, scale, unscaled }) => {
        const bytes = Buffer.alloc(10);
        bytes[0] = 9;
        bytes[1] = 1;
        bytes.writeBigUInt64LE(unscaled, 2);
        const { value } = tedious.readValue(bytes, 0, { type: { name: 'DecimalN' }, precision, scale }, {});
        const digits = String(unscaled).padStart(scale + 1, '0');
        const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
        expect(sqlServerTextOf(column('decimal', precision, scale))(value)).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['decimal', 16, 2],
    ['numeric', 38, 10],
    ['money', 19, 4],
    ['datetimeoffset', 0, 7],
    ['varbinary', 0, 0],
    ['sql_variant', 0, 0],
  ])('%s(%i, %i) is refused with what to write', (type, precision, scale) => {
    expect(() => sqlServerTextOf(column(type, precision, scale))).toThrow('CONVERT(varchar(60), …)');
  });

  test.each([
    ['nvarchar', '优秀', '优秀'],
    ['bigint', '9007199254740993', '9007199254740993'],
    ['int', 86, '86'],
    ['bit', true, '1'],
    ['bit', false, '0'],
    ['real', Math.fround(0.1), '0.1'],
    ['float', 0.1, '0.1'],
    ['smallmoney', 1.5, '1.5000'],
    ['date', new Date('2026-01-15T00:00:00Z'), '2026-01-15'],
    ['datetime', new Date('2026-01-15T10:22:33.500Z'), '2026-01-15 10:22:33.5'],
    [
      'datetime2',
      Object.assign(new Date('2026-01-15T10:22:33.123Z'), { nanosecondsDelta: 0.0004567 }),
      '2026-01-15 10:22:33.1234567',
    ],
    ['time', new Date('1970-01-01T10:22:33Z'), '10:22:33'],
    ['varchar', null, null],
  ])('%s %s is text', (type, value, text) => {
    expect(sqlServerTextOf(column(type))(value)).toBe(text);
  });

  test('an instant is shown as clocks in China show it', () => {
    const text = sqlServerTextOf(column('datetimeoffset', 0, 3))(new Date('2026-01-15T20:00:00Z'));
    expect(text).toBe('2026-01-16 04:00:00+08:00');
  });
});

test('a number of single precision has no digits that nobody stored', () => {
  fc.assert(
    fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(Math.fround(Number(shortestSingle(value)))).toBe(value === 0 ? 0 : value);
    }),
  );
});

describe('the address of', () => {
  test('Oracle is read from a URL', () => {
    expect(oracleAddress('oracle://amrlo:p%40ss@db.school:1522/jwxt')).toEqual({
      user: 'amrlo',
      password: 'p@ss',
      connectString: 'db.school:1522/jwxt',
    });
    expect(oracleAddress('oracle://a:b@db/jwxt?protocol=tcps').connectString).toBe('tcps://db:2484/jwxt');
  });

  test('SQL Server is read from a URL, encrypted and checked unless it says otherwise', () => {
    expect(sqlServerAddress('mssql://amrlo:p%40ss@db.school/jwxt')).toEqual({
      server: 'db.school',
      port: 1433,
      instanceName: undefined,
      database: 'jwxt',
      user: 'amrlo',
      password: 'p@ss',
      encrypt: true,
      trustServerCertificate: false,
    });
    expect(sqlServerAddress('mssql://a:b@db/x?encrypt=false&instanceName=JW')).toMatchObject({
      encrypt: false,
      port: undefined,
      instanceName: 'JW',
    });
  });

  test.each([
    ['oracle://db/jwxt', 'must have the form oracle://'],
    ['oracle://a:b@db', 'must have the form oracle://'],
    ['oracle://a:b@db/x?wallet=1', 'may have protocol, not wallet'],
    ['oracle://a:b@db/x?protocol=udp', 'tcp or tcps'],
    ['oracle://a:100%@db/x', 'write %25'],
    ['oracle://a:b@db/x', 'two characters or more'],
    ['mssql://a:b@db/x?encrypt=yes', 'true or false'],
    ['mssql://a:b@db/x?mars=true', 'not mars'],
  ])('%s is refused without being repeated', (url, said) => {
    const read = () => (url.startsWith('oracle') ? oracleAddress(url) : sqlServerAddress(url));
    expect(read).toThrow(said);
    expect(read).not.toThrow('a:b');
  });
});

test.each([
  [postgresDialect, '$2', 'CAST($2 AS numeric)', 'LIMIT 5'],
  [mysqlDialect, '?', 'CAST(? AS DECIMAL(65, 0))', 'LIMIT 5'],
  [oracleDialect, ':2', 'TO_NUMBER(:2)', 'FETCH FIRST 5 ROWS ONLY'],
  [sqlServerDialect, '@p2', 'CAST(@p2 AS numeric(38, 0))', 'OFFSET 0 ROWS FETCH NEXT 5 ROWS ONLY'],
])('$name writes parameters and limits in its own way', (dialect, second, number, limit) => {
  expect([dialect.placeholder(2), dialect.number(dialect.placeholder(2)), dialect.limit(5)]).toEqual([
    second,
    number,
    limit,
  ]);
});

test.each([
  [postgresDialect, { code: '57014' }, 'STOPPED'],
  [postgresDialect, { code: '40001' }, 'CONFLICT'],
  [postgresDialect, { code: '23505' }, 'RULE_BROKEN'],
  [postgresDialect, { code: 'ECONNREFUSED' }, null],
  [mysqlDialect, { errno: 1969 }, 'STOPPED'],
  [mysqlDialect, { errno: 1213 }, 'CONFLICT'],
  [mysqlDialect, { errno: 1062 }, 'RULE_BROKEN'],
  [mysqlDialect, new Error('lost'), null],
  [oracleDialect, { code: 'ORA-01013' }, 'STOPPED'],
  [oracleDialect, { code: 'NJS-123' }, 'STOPPED'],
  [oracleDialect, { code: 'ORA-00060' }, 'CONFLICT'],
  [oracleDialect, { code: 'ORA-00001' }, 'RULE_BROKEN'],
  [oracleDialect, { code: 'NJS-138' }, null],
  [sqlServerDialect, { code: 'ETIMEOUT' }, 'STOPPED'],
  [sqlServerDialect, { code: 'ECANCEL' }, 'STOPPED'],
  [sqlServerDialect, { code: 'EREQUEST', number: 1205 }, 'CONFLICT'],
  [sqlServerDialect, { code: 'EREQUEST', number: 2627 }, 'RULE_BROKEN'],
  [sqlServerDialect, { code: 'ELOGIN' }, null],
])('$name: what the server says is told from its error %j', (dialect, error, said) => {
  expect(dialect.says(error)).toBe(said);
});
