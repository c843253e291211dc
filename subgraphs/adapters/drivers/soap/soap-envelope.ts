import type { XmlElement } from '../xml/xml-document.js';
import { elementsAt, type XmlPath } from '../xml/xml-path.js';
import { askedNumber, type RequestPart, type SoapDriverDeclaration } from './soap-schema.js';

/** The namespace of the envelope in each version of SOAP. */
const envelopeNamespaces = {
  '1.1': 'http://schemas.xmlsoap.org/soap/envelope/',
  '1.2': 'http://www.w3.org/2003/05/soap-envelope',
} as const;

/** An answer that is none: a fault of the service, or XML of another kind. Quotes no text that a person may stand in. */
export class SoapRefusal extends Error {
  override readonly name = 'SoapRefusal';
}

/** What stands in a request in place of the placeholders. */
export interface RequestValues {
  readonly studentNumbers: readonly string[];
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
  readonly token?: string | undefined;
}

/** The envelope of a question, without a declaration. */
export function soapRequest(
  { version, namespaces }: Pick<SoapDriverDeclaration, 'version' | 'namespaces'>,
  request: RequestPart,
  values: RequestValues,
): string {
  const declarations = Object.entries(namespaces)
    .map(([prefix, uri]) => ` xmlns:${prefix}="${escaped(uri)}"`)
    .join('');
  return (
    `<soapenv:Envelope xmlns:soapenv="${envelopeNamespaces[version]}"${declarations}>` +
    `<soapenv:Body>${content(request, values)}</soapenv:Body></soapenv:Envelope>`
  );
}

function content(part: RequestPart, values: RequestValues): string {
  if (typeof part === 'string') return escaped(valueOf(part, values));
  return Object.entries(part)
    .filter(([name]) => !name.startsWith('@'))
    .map(([name, inner]) => {
      if (inner === askedNumber)
        return values.studentNumbers.map((number) => element(name, {}, escaped(number))).join('');
      return element(name, inner, content(inner, values), values);
    })
    .join('');
}

function element(name: string, part: RequestPart, inside: string, values?: RequestValues): string {
  const attributes =
    typeof part === 'string' ? [] : Object.entries(part).filter(([key]) => key.startsWith('@'));
  const written = attributes.map(([key, value]) => {
    const text = typeof value === 'string' && values !== undefined ? valueOf(value, values) : '';
    return ` ${key.slice(1)}="${escaped(text)}"`;
  });
  return `<${name}${written.join('')}>${inside}</${name}>`;
}

function valueOf(text: string, values: RequestValues): string {
  if (text === '{clientId}') return values.clientId ?? '';
  if (text === '{clientSecret}') return values.clientSecret ?? '';
  if (text === '{token}') return values.token ?? '';
  if (text === askedNumber) return values.studentNumbers[0] ?? '';
  return text;
}

function escaped(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/[\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/**
 * The element with which a service answers.
 * @throws SoapRefusal for a fault, another version's envelope, and a body with anything else in it
 */
export function soapResponse(
  document: XmlElement,
  { version }: Pick<SoapDriverDeclaration, 'version'>,
  response: XmlPath,
): XmlElement {
  const namespace = envelopeNamespaces[version];
  if (document.name !== 'Envelope' || document.namespace !== namespace)
    throw new SoapRefusal(`the answer is no envelope of SOAP ${version}`);
  const body = document.children.find((child) => child.name === 'Body' && child.namespace === namespace);
  const [first, ...others] = body?.children ?? [];
  if (body === undefined || first === undefined || others.length > 0)
    throw new SoapRefusal('the body of the answer is not one element');
  if (first.name === 'Fault' && first.namespace === namespace)
    throw new SoapRefusal(faultText(first, version));
  if (elementsAt(body, response).length !== 1)
    throw new SoapRefusal('the answer is not the element that was declared, or in another namespace');
  return first;
}

/** The code of a fault and its reason, in which numbers are struck out: services like to quote whom was asked for. */
function faultText(fault: XmlElement, version: '1.1' | '1.2'): string {
  const child = (of: XmlElement | undefined, name: string): XmlElement | undefined =>
    of?.children.find((one) => one.name === name);
  const code =
    version === '1.1' ? child(fault, 'faultcode')?.text : child(child(fault, 'Code'), 'Value')?.text;
  const reason =
    version === '1.1' ? child(fault, 'faultstring')?.text : child(child(fault, 'Reason'), 'Text')?.text;
  const plain = (text: string | undefined): string =>
    (text ?? '').replace(/\s+/g, ' ').replace(/\d+/g, '#').trim().slice(0, 200);
  return `the service answered with a fault: ${plain(code)}: ${plain(reason)}`;
}
