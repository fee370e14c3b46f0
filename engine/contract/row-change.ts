/** A value of one column of a read model. */
export type Scalar = string | number | boolean | null;

/**
 * A change to one row of a read model (a projection of the journal). The row is made when it is missing.
 * Read models are disposable: replaying the journal from its start gives the same rows.
 */
export interface RowChange {
  /** Name of the read model, such as `stock`. */
  readonly model: string;
  /** Tenant and id of the row. */
  readonly tenant: string;
  readonly id: string;
  /** Columns that take a new value. */
  readonly set?: Readonly<Record<string, Scalar>>;
  /** Columns that grow (or shrink) by a whole number. */
  readonly add?: Readonly<Record<string, number>>;
}
