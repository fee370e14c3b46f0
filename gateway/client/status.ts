/** Where a client's connection is. */
export type ClientStatus =
  /** Opening a socket; `attempt` counts from 1 since the last connection that lasted. */
  | { readonly type: "connecting"; readonly attempt: number }
  | { readonly type: "open" }
  /** The connection was lost; the next attempt begins in `retryInMs`. */
  | {
      readonly type: "waiting";
      readonly attempt: number;
      readonly retryInMs: number;
      readonly reason: string;
    }
  /** Over: by `close()`, or because connecting again is of no use. */
  | { readonly type: "closed"; readonly reason: string };
