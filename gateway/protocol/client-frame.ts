import { RESUME_MAX, TOKEN_LENGTH_MAX } from "./bounds.ts";
import { isChannel } from "./channel.ts";
import type { Check, Fault } from "./checks.ts";
import { compile, invalid, isRecord, list, opaque, record, wholeNumber } from "./checks.ts";
import type { AnyCommandFrame, Channel, ControlFrame, Problem } from "./messages.ts";
import { commandCheck, OPERATION_NAMES } from "./operations.ts";
import { problem } from "./problems.ts";

/** What a text frame of a client turned out to be. */
export type ReadFrame =
  | { readonly type: "command"; readonly frame: AnyCommandFrame }
  | { readonly type: "control"; readonly frame: ControlFrame }
  | RefusedFrame;

/** A frame that cannot be served. `id` is there when the frame is a command that can be answered. */
export type RefusedFrame = {
  readonly type: "refused";
  readonly problem: Problem;
  readonly id?: number;
  readonly ch?: Channel;
};

const channelCheck: Check = (value, field) =>
  typeof value === "string" && isChannel(value)
    ? undefined
    : invalid(field, "must be cart, sku/ID, order/ID or queue/SALE");

const position = wholeNumber(0, Number.MAX_SAFE_INTEGER);
const anything: Check = () => undefined;
const channelFields = { required: { t: anything, ch: channelCheck } };

const controlChecks = new Map<string, (value: object, prefix: string) => Fault | undefined>([
  [
    "hello",
    compile({
      required: { t: anything },
      optional: {
        token: opaque(TOKEN_LENGTH_MAX),
        resume: list(
          record({ required: { ch: channelCheck, epoch: position, offset: position } }),
          0,
          RESUME_MAX,
        ),
      },
    }),
  ],
  ["subscribe", compile(channelFields)],
  ["unsubscribe", compile(channelFields)],
  ["resync", compile(channelFields)],
  ["refresh", compile({ required: { t: anything } })],
  ["ping", compile({ required: { t: anything } })],
]);

/** Decodes and checks one text frame of a client. Never throws. */
export function readClientFrame(text: string): ReadFrame {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse(problem("malformed_frame", "The frame is not valid JSON."));
  }
  return checkClientFrame(value);
}

/** Checks a decoded frame of a client. */
export function checkClientFrame(value: unknown): ReadFrame {
  if (!isRecord(value)) return refuse(problem("malformed_frame", "The frame must be a JSON object."));
  return Object.hasOwn(value, "t") ? checkControl(value) : checkCommand(value);
}

function checkCommand(value: Record<string, unknown>): ReadFrame {
  const operation = value["op"];
  const check = typeof operation === "string" ? commandCheck(operation) : undefined;
  if (check === undefined) {
    const code = operation === undefined ? "unknown_frame" : "unknown_operation";
    const wish = operation === undefined ? "A frame needs t or op" : "op must be one of the operations";
    const detail = `${wish}: ${OPERATION_NAMES.join(", ")}.`;
    return refuseCommand(value, problem(code, detail, { field: "op" }));
  }
  const fault = check(value, "");
  if (fault !== undefined) return refuseCommand(value, faultProblem(fault));
  return { type: "command", frame: value as AnyCommandFrame };
}

function checkControl(value: Record<string, unknown>): ReadFrame {
  const kind = value["t"];
  const check = typeof kind === "string" ? controlChecks.get(kind) : undefined;
  if (check === undefined) {
    const detail = `t must be one of ${[...controlChecks.keys()].join(", ")}.`;
    return refuse(problem("unknown_frame", detail, { field: "t" }));
  }
  const fault = check(value, "");
  if (fault === undefined) return { type: "control", frame: value as ControlFrame };
  const channel = value["ch"];
  return typeof channel === "string" && isChannel(channel)
    ? { type: "refused", problem: faultProblem(fault), ch: channel }
    : refuse(faultProblem(fault));
}

/** Shows what is wrong with a value as a problem. */
export function faultProblem(fault: Fault): Problem {
  return problem(fault.code, fault.detail, { field: fault.field });
}

function refuse(reason: Problem): RefusedFrame {
  return { type: "refused", problem: reason };
}

function refuseCommand(value: Record<string, unknown>, reason: Problem): RefusedFrame {
  const id = value["id"];
  // Without a usable id there is no command to answer: the problem goes out as a frame of its own.
  return Number.isSafeInteger(id) && Number(id) >= 0
    ? { type: "refused", problem: reason, id: Number(id) }
    : refuse(reason);
}
