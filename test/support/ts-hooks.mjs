/** Lets Node run the sources as they are: an import of `x.js` finds `x.ts`, and Node strips the types. */
import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, next) {
    if (!/^\.{1,2}\/.*\.js$/.test(specifier) || !context.parentURL?.endsWith('.ts'))
      return next(specifier, context);
    return next(specifier.replace(/\.js$/, '.ts'), context);
  },
});
