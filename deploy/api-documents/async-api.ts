import type { z } from "zod";
import { SESSION_COOKIE } from "../../gateway/auth/credentials.ts";
import { CLOSE } from "../../gateway/protocol/close-reasons.ts";
import {
  type ControlFrame,
  FRAME_BYTES_MAX,
  type Operation,
  SOCKET_PATH,
  SUBPROTOCOL,
} from "../../gateway/protocol/messages.ts";
import { toldOperations } from "../../gateway/protocol/reply-schemas.ts";
import { commandSchemas, controlSchemas, namedSchemas } from "../../gateway/protocol/schemas.ts";
import { okFrameSchema, serverFrameSchemas } from "../../gateway/protocol/server-frame-schemas.ts";
import { commandSamples, controlSamples } from "../../gateway/protocol/testing/client-samples.ts";
import { bodySamples, replySamples, serverSamples } from "../../gateway/protocol/testing/server-samples.ts";
import { WIRE_REVISION } from "../../gateway/protocol/testing/wire-shapes.ts";
import { viewSchemas } from "../../gateway/protocol/view-schemas.ts";
import { componentSchemas, type Json, schemaName, schemaReference } from "./json-schemas.ts";

type ServerFrameName = keyof typeof serverFrameSchemas;

/** A frame that goes over the socket. */
interface Message {
  readonly summary: string;
  /** The name of its schema. */
  readonly name: string;
  readonly schema: z.ZodType;
  readonly samples: readonly unknown[];
}

/** What frames of clients that are no commands are for, and what comes back. */
const CONTROL: Readonly<
  Record<ControlFrame["t"], { readonly summary: string; readonly answers: readonly ServerFrameName[] }>
> = {
  hello: { summary: "The first frame of a socket: who is there.", answers: ["welcome", "problem"] },
  subscribe: { summary: "Begins to watch a channel.", answers: ["snapshot", "problem"] },
  unsubscribe: { summary: "Watches a channel no more.", answers: [] },
  resync: { summary: "Asks for a new snapshot of a channel.", answers: ["snapshot", "problem"] },
  refresh: { summary: "Renews the session before it ends.", answers: ["welcome", "problem"] },
  ping: { summary: "Keeps the socket open.", answers: ["pong"] },
};

const SERVER_FRAMES: Readonly<Record<ServerFrameName, string>> = {
  welcome: "Answers hello and refresh: the session, and how the socket is to be used.",
  snapshot: "All that a channel shows; null while the thing does not exist.",
  delta: "The fields that have changed since prev; who is not at prev says resync.",
  refused: "Answers a command that was refused.",
  problem: "A frame that cannot be served; with ch, a channel that is not watched, or not any more.",
  reconnect: "This gateway ends soon: connect anew after afterMs and a random part of jitterMs.",
  pong: "Answers ping with the shop's time.",
};

/** What the shop says without being asked. */
const PUSHED = ["snapshot", "delta", "problem", "reconnect"] as const satisfies readonly ServerFrameName[];

/** The socket as a document of AsyncAPI 3. */
export function asyncApi(): Json {
  const messages = allMessages();
  const schemas = Object.values(messages).map(({ name, schema }) => [name, schema] as const);
  return {
    asyncapi: "3.0.0",
    info: { title: "Stampede", version: `1.${WIRE_REVISION}.0`, description: DESCRIPTION },
    defaultContentType: "application/json",
    servers: {
      shop: {
        host: "{host}",
        protocol: "ws",
        description: "wss where the shop is behind TLS.",
        variables: { host: { default: "localhost:7070", description: "Where the shop is." } },
        security: [{ $ref: "#/components/securitySchemes/cookie" }],
      },
    },
    channels: { socket: socket(Object.keys(messages)) },
    operations: operations(),
    components: {
      messages: Object.fromEntries(
        Object.entries(messages).map(([message, { summary, name, samples }]) => [
          message,
          {
            name: message,
            summary,
            payload: schemaReference(name),
            examples: samples.map((payload) => ({ payload })),
          },
        ]),
      ),
      schemas: componentSchemas(
        { ...viewSchemas, ...namedSchemas, ...Object.fromEntries(schemas) },
        "draft-7",
      ),
      securitySchemes: {
        cookie: {
          type: "httpApiKey",
          in: "cookie",
          name: SESSION_COOKIE,
          description:
            "Pages of the shop have it. Everybody else names a session in hello, or gets a new one.",
        },
      },
    },
  };
}

const DESCRIPTION = `The socket of a shop: one JSON text per frame, ${FRAME_BYTES_MAX} bytes at most. What can be asked over \
HTTP is in /v1/openapi.json. Amounts are whole minor units, times are milliseconds since 1970, lengths of texts are counted in \
UTF-16 code units. Fields and codes may be added at any time: leave alone what you do not know.`;

function socket(messages: readonly string[]): Json {
  const closed = Object.values(CLOSE).map(
    ({ code, retryable, reason }) => `| ${code} | ${reason} | ${retryable ? "yes" : "no"} |`,
  );
  return {
    address: SOCKET_PATH,
    title: SUBPROTOCOL,
    description: [
      "Commands are answered by one frame with their id, in any order.",
      "",
      "| closed with | why | connect again |",
      "| --- | --- | --- |",
      ...closed,
      "| every other | a lost connection | yes |",
    ].join("\n"),
    messages: Object.fromEntries(messages.map((name) => [name, { $ref: `#/components/messages/${name}` }])),
    bindings: {
      ws: {
        method: "GET",
        headers: {
          type: "object",
          properties: { "Sec-WebSocket-Protocol": { type: "string", const: SUBPROTOCOL } },
        },
        bindingVersion: "0.1.0",
      },
    },
  };
}

function allMessages(): Readonly<Record<string, Message>> {
  const all: Record<string, Message> = {};
  for (const [t, schema] of controlSchemas) {
    const kind = t as ControlFrame["t"];
    const { summary } = CONTROL[kind];
    all[t] = { summary, name: `${schemaName(t)}Frame`, schema, samples: controlSamples[kind] };
  }
  for (const [op, schema] of commandSchemas) {
    const operation = op as Operation;
    const { summary, reply } = toldOperations[operation];
    const name = schemaName(op);
    all[op] = { summary, name: `${name}Command`, schema, samples: commandSamples[operation] };
    all[answerOf(op)] = {
      summary: `Answers ${op}.`,
      name: `${name}Answer`,
      schema: okFrameSchema(reply),
      samples: replySamples[operation].map((ok) => ({ re: 1, ok })),
    };
  }
  for (const [t, schema] of Object.entries(serverFrameSchemas)) {
    const kind = t as ServerFrameName;
    const samples = [...serverSamples[kind], ...(kind === "snapshot" ? snapshots() : [])];
    all[t] = { summary: SERVER_FRAMES[kind], name: `${schemaName(t)}Frame`, schema, samples };
  }
  return all;
}

/** A snapshot of each channel, with all that it may show. */
function snapshots(): readonly unknown[] {
  const { sku, cart, order } = bodySamples;
  const states = { "sku/MUG": sku, cart, "order/C~1": order };
  return Object.entries(states).flatMap(([ch, samples]) =>
    samples.map((state) => ({ t: "snapshot", ch, epoch: 1, offset: 2, state })),
  );
}

function answerOf(operation: string): string {
  return `${operation}.ok`;
}

function operations(): Json {
  const found: Record<string, Json> = {};
  for (const [t, { summary, answers }] of Object.entries(CONTROL)) found[t] = receive(t, summary, answers);
  for (const op of commandSchemas.keys())
    found[op] = receive(op, toldOperations[op as Operation].summary, [answerOf(op), "refused"]);
  const summary = "What is watched has changed, or the shop has something to say.";
  return { ...found, push: { action: "send", channel: CHANNEL, summary, messages: references(PUSHED) } };
}

const CHANNEL: Json = { $ref: "#/channels/socket" };

function receive(message: string, summary: string, answers: readonly string[]): Json {
  return {
    action: "receive",
    channel: CHANNEL,
    summary,
    messages: references([message]),
    ...(answers.length === 0 ? {} : { reply: { channel: CHANNEL, messages: references(answers) } }),
  };
}

function references(messages: readonly string[]): readonly Json[] {
  return messages.map((name) => ({ $ref: `#/channels/socket/messages/${name}` }));
}
