import { shapeOf, type Shape } from "../../../engine/contract/testing/shape.ts";
import { CLOSE } from "../close-reasons.ts";
import type { Replies } from "../messages.ts";
import { GATEWAY_PROBLEMS } from "../problems.ts";
import { commandSamples, controlSamples } from "./client-samples.ts";
import { bodySamples, replySamples, serverSamples } from "./server-samples.ts";
import type { Bodies, CommandFrames, ControlFrames, Samples, ServerFrames } from "./wire-groups.ts";

/**
 * Number of additions to the protocol of clients, from 1. An addition is what clients of before can live with: more fields in
 * what they get, more fields that they may leave out, more operations. Anything else is a new subprotocol.
 */
export const WIRE_REVISION = 4;

/** The shapes of all that goes between gateway and clients, as the golden file has them. */
export type WireShapes = {
  readonly [Group in "control" | "commands" | "server" | "replies" | "bodies"]: Readonly<
    Record<string, Shape>
  >;
} & {
  /** HTTP status by code. */
  readonly problems: Readonly<Record<string, number>>;
  /** By code: whether a client connects again by itself. */
  readonly closeCodes: Readonly<Record<string, boolean>>;
};

/** The shapes of this release. */
export function wireShapes(): WireShapes {
  return {
    control: shapesOf<ControlFrames>(controlSamples),
    commands: shapesOf<CommandFrames>(commandSamples),
    server: shapesOf<ServerFrames>(serverSamples),
    replies: shapesOf<Replies>(replySamples),
    bodies: shapesOf<Bodies>(bodySamples),
    problems: Object.fromEntries(
      Object.entries(GATEWAY_PROBLEMS).map(([code, { status }]) => [code, status]),
    ),
    closeCodes: Object.fromEntries(Object.values(CLOSE).map(({ code, retryable }) => [code, retryable])),
  };
}

function shapesOf<Group>(samples: Samples<Group>): Readonly<Record<string, Shape>> {
  return Object.fromEntries(
    Object.entries<readonly unknown[]>(samples as Readonly<Record<string, readonly unknown[]>>).map(
      ([name, values]) => [name, shapeOf(values)],
    ),
  );
}
