/** Conditions of the secretariat's row policies, as its migrations froze them; they are never changed. */
export const callers = {
  secretariat: `(select app_is_service() or app_has_role('SECRETARIAT'))`,
  overseer: `(select app_is_service() or app_has_role('SECRETARIAT', 'COUNCIL_MEMBER', 'SUPERVISOR'))`,
  /** The bodies that act on a decision: the secretariat writes it down, or the council's own member does. */
  body: `(select app_is_service() or app_has_role('SECRETARIAT', 'COUNCIL_MEMBER'))`,
  memberOfficial: `(select app_has_role('INSTITUTION_ADMIN', 'REGISTRAR'))`,
  officialOf: (column: string) =>
    `${column} = any ((select app_institutions('INSTITUTION_ADMIN', 'REGISTRAR'))::text[])`,
  /** Who does it signs with their own name: two people are two, also for a statement that came past the room. */
  oneself: (column: string) => `${column} = (select app_subject())`,
  adminOf: (column: string) => `${column} = any ((select app_institutions('INSTITUTION_ADMIN'))::text[])`,
} as const;

/** Who reads, makes and changes the rows of a table; nobody changes where it is not said. */
export interface Wall {
  readonly read: string;
  readonly make: string;
  readonly change?: string;
  /** What a changed row must be like; as `change` where it is not said. */
  readonly changed?: string;
}

/** The statements that put a wall around a table: they bind its owner too, and no row is ever deleted. */
export function wallAround(table: string, { read, make, change, changed = change }: Wall): string[] {
  return [
    `alter table ${table} enable row level security`,
    `alter table ${table} force row level security`,
    `create policy ${table}_read on ${table} for select using (${read})`,
    `create policy ${table}_make on ${table} for insert with check (${make})`,
    ...(change === undefined
      ? []
      : [`create policy ${table}_change on ${table} for update using (${change}) with check (${changed})`]),
    `create trigger ${table}_never_deleted before delete on ${table}
       for each row execute function refuse_secretariat_change()`,
  ];
}

/** The trigger that makes the rows of a table unchangeable. */
export function onlyGrows(table: string): string {
  return `create trigger ${table}_append_only before update on ${table}
    for each row execute function refuse_secretariat_change()`;
}
