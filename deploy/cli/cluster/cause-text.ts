import type { FailedNode } from "../../../engine/shards/fail-over-documents.ts";

type Cause = FailedNode["cause"];

const TEXTS: { readonly [Each in Cause]: string } = {
  beat: "heard",
  expected: "expected",
  silence: "silent",
  databaseAway: "no database",
  unreadable: "of another release",
  flapping: "flapping",
  goodbye: "goodbye",
  unknown: "unknown",
};

/** Why a node is seen as it is, in the words of the guide. */
export function causeText(cause: Cause): string {
  return TEXTS[cause];
}
