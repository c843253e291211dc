import 'reflect-metadata';
import { Directive } from 'type-graphql';
import type { Role } from '../../base/identity/principal.js';

/**
 * The decorators that say in the SDL who may select a field; the gateway removes what the caller may not select
 * before it plans. Every root field and every field of an entity carries one of them (checked by `npm run check`).
 */

/** Anybody, signed in or not. Said out loud, so that "public" is never an omission. */
export function Public(): MethodDecorator & PropertyDecorator & ClassDecorator {
  return Directive('@public');
}

/** Anybody who is signed in; which rows they see is the row policy's decision. */
export function Authenticated(): MethodDecorator & PropertyDecorator & ClassDecorator {
  return Directive('@authenticated');
}

/** Holders of at least one of the roles. */
export function RequiresRole(...wanted: Role[]): MethodDecorator & PropertyDecorator & ClassDecorator {
  const alternatives = wanted.map((role) => `["${role}"]`).join(', ');
  return Directive(`@policy(policies: [${alternatives}])`);
}
