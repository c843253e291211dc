import pg from 'pg';

/** A statement as it goes to PostgreSQL. */
export interface OpeningStatement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** The part of pg's connection that a query writes to. */
interface Wire {
  readonly stream: { cork(): void; uncork(): void };
  parse(message: { text: string }): void;
  bind(message: { values: readonly unknown[]; valueMapper: (value: unknown) => unknown }): void;
  execute(message: object): void;
}

/** What pg's query does and its types do not tell. */
interface QueryInternals {
  prepare(wire: Wire): void;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, wire: Wire): void;
}

/** pg's query, with the parts that its types leave out. */
const Query = pg.Query as unknown as new (
  config: { text: string; values: readonly unknown[]; queryMode: 'extended' },
  callback: (error: Error | undefined, result: pg.QueryResult) => void,
) => QueryInternals;

/**
 * The first statement of a transaction with those that open it before it, in one message series. PostgreSQL skips
 * everything up to the end of a series once a part of it has failed, so the statement never runs outside the
 * transaction or as nobody (PostgreSQL documentation, "Extended Query", "Pipelining").
 */
export class OpeningQuery extends Query {
  readonly opening: readonly OpeningStatement[];
  #toPass: number;

  constructor(
    opening: readonly OpeningStatement[],
    statement: OpeningStatement,
    callback: (error: Error | undefined, result: pg.QueryResult) => void,
  ) {
    super({ ...statement, queryMode: 'extended' }, callback);
    this.opening = opening;
    this.#toPass = opening.length;
  }

  override prepare(wire: Wire): void {
    for (const { text, values } of this.opening) {
      wire.parse({ text });
      wire.bind({ values, valueMapper: String });
      wire.execute({});
    }
    super.prepare(wire);
  }

  /** What the opening statements answer is of no interest. */
  override handleDataRow(message: unknown): void {
    if (this.#toPass === 0) super.handleDataRow(message);
  }

  override handleCommandComplete(message: unknown, wire: Wire): void {
    if (this.#toPass === 0) super.handleCommandComplete(message, wire);
    else this.#toPass -= 1;
  }
}

const nothing = { command: '', rowCount: 0, oid: 0, rows: [], fields: [] } satisfies pg.QueryResult;

/**
 * A connection whose transactions open with their first statement. `begin` and the session's variables are kept back
 * until then and go out in the same write; a transaction in which nothing was asked sends nothing. Of the eight
 * messages of a transaction with one read, that leaves four.
 */
export class TransactionClient extends pg.Client {
  #opening: OpeningStatement[] = [];

  constructor(config?: pg.ClientConfig) {
    super(config);
    const send = this.query.bind(this) as (...args: unknown[]) => unknown;
    const query = (...args: unknown[]): unknown => {
      const [text, given, last] = args;
      if (typeof text !== 'string' || typeof last === 'function') return send(...args);
      const values = Array.isArray(given) ? (given as unknown[]) : [];
      return this.#keepsBack(text, values) ? Promise.resolve(nothing) : this.#send(send, { text, values });
    };
    this.query = query as typeof this.query;
  }

  #keepsBack(text: string, values: readonly unknown[]): boolean {
    const isOpen = this.#opening.length > 0;
    const opens = isOpen ? text.startsWith('select set_config(') : text === 'begin';
    if (opens) this.#opening.push({ text, values });
    const closes = isOpen && (text === 'commit' || text === 'rollback');
    if (closes) this.#opening = [];
    return opens || closes;
  }

  #send(send: (...args: unknown[]) => unknown, statement: OpeningStatement): unknown {
    if (this.#opening.length === 0) return send(statement.text, statement.values);
    const opening = this.#opening;
    this.#opening = [];
    return new Promise((resolve, reject) => {
      send(
        new OpeningQuery(opening, statement, (error, result) => (error ? reject(error) : resolve(result))),
      );
    });
  }
}
