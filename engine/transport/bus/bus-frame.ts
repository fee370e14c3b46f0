import { UnknownVersion } from "../unknown-versions.ts";
import { parseEndpoint } from "./endpoint.ts";

const BUS_FRAME_VERSION = 2;
const NOTHING = "-";
// Every frame that goes back has it in its head.
const STREAM = /^.{1,64}$/;

/**
 * What a frame on the bus carries: items; or nothing but its number, once with the wish to hear the other end's (`beat`)
 * and once in answer to that (`echo`). `unread` says that frames of the stream that it answers are of another release, and
 * none of them was looked into; it has no number.
 */
export type BusFrameType = "items" | "beat" | "echo" | "unread";

/** The line before the items, which says where they belong. */
export interface BusFrameHead {
  readonly type: BusFrameType;
  /** Name of the sending endpoint. */
  readonly from: string;
  /** Names the sending end of the link: another one after every start. */
  readonly stream: string;
  /** Counts what this stream has sent, from 1. Beats and echoes do not count; they have the number of the last one. */
  readonly number: number;
  /** The stream that this one answers; undefined for the link of somebody who asks. */
  readonly answering: string | undefined;
}

/** What the heads of all versions, also of those to come, have in the same place. */
export type BusFrameSender = Pick<BusFrameHead, "from" | "stream">;

/** A frame as it came. */
export interface BusFrame {
  readonly head: BusFrameHead;
  /** The items, in the text of `encodeFrame`; empty for beats and echoes. */
  readonly body: string;
}

const TYPES: ReadonlySet<string> = new Set<BusFrameType>(["items", "beat", "echo", "unread"]);

/** The text of a frame: its head in one line, then the items. */
export function encodeBusFrame(
  { type, from, stream, number, answering }: BusFrameHead,
  body: string,
): string {
  return `${BUS_FRAME_VERSION} ${type} ${from} ${stream} ${number} ${answering ?? NOTHING}\n${body}`;
}

/** Who sent a frame of whatever version; undefined when it is no frame. */
export function senderOf(text: string): BusFrameSender | undefined {
  const [version = "", , from = "", stream = ""] = text.slice(0, Math.max(text.indexOf("\n"), 0)).split(" ");
  if (!/^\d+$/.test(version) || parseEndpoint(from) === undefined || !STREAM.test(stream)) return undefined;
  return { from, stream };
}

/**
 * Reads a frame; its items stay as they are.
 * @throws {UnknownVersion}
 * @throws Error that says what is wrong with the head.
 */
export function decodeBusFrame(text: string): BusFrame {
  const end = text.indexOf("\n");
  const words = text.slice(0, Math.max(end, 0)).split(" ");
  const [version, type = "", from = "", stream = "", digits = "", answering = ""] = words;
  if (version !== String(BUS_FRAME_VERSION))
    throw new UnknownVersion("bus frame", version, BUS_FRAME_VERSION);
  if (words.length !== 6 || !TYPES.has(type)) throw new Error("bus frame head is malformed");
  if (parseEndpoint(from) === undefined) throw new Error("bus frame has no sender");
  if (!STREAM.test(stream)) throw new Error("bus frame has no stream");
  const number = Number(digits);
  if (!Number.isSafeInteger(number) || number < 0) throw new Error("bus frame has no number");
  return {
    head: {
      type: type as BusFrameType,
      from,
      stream,
      number,
      answering: answering === NOTHING ? undefined : answering,
    },
    body: text.slice(end + 1),
  };
}
