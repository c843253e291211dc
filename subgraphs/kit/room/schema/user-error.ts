import 'reflect-metadata';
import { Directive, Field, ObjectType } from 'type-graphql';
import { catalogue } from '../../base/errors/catalogue.js';
import type { AmrloError } from '../../base/errors/amrlo-error.js';
import type { Locale } from '../../base/locale.js';

/** A refusal that the asking person can act on. */
@ObjectType({ description: 'A refusal that the asking person can act on; nothing was changed.' })
@Directive('@shareable')
export class UserError {
  @Field(() => String, { description: 'A stable code of the error catalogue.' })
  code!: string;

  @Field(() => String, { description: 'What to do, in the language of Accept-Language.' })
  message!: string;

  @Field(() => [String], {
    nullable: true,
    description: "Where in the mutation's arguments the refusal lies.",
  })
  path!: string[] | null;

  @Field(() => String, { nullable: true, description: 'The charter article or rule that refuses.' })
  rule!: string | null;
}

/** The user error of a refusal, in one language. */
export function userErrorOf(refusal: AmrloError, locale: Locale): UserError {
  return {
    code: refusal.code,
    message: refusal.messageIn(locale),
    path: refusal.path?.map(String) ?? null,
    rule: catalogue[refusal.code].rule ?? null,
  };
}
