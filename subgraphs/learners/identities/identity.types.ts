import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { DateTimeScalar } from '../../kit/room/schema/scalars.js';

/** The kinds of documents that prove who somebody is. */
export enum IdentityDocumentType {
  RESIDENT_IDENTITY_CARD = 'RESIDENT_IDENTITY_CARD',
}
registerEnumType(IdentityDocumentType, {
  name: 'IdentityDocumentType',
  description: 'A kind of document that proves who somebody is. RESIDENT_IDENTITY_CARD is 居民身份证.',
});

/** An identity document of a learner, with its number masked for everybody. */
@ObjectType({ description: 'An identity document; its number is masked for everybody, its holder included.' })
export class PersonIdentity {
  @Field(() => ID)
  id!: string;

  @Field(() => IdentityDocumentType)
  documentType!: IdentityDocumentType;

  @Field(() => String, { description: 'The state that issued the document, ISO 3166-1 alpha-2.' })
  issuer!: string;

  @Field(() => String, { description: 'For example 640*************2X.' })
  maskedNumber!: string;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When the original was seen; null until then.',
  })
  verifiedAt!: Date | null;
}
