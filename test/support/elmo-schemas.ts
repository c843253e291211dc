import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { elmoNamespace } from '../../subgraphs/adapters/drivers/drop/elmo/elmo-schema.js';

const shared = process.env['AMRLO_SHARED_DATA'] ?? new URL('../../../shared/data', import.meta.url).pathname;

/** The folder of the real ELMO schema, with an example; it does not travel with a clone. */
export const elmoFolder = join(shared, 'elmo');
const commonTypes = join(shared, 'ewp/_imports/architecture/common-types.xsd');

/** Why the real schemas cannot be used here; undefined where they can. */
export const elmoAbsent =
  existsSync(join(elmoFolder, 'schema.xsd')) && existsSync(commonTypes)
    ? undefined
    : 'the schemas of ELMO are not here';

/** A folder of schemas that is removed when it is no longer used. */
export interface SchemaFolder extends Disposable {
  readonly folder: string;
}

/** The real schemas in one folder, as a school's operator puts them together. */
export function realElmoSchemas(): SchemaFolder {
  return made((folder) => {
    cpSync(join(elmoFolder, 'schema.xsd'), join(folder, 'schema.xsd'));
    cpSync(join(elmoFolder, 'references'), join(folder, 'references'), { recursive: true });
    cpSync(commonTypes, join(folder, 'common-types.xsd'));
  });
}

/** A schema of ELMO's namespace that lets everything through, for what must be caught without one. */
export function laxElmoSchema(): SchemaFolder {
  return made((folder) =>
    writeFileSync(
      join(folder, 'lax.xsd'),
      `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="${elmoNamespace}"><xs:element name="elmo"/></xs:schema>`,
    ),
  );
}

function made(fill: (folder: string) => void): SchemaFolder {
  const folder = mkdtempSync(join(tmpdir(), 'amrlo-schemas-'));
  fill(folder);
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}
