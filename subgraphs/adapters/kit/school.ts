/** The school that an adapter serves. */
export interface AdapterSchool {
  readonly institutionId: string;
  /** For messages. */
  readonly name: string;
}
