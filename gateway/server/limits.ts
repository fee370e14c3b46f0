import { FRAME_BYTES_MAX } from "../protocol/messages.ts";

/** Limits of one gateway thread. Every queue and every wait has one. */
export interface GatewayLimits {
  /** Most open sockets; more are refused with 503. */
  readonly socketsMax: number;
  /** Most commands of one socket without a reply; more are refused as `overloaded`. */
  readonly commandsInFlightMax: number;
  /** Most channels one socket may watch. */
  readonly channelsPerSocketMax: number;
  /** Most of these that may be a shopper's own: the cart and orders, whose views may be large, and are kept for nobody else. */
  readonly ownChannelsPerSocketMax: number;
  /** Most channels that one socket may begin within `channelsBegunMs`, those that it has left included. */
  readonly channelsBegunMax: number;
  /** How long channels that begin are counted together, milliseconds. */
  readonly channelsBegunMs: number;
  /** Most public channels that are watched at a time. */
  readonly publicChannelsMax: number;
  /** Time for the first frame of a socket, milliseconds. */
  readonly helloMs: number;
  /** Frames of one shopper's socket that are taken within a second; what is sent beyond them is read later. */
  readonly framesPerSecondMax: number;
  /** Most frames that may wait while a session is verified, or while their socket is not read further. */
  readonly framesWaitingMax: number;
  /** Malformed frames within `malformedMs` after which a socket is closed. */
  readonly malformedFramesMax: number;
  /** How long malformed frames are counted together, milliseconds. */
  readonly malformedMs: number;
  /** Bytes that may wait for a slow reader before its channels pause. */
  readonly bufferedBytesMax: number;
  /** Bytes that may wait for a slow reader at all; the socket is closed rather than skip a reply. */
  readonly bufferedBytesHardMax: number;
  /** Longest time a reader may be too slow, milliseconds. */
  readonly laggingMs: number;
  /** Shortest time between two frames of one public channel, milliseconds. */
  readonly tickMs: number;
  /** The same of a queue's channel: its watchers are many, and see no more than seconds. */
  readonly queueTickMs: number;
  /** How long those who join a queue are gathered before they get their numbers together, milliseconds. */
  readonly joinTickMs: number;
  /** Most queues whose people a gateway thread knows at a time. */
  readonly queuesMax: number;
  /** Most tickets of a queue that a gateway thread remembers; who shows none gets the same one again. */
  readonly ticketsKeptMax: number;
  /** How often slow readers, late hellos and sessions that are over are looked for, milliseconds. */
  readonly sweepMs: number;
  /** How often a client should send `ping`, milliseconds. */
  readonly pingMs: number;
  /** A socket that sends nothing for so long is closed, milliseconds (whole seconds, at most 960). */
  readonly idleMs: number;
  /** Deadline of commands that name none, milliseconds. */
  readonly deadlineMs: number;
  /** Largest HTTP body, bytes. */
  readonly bodyBytesMax: number;
}

/** The limits that hold unless others are given. */
export const DEFAULT_LIMITS: GatewayLimits = {
  socketsMax: 50_000,
  commandsInFlightMax: 256,
  channelsPerSocketMax: 256,
  ownChannelsPerSocketMax: 32,
  channelsBegunMax: 1_024,
  channelsBegunMs: 10_000,
  publicChannelsMax: 20_000,
  helloMs: 5_000,
  framesPerSecondMax: 1_000,
  framesWaitingMax: 512,
  malformedFramesMax: 64,
  malformedMs: 60_000,
  bufferedBytesMax: 64 * 1024,
  bufferedBytesHardMax: 1024 * 1024,
  laggingMs: 10_000,
  tickMs: 50,
  queueTickMs: 1_000,
  joinTickMs: 50,
  queuesMax: 64,
  ticketsKeptMax: 100_000,
  sweepMs: 250,
  pingMs: 20_000,
  idleMs: 60_000,
  deadlineMs: 10_000,
  bodyBytesMax: FRAME_BYTES_MAX,
};

/**
 * The default limits with some of them replaced.
 * @throws RangeError when a limit is not positive or contradicts another.
 */
export function gatewayLimits(given: Partial<GatewayLimits> = {}): GatewayLimits {
  const limits = { ...DEFAULT_LIMITS, ...given };
  for (const [name, value] of Object.entries(limits)) {
    if (!(Number.isSafeInteger(value) && value > 0))
      throw new RangeError(`${name} must be a positive number`);
  }
  if (limits.bufferedBytesHardMax < 2 * limits.bufferedBytesMax) {
    throw new RangeError("bufferedBytesHardMax must be at least twice bufferedBytesMax");
  }
  if (limits.idleMs > 960_000) throw new RangeError("idleMs must be at most 960000");
  if (limits.pingMs * 2 > limits.idleMs) throw new RangeError("idleMs must be at least twice pingMs");
  return limits;
}
