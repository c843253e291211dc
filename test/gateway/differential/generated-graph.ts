import type { Choose } from './choose.js';
import { SdlDraft } from './sdl-draft.js';

/** An entity of a generated graph; its keys are field sets. */
export interface GeneratedEntity {
  readonly name: string;
  readonly keys: readonly string[];
}

/** A field and the subgraphs that resolve it. */
export interface OwnedField {
  readonly type: string;
  readonly name: string;
  readonly args: string;
  readonly returns: string;
  /** The named type inside. */
  readonly named: string;
  readonly owners: readonly SdlDraft[];
}

/** The subgraphs of a generated graph while they are drafted. */
export class GeneratedGraph {
  readonly choose: Choose;
  readonly drafts: readonly SdlDraft[];
  readonly entities: GeneratedEntity[] = [];
  /** Value types by name, each with its fields; every subgraph that uses one declares all of it. */
  readonly values: readonly { readonly name: string; readonly fields: readonly string[] }[];
  /** Abstract types by name, with the subgraphs that know them. */
  readonly abstracts = new Map<string, SdlDraft[]>();
  readonly fields: OwnedField[] = [];
  #count = 0;

  constructor(choose: Choose, subgraphs: number) {
    this.choose = choose;
    this.drafts = ['alpha', 'beta', 'gamma', 'delta'].slice(0, subgraphs).map((name) => new SdlDraft(name));
    for (const draft of this.drafts) draft.type('Query');
    this.values = [
      {
        name: 'V0',
        fields: [`label: String`, `size: ${choose.of(['Int', 'Int!', '[Int!]', '[[Int]]'])}`, 'blob: Blob'],
      },
      {
        name: 'V1',
        fields: [
          'label: String',
          `deep: ${choose.of(['V0', 'V0!', '[V0]', '[V0!]!', '[[V0]]'])}`,
          'shade: Mode',
        ],
      },
    ];
  }

  /** Adds an entity. Its home declares every key, so that every other subgraph can be reached through it. */
  addEntity(): void {
    const name = `E${this.entities.length}`;
    const keys = this.choose.some(['id', 'code region', 'org { id }', 'org { id } code'], 1);
    this.entities.push({ name, keys });
    const home = this.choose.of(this.drafts);
    for (const key of keys) this.#key(home, name, key, true);
  }

  /** Makes a subgraph know an entity, by one of its keys. */
  reference(draft: SdlDraft, entity: string, resolvable: boolean): void {
    const found = this.entities.find(({ name }) => name === entity);
    if (found === undefined) return;
    const known = draft.types.get(entity);
    const canResolve = [...(known?.directives ?? [])].some(
      (one) => one.startsWith('@key') && !one.includes('false'),
    );
    if (known !== undefined && (canResolve || !resolvable)) return;
    const declared = [...(known?.directives ?? [])].join(' ');
    const free = found.keys.filter((key) => !declared.includes(`"${key}"`));
    if (free.length === 0) {
      // Only keys that are not resolvable are declared so far: one of them becomes so.
      const only = [...(known?.directives ?? [])].find((one) => one.startsWith('@key'));
      if (only === undefined || known === undefined) return;
      known.directives.delete(only);
      known.directives.add(only.replace(', resolvable: false', ''));
      return;
    }
    const stub = !resolvable && this.choose.chance(30);
    this.#key(draft, entity, this.choose.of(free), !stub);
    if (free.length > 1 && this.choose.chance(25)) {
      const second = free.find((key) => !draft.types.get(entity)?.directives.has(keyOf(key, true)));
      if (second !== undefined) this.#key(draft, entity, second, this.choose.chance(70));
    }
  }

  #key(draft: SdlDraft, entity: string, key: string, resolvable: boolean): void {
    const type = draft.type(entity);
    if (type.directives.has(keyOf(key, !resolvable))) return;
    type.directives.add(keyOf(key, resolvable));
    const plain = key
      .replaceAll(/\{[^}]*\}/g, '')
      .split(' ')
      .filter(Boolean);
    for (const name of plain) {
      const returns =
        name === 'org' ? `${entity}Org!` : name === 'region' ? 'Int!' : name === 'id' ? 'ID!' : 'String!';
      draft.field(entity, { name, args: '', type: returns });
    }
    if (!plain.includes('org')) return;
    const org = draft.type(`${entity}Org`);
    org.directives.add('@shareable');
    draft.field(org.name, { name: 'id', args: '', type: 'ID!' });
    draft.field(org.name, { name: 'title', args: '', type: 'String' });
  }

  /** Makes a subgraph know whatever a field of that named type needs. */
  use(draft: SdlDraft, named: string): void {
    const value = this.values.find(({ name }) => name === named);
    if (value !== undefined) {
      if (draft.has(named)) return;
      draft.type(named).directives.add('@shareable');
      for (const field of value.fields) {
        const [name = '', type = ''] = field.split(': ');
        draft.field(named, { name, args: '', type });
        this.use(draft, type.replaceAll(/[[\]!]/g, ''));
      }
      return;
    }
    if (named === 'Blob') draft.others.set('Blob', 'scalar Blob');
    if (named === 'Mode') draft.others.set('Mode', 'enum Mode { FAST SLOW EVEN }');
    if (named === 'Shade' && !draft.others.has('Shade')) {
      // Given only, never taken: the subgraphs' values are put together.
      const values = ['RED', ...this.choose.some(['GREEN', 'BLUE', 'GREY'])];
      draft.others.set('Shade', `enum Shade { ${values.join(' ')} }`);
    }
    if (named === 'Pick' && !draft.others.has('Pick')) {
      // Taken only: what all subgraphs know is left.
      draft.others.set('Pick', `enum Pick { ONE ${this.choose.some(['TWO', 'THREE']).join(' ')} }`);
    }
    if (named === 'Filter' && !draft.others.has('Filter')) {
      this.use(draft, 'Mode');
      const extra = this.choose.chance(40) ? ` only_${draft.name}: Int` : '';
      draft.others.set(
        'Filter',
        `input Filter { text: String  n: Int = 7  mode: Mode  modes: [Mode!]  inner: Filter${extra} }`,
      );
    }
    this.reference(draft, named, false);
  }

  /** Adds a field to a type in its owners, of a random type that all of them can know. */
  addField(type: string, owners: readonly SdlDraft[], prefer?: 'entity'): OwnedField {
    const { choose } = this;
    const named = this.#named(owners, prefer);
    const returns = wrapped(choose, named, type === 'Query' || type === 'Mutation');
    const args = choose.chance(25) ? this.#arguments(owners) : '';
    const name = `${type === 'Query' ? 'q' : type === 'Mutation' ? 'do' : 'f'}${(this.#count += 1)}`;
    const field: OwnedField = { type, name, args, returns, named, owners };
    for (const owner of owners) {
      this.use(owner, named);
      owner.field(type, { name, args, type: returns }, ...(owners.length > 1 ? ['@shareable'] : []));
    }
    this.fields.push(field);
    return field;
  }

  #named(owners: readonly SdlDraft[], prefer?: 'entity'): string {
    const { choose } = this;
    const abstracts = [...this.abstracts].filter(
      ([, drafts]) => owners.length === 1 && drafts.includes(owners[0] as SdlDraft),
    );
    const roll = choose.int(100);
    if (abstracts.length > 0 && roll < 20) return choose.of(abstracts)[0];
    if (prefer === 'entity' ? roll < 80 : roll < 40) return choose.of(this.entities).name;
    if (roll < 55) return choose.of(this.values).name;
    if (roll < 60 && owners.length === 1) return 'Shade';
    return choose.of(['String', 'Int', 'Float', 'Boolean', 'ID', 'Blob', 'Mode']);
  }

  #arguments(owners: readonly SdlDraft[]): string {
    const chosen = this.choose.some(
      [
        'a: Int = 3',
        'must: Int!',
        'mode: Mode = FAST',
        'filter: Filter',
        'picks: [Pick!]',
        'blob: Blob',
        'ids: [[ID]]',
      ],
      1,
    );
    for (const owner of owners) {
      for (const argument of chosen) this.use(owner, /: \[*(\w+)/.exec(argument)?.[1] ?? '');
    }
    return `(${chosen.slice(0, 3).join(', ')})`;
  }
}

function keyOf(key: string, resolvable: boolean): string {
  return `@key(fields: "${key}"${resolvable ? '' : ', resolvable: false'})`;
}

/** At the root a list is likely, so that there is something to see; non-null is rare, because it takes all away. */
function wrapped(choose: Choose, named: string, atRoot: boolean): string {
  const forms = atRoot
    ? ['T', '[T]', '[T]', '[T!]', '[[T]]', 'T!']
    : ['T', 'T', 'T', 'T!', '[T]', '[T!]', '[T!]!', '[[T!]]', '[[T]!]!'];
  return choose.of(forms).replace('T', named);
}
