/** The part of saxen 11 that is used here; the package brings no types. */
declare module 'saxen' {
  type Decode = (text: string) => string;

  export class Parser {
    on(
      event: 'openTag',
      told: (name: string, attributes: () => Readonly<Record<string, string>>, decode: Decode) => void,
    ): this;
    on(event: 'text', told: (text: string, decode: Decode) => void): this;
    on(event: 'closeTag' | 'cdata' | 'comment' | 'question', told: (text: string) => void): this;
    on(event: 'attention', told: () => void): this;
    on(event: 'error', told: (error: Error) => void): this;
    write(xml: string): this;
    end(): Error | null;
  }
}
