/** A field as it is being drafted. */
export interface DraftField {
  readonly name: string;
  /** With its parentheses; empty for none. */
  readonly args: string;
  readonly type: string;
  directives: Set<string>;
}

/** A type of one subgraph as it is being drafted. */
export interface DraftType {
  readonly kind: 'type' | 'interface';
  readonly name: string;
  readonly implemented: Set<string>;
  readonly directives: Set<string>;
  readonly fields: Map<string, DraftField>;
}

/** One subgraph's SDL as it is being drafted. */
export class SdlDraft {
  readonly name: string;
  readonly types = new Map<string, DraftType>();
  /** Unions, enums, inputs and scalars, whole. */
  readonly others = new Map<string, string>();

  constructor(name: string) {
    this.name = name;
  }

  /** The type of that name, made when it is not there. */
  type(name: string, kind: DraftType['kind'] = 'type'): DraftType {
    let type = this.types.get(name);
    if (type === undefined) {
      type = { kind, name, implemented: new Set(), directives: new Set(), fields: new Map() };
      this.types.set(name, type);
    }
    return type;
  }

  /** Adds a field, or directives to a field that is there. */
  field(type: string, field: Omit<DraftField, 'directives'>, ...directives: string[]): void {
    const { fields } = this.type(type);
    const known = fields.get(field.name);
    if (known === undefined) fields.set(field.name, { ...field, directives: new Set(directives) });
    else for (const one of directives) known.directives.add(one);
  }

  has(type: string, field?: string): boolean {
    const found = this.types.get(type);
    return found !== undefined && (field === undefined || found.fields.has(field));
  }

  text(): string {
    const imports =
      '"@key", "@requires", "@provides", "@external", "@shareable", "@override", "@inaccessible", "@interfaceObject"';
    const lines = [
      `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: [${imports}])`,
    ];
    for (const { kind, name, implemented, directives, fields } of this.types.values()) {
      const interfaces = implemented.size === 0 ? '' : ` implements ${[...implemented].join(' & ')}`;
      lines.push(`${[`${kind} ${name}${interfaces}`, ...directives].join(' ')} {`);
      for (const field of fields.values()) {
        lines.push(`  ${[`${field.name}${field.args}: ${field.type}`, ...field.directives].join(' ')}`);
      }
      lines.push('}');
    }
    return [...lines, ...this.others.values(), ''].join('\n');
  }
}
