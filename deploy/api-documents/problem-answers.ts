import { problemKind } from "../../gateway/protocol/problems.ts";
import { SHOP_CODES } from "../../gateway/protocol/refusal-codes.ts";
import { type Json, schemaReference } from "./json-schemas.ts";

// Of every request, and of those that more is known of.
const OF_ALL = ["token_in_url", "internal"];
const OF_SESSIONS = ["session_required", "invalid_session"];
const OF_COMMANDS = [
  ...OF_SESSIONS,
  "session_expired",
  "origin_not_allowed",
  "key_missing",
  "invalid_field",
  "overloaded",
  "outcome_unknown",
  "deadline_expired",
];
const OF_BODIES = [
  "not_allowed",
  "malformed_body",
  "body_too_large",
  "unsupported_media_type",
  "unknown_field",
  "missing_field",
];

const RETRY_AFTER: Json = {
  "Retry-After": { description: "Seconds until it is worth trying again.", schema: { type: "integer" } },
};
const AUTHENTICATE: Json = {
  "WWW-Authenticate": { description: "How a session is presented.", schema: { const: "Bearer" } },
};

/** The refusals of a request that reads, by status. `codes` are those that it has by itself. */
export function readRefusals(codes: readonly string[], session: "none" | "begun" | "needed"): Json {
  const ofSession = { none: [], begun: ["invalid_session"], needed: OF_SESSIONS }[session];
  return { ...byStatus([...OF_ALL, ...ofSession, ...codes]), default: anyOther([]) };
}

/** The refusals of a command, by status; those that come from actors, which no type tells apart, are the shop's as a whole. */
export function commandRefusals(hasBody: boolean): Json {
  const own = [...OF_ALL, ...OF_COMMANDS, ...(hasBody ? OF_BODIES : [])];
  const statuses = new Set(own.map(statusOf));
  const [told, others] = [true, false].map((isTold) =>
    SHOP_CODES.filter((code) => statuses.has(statusOf(code)) === isTold),
  );
  return { ...byStatus([...own, ...(told ?? [])]), default: anyOther(others ?? []) };
}

function byStatus(codes: readonly string[]): Json {
  const groups = Map.groupBy([...new Set(codes)].toSorted(), statusOf);
  return Object.fromEntries(
    [...groups].toSorted(([left], [right]) => left - right).map(([status, each]) => [status, answer(each)]),
  );
}

function answer(codes: readonly string[]): Json {
  const [first = ""] = codes;
  const status = statusOf(first);
  const headers = {
    ...(status === 401 ? AUTHENTICATE : {}),
    ...(status === 503 ? RETRY_AFTER : {}),
  };
  return {
    description: codes.map((code) => `\`${code}\`: ${problemKind(code).title}.`).join(" "),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...content({
      allOf: [
        schemaReference("Problem"),
        { properties: { code: { enum: codes }, status: { const: status } } },
      ],
    }),
  };
}

function anyOther(codes: readonly string[]): Json {
  const some = codes.length === 0 ? "" : ` Of the shop: ${codes.map((code) => `\`${code}\``).join(", ")}.`;
  return {
    description: `Any other refusal, by its code.${some}`,
    headers: RETRY_AFTER,
    ...content(schemaReference("Problem")),
  };
}

function content(schema: Json): Json {
  return { content: { "application/problem+json": { schema } } };
}

function statusOf(code: string): number {
  return problemKind(code).status;
}
