/** One row of the catalogue. */
export interface CatalogueEntry {
  /** `refusal`: the asking person can act on it (`userErrors`); `fault`: it goes to `errors`. */
  readonly kind: 'refusal' | 'fault';
  /** The HTTP status where the whole request fails with it. */
  readonly status: number;
  /** Whether the same request may succeed later without a change. */
  readonly retryable: boolean;
  /** The charter article, guide or specification that refuses, where one does. */
  readonly rule?: string;
  /** The message in Chinese; says what to do. `{name}` is filled from the error's parameters. */
  readonly zh: string;
  /** The message in English; says what to do. */
  readonly en: string;
}
