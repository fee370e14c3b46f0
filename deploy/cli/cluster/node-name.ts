import { InvalidArgumentError } from "commander";
import { isNodeName } from "../../../engine/routing/lane-place.ts";

/** Parses the name of a node. */
export function nodeName(text: string): string {
  if (isNodeName(text)) return text;
  throw new InvalidArgumentError(
    "It must be the name of a node: lower-case letters, digits and hyphens, at most 63.",
  );
}
