import { Kind, parse, visit } from 'graphql';
import type { FailingCase } from './campaign.js';

/**
 * Faults of ours that are known and not repaired yet: a campaign passes over what they explain, and every one has a case
 * with `openFault` that begins to fail when it is repaired. An entry goes when its case does.
 */
const openFaults: readonly {
  readonly title: string;
  readonly explains: (found: FailingCase) => boolean;
}[] = [
  {
    title: 'an interface object is asked for what the client selects of any of its types',
    // A field that fails costs other fields of its object then, and an error says so; anything else is another fault.
    explains: ({ failing, untrue }) =>
      untrue.length === 0 &&
      failing.failures.some(
        (one) =>
          one.kind === 'field' &&
          Object.values(failing.subgraphs).some((sdl) => isOnInterfaceObject(sdl, one.type, one.field)),
      ),
  },
];

/** The known fault of ours that explains a failing case, if one does. */
export function toleratedFault(found: FailingCase): string | undefined {
  return openFaults.find(({ explains }) => explains(found))?.title;
}

/** Whether a field that may not be null is one of an interface object. */
function isOnInterfaceObject(sdl: string, type: string, field: string): boolean {
  let found = false;
  visit(parse(sdl), {
    ObjectTypeDefinition: ({ name, directives, fields }) =>
      void (found ||=
        name.value === type &&
        directives?.some((one) => one.name.value === 'interfaceObject') === true &&
        fields?.some((one) => one.name.value === field && one.type.kind === Kind.NON_NULL_TYPE) === true),
  });
  return found;
}
