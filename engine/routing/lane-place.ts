import type { LanePlace } from "../ports/placement-store.ts";

/** A node has at most this many lanes. */
export const LANES_MAX = 64;

const NODE_PATTERN = /^[a-z0-9][a-z0-9-]{0,62}$/;
const LANE_PATTERN = /^lane-(0|[1-9]\d?)$/;

/** Tells whether a text is the name of a node: lower-case letters, digits and hyphens, 1–63 characters, no hyphen in front. */
export function isNodeName(text: string): boolean {
  return NODE_PATTERN.test(text);
}

/** Writes a place as `node-b/lane-2`. */
export function formatLanePlace({ node, lane }: LanePlace): string {
  return `${node}/lane-${lane}`;
}

/** Parses `node-b/lane-2`. Returns undefined for anything else. */
export function parseLanePlace(text: string): LanePlace | undefined {
  const [node = "", laneText = "", ...rest] = text.split("/");
  const digits = LANE_PATTERN.exec(laneText)?.[1];
  if (digits === undefined || rest.length > 0 || !isNodeName(node)) return undefined;
  const lane = Number(digits);
  return lane < LANES_MAX ? { node, lane } : undefined;
}
