/** What is needed to reach an Oracle database. */
export interface OracleAddress {
  readonly user: string;
  readonly password: string;
  /** Easy Connect: `host:port/service`, or with `tcps://` in front. */
  readonly connectString: string;
}

/** What is needed to reach a SQL Server database. */
export interface SqlServerAddress {
  readonly server: string;
  /** Undefined where a named instance is asked for its port. */
  readonly port: number | undefined;
  readonly instanceName: string | undefined;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly encrypt: boolean;
  readonly trustServerCertificate: boolean;
}

/**
 * Reads `oracle://user:password@host:1521/service`; `?protocol=tcps` for an encrypted line.
 * @throws Error with one sentence that does not repeat the URL, because it holds a password
 */
export function oracleAddress(text: string): OracleAddress {
  const { url, user, password, name } = parts(text, 'oracle://user:password@host:1521/service', ['protocol']);
  const protocol = url.searchParams.get('protocol') ?? 'tcp';
  if (protocol !== 'tcp' && protocol !== 'tcps') {
    throw new Error('The protocol of an Oracle URL must be tcp or tcps.');
  }
  if (!/^[A-Za-z0-9][A-Za-z0-9,.-]+$/.test(name)) {
    throw new Error(
      'The service of an Oracle URL must have two characters or more, of letters, digits, dots and hyphens.',
    );
  }
  const host = `${url.hostname}:${url.port || (protocol === 'tcps' ? '2484' : '1521')}/${name}`;
  return { user, password, connectString: protocol === 'tcps' ? `tcps://${host}` : host };
}

/**
 * Reads `mssql://user:password@host:1433/database`. The line is encrypted and the server's certificate is checked
 * unless the URL says `?encrypt=false` or `?trustServerCertificate=true`; `?instanceName=…` names an instance.
 * @throws Error with one sentence that does not repeat the URL, because it holds a password
 */
export function sqlServerAddress(text: string): SqlServerAddress {
  const options = ['encrypt', 'trustServerCertificate', 'instanceName'];
  const { url, user, password, name } = parts(text, 'mssql://user:password@host:1433/database', options);
  const flag = (option: string, otherwise: boolean): boolean => {
    const value = url.searchParams.get(option);
    if (value !== null && value !== 'true' && value !== 'false') {
      throw new Error(`${option} in a SQL Server URL must be true or false.`);
    }
    return value === null ? otherwise : value === 'true';
  };
  const instanceName = url.searchParams.get('instanceName') ?? undefined;
  return {
    server: url.hostname,
    port: instanceName === undefined ? Number(url.port || '1433') : undefined,
    instanceName,
    database: name,
    user,
    password,
    encrypt: flag('encrypt', true),
    trustServerCertificate: flag('trustServerCertificate', false),
  };
}

function parts(text: string, form: string, options: readonly string[]) {
  const url = URL.canParse(text) ? new URL(text) : null;
  const name = url === null ? '' : decoded(url.pathname.slice(1));
  if (url === null || url.hostname === '' || url.username === '' || name === '' || name.includes('/')) {
    throw new Error(`The URL of the school database must have the form ${form}.`);
  }
  for (const option of url.searchParams.keys()) {
    if (!options.includes(option)) {
      throw new Error(`The URL of the school database may have ${options.join(', ')}, not ${option}.`);
    }
  }
  return { url, name, user: decoded(url.username), password: decoded(url.password) };
}

/**
 * Reads what every URL of a database has, before a client library does in its own words.
 * @param setting that it stands in
 * @throws Error with one sentence that names the setting and does not repeat the URL, because it holds a password
 */
export function checkDatabaseUrl(text: string, setting: string): void {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) {
    throw new Error(`${setting} must be a URL of the form scheme://user:password@host:port/database.`);
  }
  try {
    for (const part of [url.username, url.password, url.pathname]) decoded(part);
    if (url.protocol === 'oracle:') oracleAddress(text);
    if (url.protocol === 'mssql:') sqlServerAddress(text);
  } catch (error) {
    throw new Error(`${setting}: ${(error as Error).message}`, { cause: error });
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error('The URL of the school database has a % that begins no character; write %25 for it.');
  }
}
