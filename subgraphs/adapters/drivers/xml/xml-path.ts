import type { XmlElement } from './xml-document.js';

/*
 * A small part of XPath 1.0 with which a school file addresses elements and attributes:
 *
 *     Laajuus/Opintopiste           the only element of that name in the only element of that name
 *     Nimi[@kieli='fi']             the only one with that attribute
 *     Organisaatio[Rooli='2']/Koodi the only one with a child of that text
 *     Tila[max(AlkuPvm)]/Koodi      the one whose child has the greatest text, as dates written year first have
 *     Kansalaisuus[1]               by position
 *     @avain, ../../@avain          an attribute, of an element further up
 *
 * Where a path fits several elements it says nothing: which of them is meant would be a guess.
 */

/** Where names of a path belong. */
export interface PathNamespaces {
  readonly prefixes: Readonly<Record<string, string>>;
  /** The namespace of elements without a prefix. */
  readonly unprefixed: string;
}

interface Name {
  readonly namespace: string;
  readonly name: string;
}
type Condition =
  | { readonly kind: 'POSITION'; readonly position: number }
  | { readonly kind: 'ATTRIBUTE'; readonly name: string; readonly value: string }
  | { readonly kind: 'CHILD'; readonly child: Name; readonly value: string }
  | { readonly kind: 'GREATEST'; readonly child: Name };
type Step =
  | { readonly kind: 'PARENT' }
  | { readonly kind: 'ATTRIBUTE'; readonly name: string }
  | { readonly kind: 'ELEMENT'; readonly element: Name; readonly condition: Condition | undefined };

/** A path, read. */
export type XmlPath = readonly Step[];

const nameForm = String.raw`(?:[A-Za-z_][\w.-]*:)?[A-Za-z_\u00C0-\u024F][\w.\u00C0-\u024F-]*`;
const stepForm = new RegExp(String.raw`^(${nameForm})(?:\[(.+)\])?$`);
const equalForm = new RegExp(String.raw`^(@?)(${nameForm})\s*=\s*(['"])(.*)\3$`);
const greatestForm = new RegExp(String.raw`^max\((${nameForm})\)$`);

/**
 * Reads a path.
 * @throws Error that says what is wrong with it
 */
export function parseXmlPath(text: string, namespaces: PathNamespaces): XmlPath {
  const steps = text.match(/(?:\[[^\]]*\]|[^/[])+/g) ?? [];
  if (steps.join('/') !== text || text === '') throw new Error(`"${text}" is not a path`);
  return steps.map((step, at) => parseStep(step, at === steps.length - 1, namespaces));
}

function parseStep(step: string, isLast: boolean, namespaces: PathNamespaces): Step {
  if (step === '..') return { kind: 'PARENT' };
  const attribute = new RegExp(`^@(${nameForm})$`).exec(step)?.[1];
  if (attribute !== undefined) {
    if (!isLast) throw new Error(`"${step}": an attribute can only be the end of a path`);
    return { kind: 'ATTRIBUTE', name: attributeName(attribute, namespaces) };
  }
  const parts = stepForm.exec(step);
  if (!parts) throw new Error(`"${step}" is not a step of a path`);
  const condition = parts[2] === undefined ? undefined : parseCondition(parts[2], namespaces);
  return { kind: 'ELEMENT', element: elementName(parts[1] ?? '', namespaces), condition };
}

function parseCondition(text: string, namespaces: PathNamespaces): Condition {
  if (/^[1-9]\d{0,3}$/.test(text)) return { kind: 'POSITION', position: Number(text) };
  const compared = greatestForm.exec(text)?.[1];
  if (compared !== undefined) return { kind: 'GREATEST', child: elementName(compared, namespaces) };
  const equal = equalForm.exec(text);
  if (!equal) throw new Error(`"[${text}]" is not a condition`);
  const [, at, name = '', , value = ''] = equal;
  if (at === '@') return { kind: 'ATTRIBUTE', name: attributeName(name, namespaces), value };
  return { kind: 'CHILD', child: elementName(name, namespaces), value };
}

function elementName(qualified: string, { prefixes, unprefixed }: PathNamespaces): Name {
  const [first = '', second] = qualified.split(':');
  if (second === undefined) return { namespace: unprefixed, name: first };
  const namespace = prefixes[first];
  if (namespace === undefined) throw new Error(`"${first}:" stands for no namespace`);
  return { namespace, name: second };
}

function attributeName(qualified: string, namespaces: PathNamespaces): string {
  const { namespace, name } = elementName(qualified, { ...namespaces, unprefixed: '' });
  return namespace === '' ? name : `{${namespace}}${name}`;
}

/** The elements at a path, in the order of the document; conditions hold at each step among the children of one element. */
export function elementsAt(from: XmlElement, path: XmlPath): readonly XmlElement[] {
  let found: readonly XmlElement[] = [from];
  for (const step of path) {
    if (step.kind === 'ATTRIBUTE') return [];
    found = found.flatMap((element) =>
      step.kind === 'PARENT' ? (element.parent ?? []) : childrenAt(element, step.element, step.condition),
    );
  }
  return found;
}

/**
 * The text at a path, white space collapsed as for `xs:token`. Null where there is nothing, where the path fits
 * several elements, and where the element holds elements.
 */
export function textAt(from: XmlElement, path: XmlPath): string | null {
  const last = path.at(-1);
  const found = elementsAt(from, last?.kind === 'ATTRIBUTE' ? path.slice(0, -1) : path);
  const [only] = found;
  if (only === undefined || found.length > 1) return null;
  if (last?.kind === 'ATTRIBUTE') return collapsed(only.attributes.get(last.name));
  return only.children.length > 0 ? null : collapsed(only.text);
}

/** Whether the first step of a path finds its element. */
export function beginsIn(from: XmlElement, path: XmlPath): boolean {
  return elementsAt(from, path.slice(0, 1)).length > 0;
}

function childrenAt(
  parent: XmlElement,
  wanted: Name,
  condition: Condition | undefined,
): readonly XmlElement[] {
  const named = parent.children.filter((child) => isNamed(child, wanted));
  if (condition === undefined) return named;
  if (condition.kind === 'POSITION') return named.slice(condition.position - 1, condition.position);
  if (condition.kind === 'GREATEST') return greatest(named, condition.child);
  return named.filter((child) => {
    const text =
      condition.kind === 'CHILD'
        ? childText(child, condition.child)
        : collapsed(child.attributes.get(condition.name));
    return text === condition.value;
  });
}

/** Those with the greatest text; several where it is not decided. */
function greatest(elements: readonly XmlElement[], child: Name): readonly XmlElement[] {
  const texts = elements.map((element) => childText(element, child) ?? '');
  const most = texts.reduce((a, b) => (b > a ? b : a), '');
  return elements.filter((_, at) => texts[at] === most);
}

function childText(element: XmlElement, wanted: Name): string | null {
  const [only, ...others] = element.children.filter((child) => isNamed(child, wanted));
  return only === undefined || others.length > 0 ? null : collapsed(only.text);
}

function isNamed(element: XmlElement, { namespace, name }: Name): boolean {
  return element.name === name && element.namespace === namespace;
}

function collapsed(text: string | undefined): string | null {
  const token = text?.replace(/\s+/g, ' ').trim() ?? '';
  return token === '' ? null : token;
}
