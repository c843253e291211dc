/** The part of autocannon that the bench uses; the package ships no types. */
declare module 'autocannon' {
  import type { EventEmitter } from 'node:events';

  export interface Connection extends EventEmitter {
    setHeaders(headers: Record<string, string>): void;
  }

  export interface Options {
    readonly url: string;
    readonly method: string;
    readonly body: string;
    readonly headers: Record<string, string>;
    readonly connections: number;
    /** Seconds. */
    readonly duration: number;
    readonly setupClient: (connection: Connection) => void;
  }

  export interface Result {
    readonly errors: number;
    readonly timeouts: number;
    readonly non2xx: number;
    readonly mismatches: number;
  }

  export default function autocannon(options: Options): Promise<Result>;
}
