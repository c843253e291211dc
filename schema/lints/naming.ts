import { Kind, type FieldDefinitionNode, type InputValueDefinitionNode } from 'graphql';
import type { Finding, SubgraphSdls } from './finding.js';
import { namedType, readTypeShapes, type FieldsType, type TypeShapes } from './type-shapes.js';
import { creatingVerbs, verbs } from './verbs.js';

const camel = /^[a-z][A-Za-z0-9]*$/;
const pascal = /^[A-Z][A-Za-z0-9]*$/;
const upper = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/;

type Report = (at: string, problem: string) => void;

/**
 * The conventions that clients rely on (CONTRIBUTING.md, "Conventions of the graph"): forms of names, connections,
 * mutations, no floating point numbers, no subscriptions.
 */
export function lintNaming(sdls: SubgraphSdls): Finding[] {
  const findings: Finding[] = [];
  for (const [subgraph, sdl] of Object.entries(sdls)) {
    const shapes = readTypeShapes(sdl);
    const report: Report = (at, problem) => void findings.push({ subgraph, at, problem });
    forms(shapes, report);
    floats(shapes, report);
    connections(shapes, report);
    mutations(shapes, report);
    if (shapes.roots.subscription !== undefined) {
      report(
        shapes.roots.subscription,
        'is not for a subgraph; subscriptions are made by the gateway from events.',
      );
    }
  }
  return findings;
}

function forms(shapes: TypeShapes, report: Report): void {
  for (const name of [
    ...shapes.types.keys(),
    ...shapes.inputs.keys(),
    ...shapes.enums.keys(),
    ...shapes.unions.keys(),
  ]) {
    if (!pascal.test(name)) report(name, 'must be written like PascalCase.');
  }
  for (const [type, field] of allFields(shapes)) {
    if (!camel.test(field.name.value))
      report(`${type}.${field.name.value}`, 'must be written like camelCase.');
  }
  for (const [name, values] of shapes.enums) {
    for (const value of values)
      if (!upper.test(value)) report(`${name}.${value}`, 'must be written like UPPER_CASE.');
  }
}

function floats(shapes: TypeShapes, report: Report): void {
  for (const [type, field] of allFields(shapes)) {
    const at = `${type}.${field.name.value}`;
    if (namedType(field.type) === 'Float') report(at, 'is a Float, which rounds; use Decimal or a fraction.');
    if (field.kind !== Kind.FIELD_DEFINITION) continue;
    for (const argument of field.arguments ?? []) {
      if (namedType(argument.type) !== 'Float') continue;
      report(`${at}(${argument.name.value}:)`, 'is a Float, which rounds; use Decimal or a fraction.');
    }
  }
}

function connections(shapes: TypeShapes, report: Report): void {
  for (const type of shapes.types.values()) {
    if (type.name.endsWith('Connection')) connection(type, shapes, report);
    for (const field of type.fields) {
      if (!namedType(field.type).endsWith('Connection')) continue;
      const names = new Set((field.arguments ?? []).map((argument) => argument.name.value));
      if (!names.has('first') || !names.has('after')) {
        report(`${type.name}.${field.name.value}`, 'returns a connection and must take first and after.');
      }
    }
  }
}

function connection(type: FieldsType, shapes: TypeShapes, report: Report): void {
  const written = new Map(type.fields.map((field) => [field.name.value, typeText(field)]));
  const edge = type.name.replace(/Connection$/, 'Edge');
  const wanted = { edges: `[${edge}!]!`, pageInfo: 'PageInfo!', totalCount: 'Int' };
  for (const [name, form] of Object.entries(wanted)) {
    const found = written.get(name);
    if (found !== form)
      report(type.name, `must have ${name}: ${form}${found === undefined ? '' : `, not ${found}`}.`);
  }
  const edgeFields = new Map(
    (shapes.types.get(edge)?.fields ?? []).map((field) => [field.name.value, typeText(field)]),
  );
  if (!edgeFields.has('node')) report(edge, 'must have a node.');
  if (edgeFields.get('cursor') !== 'String!') report(edge, 'must have cursor: String!.');
}

function mutations(shapes: TypeShapes, report: Report): void {
  const root = shapes.types.get(shapes.roots.mutation ?? '');
  for (const field of root?.fields ?? []) {
    const name = field.name.value;
    const at = `${root?.name ?? ''}.${name}`;
    const [verb = '', noun] = name.split(/(?=[A-Z])/);
    if (!verbs.has(verb) || noun === undefined) {
      report(at, 'must be a verb and a noun, like submitDeposit (verbs: schema/lints/verbs.ts).');
    }
    if (/(Status|State)$/.test(name)) report(at, 'sets a state; name the business step that leads to it.');
    const own = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    input(field, shapes, at, `${own}Input`, creatingVerbs.has(verb), report);
    payload(field, shapes, at, `${own}Payload`, report);
  }
}

function input(
  field: FieldDefinitionNode,
  shapes: TypeShapes,
  at: string,
  ownInput: string,
  creates: boolean,
  report: Report,
): void {
  const [only, ...others] = field.arguments ?? [];
  const type = only === undefined ? '' : namedType(only.type);
  const fields = shapes.inputs.get(type);
  if (
    only?.name.value !== 'input' ||
    others.length > 0 ||
    fields === undefined ||
    typeText(only) !== `${type}!`
  ) {
    report(at, 'must have one argument, input, of a non-null input type.');
    return;
  }
  if (type !== ownInput) report(at, `takes ${type}; its input must be its own, ${ownInput}.`);
  const key = fields.find((candidate) => candidate.name.value === 'idempotencyKey');
  if (creates && (key === undefined || typeText(key) !== 'String!')) {
    report(at, `makes something, so ${type} must have idempotencyKey: String!.`);
  }
}

/** An input and a payload of its own, so that one mutation can grow a field without the others. */
function payload(
  field: FieldDefinitionNode,
  shapes: TypeShapes,
  at: string,
  ownPayload: string,
  report: Report,
): void {
  const type = namedType(field.type);
  if (type !== ownPayload) {
    report(at, `returns ${type}; its payload must be its own, ${ownPayload}.`);
    return;
  }
  const errors = shapes.types.get(type)?.fields.find((candidate) => candidate.name.value === 'userErrors');
  if (errors === undefined || typeText(errors) !== '[UserError!]!') {
    report(type, 'must have userErrors: [UserError!]!.');
  }
}

function* allFields(shapes: TypeShapes): Iterable<[string, FieldDefinitionNode | InputValueDefinitionNode]> {
  for (const type of shapes.types.values()) for (const field of type.fields) yield [type.name, field];
  for (const [name, fields] of shapes.inputs) for (const field of fields) yield [name, field];
}

function typeText({ type }: FieldDefinitionNode | InputValueDefinitionNode): string {
  return writeType(type);
}

function writeType(type: FieldDefinitionNode['type']): string {
  if (type.kind === Kind.NAMED_TYPE) return type.name.value;
  return type.kind === Kind.LIST_TYPE ? `[${writeType(type.type)}]` : `${writeType(type.type)}!`;
}
