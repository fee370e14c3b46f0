import type { Session } from "../auth/session.ts";
import { faultProblem } from "../protocol/client-frame.ts";
import { KEY_LENGTH_MAX } from "../protocol/bounds.ts";
import { isRecord } from "../protocol/checks.ts";
import type { AnyCommandFrame, Operation, Problem } from "../protocol/messages.ts";
import { checkArguments, idempotencyKey } from "../protocol/operations.ts";
import { problem } from "../protocol/problems.ts";
import type { CommandDesk } from "./command-desk.ts";
import type { CommandResult } from "./command-result.ts";

const KEY_HEADER = "Idempotency-Key";
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** A request that stands for an operation. `bound` are arguments that the path tells. */
export interface HttpCommand {
  readonly request: Request;
  readonly operation: Operation;
  readonly bound: Readonly<Record<string, unknown>>;
  readonly hasBody: boolean;
}

/** Carries out a request that stands for an operation, just as if it had come over a socket. */
export async function carryOut(
  desk: CommandDesk,
  session: Session,
  command: HttpCommand,
  bodyBytesMax: number,
): Promise<CommandResult> {
  const key = command.request.headers.get(KEY_HEADER);
  if (key === null || idempotencyKey(key, KEY_HEADER) !== undefined) return refuse(keyProblem(key));
  const body = command.hasBody
    ? await readBody(command.request, bodyBytesMax)
    : { type: "read" as const, value: {} };
  if (body.type === "refused") return refuse(body.problem);
  for (const name of Object.keys(command.bound)) {
    if (Object.hasOwn(body.value, name)) {
      const detail = `${name} is part of the address and cannot be in the body.`;
      return refuse(problem("unknown_field", detail, { field: name }));
    }
  }
  const values = { ...body.value, ...command.bound };
  const fault = checkArguments(command.operation, values);
  if (fault !== undefined) return refuse(faultProblem(fault));
  const frame = { ...values, id: 0, op: command.operation, key } as AnyCommandFrame;
  const traceparent = command.request.headers.get("traceparent") ?? "";
  return new Promise((resolve) => {
    desk.submit(frame, session, TRACEPARENT.test(traceparent) ? traceparent : undefined, resolve);
  });
}

type Body =
  | { readonly type: "read"; readonly value: Record<string, unknown> }
  | { readonly type: "refused"; readonly problem: Problem };

async function readBody(request: Request, bytesMax: number): Promise<Body> {
  const mediaType = (request.headers.get("content-type") ?? "").split(";", 1)[0]?.trim().toLowerCase();
  if (mediaType !== "application/json") {
    const detail = "The body must be application/json.";
    return { type: "refused", problem: problem("unsupported_media_type", detail, { field: "Content-Type" }) };
  }
  const tooLarge = problem("body_too_large", `The body may have ${bytesMax} bytes.`, {
    values: { limit: bytesMax },
  });
  if (Number(request.headers.get("content-length") ?? 0) > bytesMax)
    return { type: "refused", problem: tooLarge };
  let bytes: ArrayBuffer;
  try {
    bytes = await request.arrayBuffer();
  } catch {
    // The server stops reading a body without a length at its own limit.
    return { type: "refused", problem: tooLarge };
  }
  if (bytes.byteLength > bytesMax) return { type: "refused", problem: tooLarge };
  const value = decode(bytes);
  if (isRecord(value)) return { type: "read", value };
  return { type: "refused", problem: problem("malformed_body", "The body must be a JSON object.") };
}

function decode(bytes: ArrayBuffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

function keyProblem(key: string | null): Problem {
  const detail =
    key === null
      ? `${KEY_HEADER} is missing: it makes sending the same request twice harmless.`
      : `${KEY_HEADER} must be 1 to ${KEY_LENGTH_MAX} printable ASCII characters.`;
  return problem("key_missing", detail, { field: KEY_HEADER });
}

function refuse(reason: Problem): CommandResult {
  return { ok: false, problem: reason };
}
