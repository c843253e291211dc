import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { XmlFault, type XmlLimits } from './xml-fault.js';
import { checkXmlShape } from './xml-shape.js';

/** An element with its names resolved. */
export interface XmlElement {
  /** Without prefix. */
  readonly name: string;
  /** Empty for none. */
  readonly namespace: string;
  /** By name; one of a namespace as `{namespace}name`. Declarations of namespaces are left out. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Its own text, references replaced, without that of its children. */
  readonly text: string;
  readonly parent: XmlElement | null;
}

const attributesOf = ':@';
const textOf = '#text';
const cdataOf = '#cdata';

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  cdataPropName: cdataOf,
  textNodeName: textOf,
  // Everything stays text, as the system writes it: credits are exact decimals and codes have leading zeros.
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  // References are replaced below, where one that is not known is refused instead of passed on.
  processEntities: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  // Paths of elements are for callbacks, of which there are none; building them takes half of the time.
  jPath: false,
  maxNestedTags: 10_000,
});

type Node = Readonly<Record<string, unknown>>;
type Scope = ReadonlyMap<string, string>;

/**
 * Reads a document whose text is known. Namespaces are resolved (Namespaces in XML 1.0), references are the five of
 * XML and numbers of characters; a document type is refused.
 * @throws XmlFault
 */
export function readXml(text: string, limits: XmlLimits): XmlElement {
  checkXmlShape(text, limits);
  const valid = XMLValidator.validate(text);
  if (valid !== true) throw new XmlFault('NOT_WELL_FORMED', valid.err.line);
  let nodes: readonly Node[];
  try {
    nodes = parser.parse(text) as Node[];
  } catch (cause) {
    throw Object.assign(new XmlFault('NOT_WELL_FORMED'), { cause });
  }
  const root = nodes.find((node) => nameOf(node) !== textOf);
  if (root === undefined) throw new XmlFault('NOT_XML');
  return elementOf(root, null, new Map([['xml', 'http://www.w3.org/XML/1998/namespace']]));
}

function elementOf(node: Node, parent: XmlElement | null, outer: Scope): XmlElement {
  const tag = nameOf(node);
  const raw = Object.entries((node[attributesOf] as Record<string, string> | undefined) ?? {});
  const scope = scopeOf(raw, outer);
  const { namespace, name } = resolved(tag, scope, scope.get('') ?? '');
  const attributes = new Map<string, string>();
  for (const [qualified, value] of raw) {
    if (qualified === 'xmlns' || qualified.startsWith('xmlns:')) continue;
    const own = resolved(qualified, scope, '');
    attributes.set(own.namespace === '' ? own.name : `{${own.namespace}}${own.name}`, replaced(value));
  }
  const children: XmlElement[] = [];
  let text = '';
  const element: XmlElement = {
    name,
    namespace,
    attributes,
    children,
    parent,
    get text() {
      return text;
    },
  };
  for (const child of node[tag] as readonly Node[]) {
    const kind = nameOf(child);
    if (kind === textOf) text += replaced(String(child[textOf]));
    else if (kind === cdataOf)
      text += (child[cdataOf] as Node[]).map((part) => String(part[textOf])).join('');
    else children.push(elementOf(child, element, scope));
  }
  return element;
}

function nameOf(node: Node): string {
  return Object.keys(node).find((key) => key !== attributesOf) ?? textOf;
}

function scopeOf(raw: readonly (readonly [string, string])[], outer: Scope): Scope {
  const declared = raw.filter(([name]) => name === 'xmlns' || name.startsWith('xmlns:'));
  if (declared.length === 0) return outer;
  const scope = new Map(outer);
  for (const [name, uri] of declared) scope.set(name === 'xmlns' ? '' : name.slice(6), replaced(uri));
  return scope;
}

function resolved(qualified: string, scope: Scope, unprefixed: string): { namespace: string; name: string } {
  const colon = qualified.indexOf(':');
  if (colon < 0) return { namespace: unprefixed, name: qualified };
  const namespace = scope.get(qualified.slice(0, colon));
  if (!namespace) throw new XmlFault('NOT_WELL_FORMED', null, 'a prefix without a namespace');
  return { namespace, name: qualified.slice(colon + 1) };
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function replaced(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#x([0-9A-Fa-f]{1,6});|#(\d{1,7});|(\w+);)?/g,
    (_, hex?: string, decimal?: string, name?: string) => {
      const known = name === undefined ? characterOf(hex, decimal) : named[name];
      if (known === undefined) throw new XmlFault('ENTITY_UNKNOWN');
      return known;
    },
  );
}

/** The character of a reference; undefined for what XML 1.0 does not have (section 2.2). */
function characterOf(hex: string | undefined, decimal: string | undefined): string | undefined {
  const code = hex === undefined ? Number(decimal ?? Number.NaN) : Number.parseInt(hex, 16);
  const isCharacter =
    code === 9 ||
    code === 10 ||
    code === 13 ||
    (code >= 0x20 && code <= 0xd7ff) ||
    (code >= 0xe000 && code <= 0xfffd) ||
    (code >= 0x10000 && code <= 0x10ffff);
  return isCharacter ? String.fromCodePoint(code) : undefined;
}
