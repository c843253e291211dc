import { raw } from '@mikro-orm/postgresql';

/**
 * The condition that a column holds one of the ids that a statement selects; for policies whose rows belong to a row of
 * another table, and would else have to repeat what is written there. Row-level security holds inside the statement too.
 * @param select an SQL select of one column, with `?` for each parameter
 */
export function idsIn(select: string, parameters: readonly string[]): { readonly $in: string[] } {
  // MikroORM takes a fragment wherever it takes a value; its types say so only of some.
  return { $in: raw(`(${select})`, [...parameters]) as never };
}
