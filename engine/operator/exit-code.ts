import type { Operation } from "../ports/operation-store.ts";

/** What a program that followed an operation ends with: 0 done, 1 failed or cancelled, 3 partly done, 4 not over yet. */
export function exitCodeOfOperation({ status }: Pick<Operation, "status">): 0 | 1 | 3 | 4 {
  switch (status) {
    case "done":
      return 0;
    case "failed":
    case "cancelled":
      return 1;
    case "partly":
      return 3;
    case "waiting":
    case "running":
      return 4;
  }
}
