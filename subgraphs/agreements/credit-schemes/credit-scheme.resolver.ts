import { Ctx, Query, Resolver } from 'type-graphql';
import { Public } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import { creditSchemePresets } from './credit-scheme.presets.js';
import { CreditScheme } from './credit-scheme.types.js';

/** The credit schemes of the alliance. */
@Resolver(() => CreditScheme)
export class CreditSchemeResolver {
  @Query(() => [CreditScheme], {
    nullable: true,
    description: 'The credit schemes that amounts are given in.',
  })
  @Public()
  creditSchemes(@Ctx() { scope }: RoomContext): CreditScheme[] {
    return creditSchemePresets.map(({ nameZh, name, hoursPerCredit, ...scheme }) => ({
      ...scheme,
      name: scope.locale === 'en' ? name : nameZh,
      hoursPerCredit: hoursPerCredit === null ? null : { ...hoursPerCredit },
    }));
  }
}
