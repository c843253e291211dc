import type { AmrloError } from '../kit/base/errors/amrlo-error.js';
import type { Principal } from '../kit/base/identity/principal.js';
import type { SubgraphError, SubgraphRequest } from '../kit/base/link/subgraph-request.js';
import { isSchoolEntity, routersField, schoolEntities } from './contract.js';
import type { KnownLinks } from './link-source.js';
import type { EntityRoot, ReadOperation } from './operation.js';
import type { RecordsSystems } from './records-systems.js';
import {
  answerInstitution,
  type AnsweringParts,
  type InstitutionAnswers,
  type SchoolAnswer,
  type SchoolItem,
} from './school-answers.js';
import type { Representation } from './school-reply.js';
import { isPossibleKey } from './possible-key.js';
import { schoolReport, type SchoolReport } from './school-report.js';
import { only, project } from './shape.js';
import { toldErrors, unavailableEntity } from './unavailable.js';
import { mayAsk, visibleRecords, wantedRecord, type Visible } from './visibility.js';

/** What the answering of entities needs. */
export interface EntityParts extends AnsweringParts {
  readonly links: KnownLinks;
  readonly systems: RecordsSystems;
}

/** An Institution of a question, of which the router answers a part. */
interface InstitutionItem {
  readonly root: EntityRoot;
  readonly index: number;
  readonly id: string;
}

interface Sorted {
  readonly bySchool: ReadonlyMap<string, readonly SchoolItem[]>;
  readonly institutions: readonly InstitutionItem[];
}

/** What an operation's entities become. */
interface Answering {
  readonly principal: Principal;
  readonly read: ReadOperation;
  readonly request: SubgraphRequest;
  readonly parts: EntityParts;
  readonly data: Record<string, unknown>;
  readonly errors: SubgraphError[];
  /** Present where a report is wanted. */
  readonly reports: SchoolReport[] | undefined;
}

/**
 * Answers every `_entities` of an operation, each school with one question at most, and puts data and errors where
 * they belong. Never rejects.
 */
export async function answerEntities(
  principal: Principal,
  read: ReadOperation,
  request: SubgraphRequest,
  parts: EntityParts,
): Promise<{ data: Record<string, unknown>; errors: SubgraphError[]; reports?: readonly SchoolReport[] }> {
  const reports: SchoolReport[] | undefined = request.reportWanted === true ? [] : undefined;
  const answering: Answering = { principal, read, request, parts, data: {}, errors: [], reports };
  const { bySchool, institutions } = sorted(answering);
  for (const { root, index, id } of institutions) {
    // What no school is asked for stands at once; what a school answers comes beside it.
    listOf(answering, root)[index] = project({ id }, root.institution);
  }
  const visible = await visibleTo(answering, bySchool);
  const asked = new Map(
    [...bySchool].map(([institutionId, items]) => [
      institutionId,
      answerSchool(answering, institutionId, items, visible.get(institutionId)),
    ]),
  );
  await Promise.all([
    ...asked.values(),
    ...institutions.map((item) => answerSystem(answering, item, asked.get(item.id))),
  ]);
  return { data: answering.data, errors: answering.errors, ...(reports && { reports }) };
}

/** The representations of an operation by school; what is of no routed type stays null. */
function sorted(answering: Answering): Sorted {
  const { principal, read, data } = answering;
  const bySchool = new Map<string, SchoolItem[]>();
  const institutions: InstitutionItem[] = [];
  const add = (institutionId: string, item: SchoolItem): void => {
    const items = bySchool.get(institutionId);
    if (items === undefined) bySchool.set(institutionId, [item]);
    else items.push(item);
  };
  for (const root of read.operation.entityRoots) {
    const representations = root.representations(read.variables) as readonly (Representation | null)[];
    data[root.key] = representations.map(() => null);
    for (const [index, representation] of representations.entries()) {
      const typename = representation?.['__typename'];
      if (representation === null || representation === undefined) continue;
      if (isSchoolEntity(typename) && hasKey(representation, schoolEntities[typename])) {
        add(String(representation['institutionId']), {
          root,
          index,
          representation,
          shape: root.shapes[typename],
        });
      } else if (typename === 'Institution' && hasKey(representation, ['id'])) {
        const id = String(representation['id']);
        institutions.push({ root, index, id });
        const shape = root.shapes.Institution;
        if (principal.kind !== 'ANONYMOUS' && shape.fields.some(({ name }) => isSchoolField(name)))
          add(id, { root, index, representation, shape });
      }
    }
  }
  return { bySchool, institutions };
}

/** What the caller may see of each institution's records; nothing, with an error at each, where it cannot be known. */
async function visibleTo(
  answering: Answering,
  bySchool: Sorted['bySchool'],
): Promise<ReadonlyMap<string, Visible>> {
  const records = [...bySchool.values()].flat().filter(({ shape }) => shape.typeName !== 'Institution');
  try {
    const wanted = records.map(({ representation }) => wantedRecord(representation));
    return await visibleRecords(answering.principal, wanted, answering.parts.links);
  } catch (error) {
    for (const item of records) place(answering, item, { failed: error as AmrloError, school: undefined });
    return new Map();
  }
}

async function answerSchool(
  answering: Answering,
  institutionId: string,
  items: readonly SchoolItem[],
  visible: Visible | undefined,
): Promise<InstitutionAnswers> {
  const { read, request, parts } = answering;
  const askable = items.filter(
    ({ shape, representation }) => shape.typeName === 'Institution' || mayAsk(visible, representation),
  );
  if (askable.length === 0) return { answers: new Map(), asked: false, copies: 0 };
  const { operation, variables } = read;
  const batch = { institutionId, items: askable, operation, variables, visible, request };
  const began = performance.now();
  const answered = await answerInstitution(batch, parts);
  answering.reports?.push(schoolReport(batch, answered, performance.now() - began));
  for (const [item, answer] of answered.answers) place(answering, item, answer);
  return answered;
}

/** The router's own part, after the school was asked: what came with that answer need not be asked again. */
async function answerSystem(
  { principal, request, parts, data }: Answering,
  { root, index, id }: InstitutionItem,
  school: Promise<InstitutionAnswers> | undefined,
): Promise<void> {
  const own = only(root.institution, ({ name }) => name === routersField);
  if (own.fields.length === 0 || principal.kind === 'ANONYMOUS') return;
  const wasAsked = (await school)?.asked === true;
  const found = await parts.schools.find(id).catch(() => undefined);
  const recordsSystem = found === undefined ? null : await parts.systems.of(found, request, wasAsked);
  Object.assign((data[root.key] as object[])[index] as object, project({ recordsSystem }, own));
}

function place(answering: Answering, item: SchoolItem, answer: SchoolAnswer): void {
  const { request, errors } = answering;
  const { root, index, representation, shape } = item;
  const entity =
    'failed' in answer
      ? unavailableEntity(representation, answer.school?.kind ?? null, answer.failed, request, shape)
      : { value: answer.value, errors: toldErrors(answer.errors, shape) };
  const list = listOf(answering, root);
  const known = list[index];
  list[index] = known === null ? entity.value : Object.assign(known as object, entity.value);
  for (const error of entity.errors)
    errors.push({ ...error, path: [root.key, index, ...(error.path ?? [])] });
}

function listOf({ data }: Answering, { key }: EntityRoot): unknown[] {
  return data[key] as unknown[];
}

function isSchoolField(name: string): boolean {
  return name !== 'id' && name !== '__typename';
}

/** Whether a representation names an entity that can exist; what cannot is not found, and no school is asked for it. */
function hasKey(representation: Representation, key: readonly string[]): boolean {
  return key.every((field) => isPossibleKey(representation[field], longestKeys[field]));
}

/** A native key is a student number, a bar, and the school's own key. */
const longestKeys: Readonly<Record<string, number>> = { nativeKey: 64 + 1 + 256 };
