import { z } from "zod";
import { SESSION_COOKIE } from "../../gateway/auth/credentials.ts";
import { HTTP_COMMANDS, HTTP_READS, type HttpCommandRoute } from "../../gateway/protocol/http-routes.ts";
import { SOCKET_PATH } from "../../gateway/protocol/messages.ts";
import { toldOperations } from "../../gateway/protocol/reply-schemas.ts";
import { argumentSchemas, id, key } from "../../gateway/protocol/schemas.ts";
import { commandSamples } from "../../gateway/protocol/testing/client-samples.ts";
import { replySamples } from "../../gateway/protocol/testing/server-samples.ts";
import { WIRE_REVISION } from "../../gateway/protocol/testing/wire-shapes.ts";
import { text, viewSchemas } from "../../gateway/protocol/view-schemas.ts";
import { componentSchemas, inlineSchema, type Json, schemaName, schemaReference } from "./json-schemas.ts";
import { commandRefusals, readRefusals } from "./problem-answers.ts";
import { toldReads } from "./told-reads.ts";

const DIALECT = "draft-2020-12";

const DESCRIPTION = `What a shop answers over HTTP. The socket \`${SOCKET_PATH}\` has a document of its own, \
/v1/asyncapi.json. Amounts are whole minor units, times are milliseconds since 1970, lengths of texts are counted in UTF-16 \
code units. Fields and codes may be added at any time: leave alone what you do not know. GET goes with HEAD.`;

/** The parameters of paths that read. */
const READ_PARAMETERS: Readonly<Record<string, z.ZodType>> = { sku: id, order: id, code: text };

/** The HTTP API as a document of OpenAPI 3.1. */
export function openApi(): Json {
  return {
    openapi: "3.1.1",
    info: { title: "Stampede", version: `1.${WIRE_REVISION}.0`, description: DESCRIPTION },
    jsonSchemaDialect: "https://json-schema.org/draft/2020-12/schema",
    servers: [{ url: "/", description: "The shop that this document came from." }],
    paths: paths(),
    components: {
      schemas: componentSchemas({ ...viewSchemas, ...bodiesAndReplies() }, DIALECT),
      parameters: {
        "Idempotency-Key": {
          name: "Idempotency-Key",
          in: "header",
          required: true,
          description: "The same key with the same content has one effect and one answer.",
          schema: inlineSchema(key, DIALECT),
        },
        traceparent: {
          name: "traceparent",
          in: "header",
          description: "The trace that the command belongs to (W3C Trace Context).",
          schema: { type: "string" },
        },
      },
      securitySchemes: {
        cookie: {
          type: "apiKey",
          in: "cookie",
          name: SESSION_COOKIE,
          description: "Set by GET /v1/session.",
        },
        bearer: {
          type: "http",
          scheme: "bearer",
          description: "The session of a welcome, or an operator's.",
        },
      },
    },
  };
}

function paths(): Json {
  const found: Record<string, Record<string, Json>> = {};
  const add = (path: string, method: string, operation: Json): void => {
    const told = path.replaceAll(/:(\w+)/g, "{$1}");
    found[told] = { ...found[told], [method.toLowerCase()]: operation };
  };
  for (const [name, path] of Object.entries(HTTP_READS))
    add(path, "GET", read(name as keyof typeof HTTP_READS));
  for (const route of HTTP_COMMANDS) add(route.path, route.method, command(route));
  return found;
}

function read(name: keyof typeof HTTP_READS): Json {
  const { summary, session, query, answer, samples, codes } = toldReads[name];
  const parameters = [
    ...pathParameters(HTTP_READS[name], READ_PARAMETERS),
    ...Object.entries(query ?? {}).map(([each, schema]) => parameter("query", each, schema)),
  ];
  const headers = {
    "Set-Cookie": { description: "The session, when it is new.", schema: { type: "string" } },
  };
  return {
    operationId: name,
    summary,
    security: { none: [], begun: [{}, ...SESSION], needed: SESSION }[session],
    ...(parameters.length === 0 ? {} : { parameters }),
    responses: {
      200: {
        description: "As it is.",
        ...(session === "begun" ? { headers } : {}),
        ...json(schemaReference(answer), samples),
      },
      ...readRefusals(codes, session),
    },
  };
}

const SESSION: readonly Json[] = [{ cookie: [] }, { bearer: [] }];

function command({ path, operation, hasBody, status }: HttpCommandRoute): Json {
  const name = schemaName(operation);
  const bodies = commandSamples[operation].map((sample) => bodyOf(sample, path));
  return {
    operationId: name.charAt(0).toLowerCase() + name.slice(1),
    summary: toldOperations[operation].summary,
    description: `The operation \`${operation}\` of the socket.`,
    security: SESSION,
    parameters: [
      ...pathParameters(path, argumentSchemas[operation]),
      { $ref: "#/components/parameters/Idempotency-Key" },
      { $ref: "#/components/parameters/traceparent" },
    ],
    ...(hasBody ? { requestBody: { required: true, ...json(schemaReference(`${name}Body`), bodies) } } : {}),
    responses: {
      [status]: {
        description: "It is done.",
        ...json(schemaReference(`${name}Reply`), replySamples[operation]),
      },
      ...commandRefusals(hasBody),
    },
  };
}

/** What a command has as its body: its arguments but those that are in the path. */
function bodiesAndReplies(): Readonly<Record<string, z.ZodType>> {
  return Object.fromEntries(
    HTTP_COMMANDS.flatMap(({ operation, path, hasBody }): [string, z.ZodType][] => {
      const name = schemaName(operation);
      const inPath = parametersOf(path);
      const fields = Object.entries(argumentSchemas[operation]).filter(([field]) => !inPath.includes(field));
      const body = z.strictObject(Object.fromEntries(fields));
      const reply: [string, z.ZodType] = [`${name}Reply`, toldOperations[operation].reply];
      return hasBody ? [[`${name}Body`, body], reply] : [reply];
    }),
  );
}

function bodyOf(frame: object, path: string): Json {
  const elsewhere = new Set(["id", "op", "key", "deadlineMs", ...parametersOf(path)]);
  return Object.fromEntries(Object.entries(frame).filter(([field]) => !elsewhere.has(field)));
}

function pathParameters(path: string, schemas: Readonly<Record<string, z.ZodType>>): readonly Json[] {
  return parametersOf(path).map((name) => parameter("path", name, schemas[name] ?? text));
}

function parametersOf(path: string): readonly string[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name = ""]) => name);
}

function parameter(place: "path" | "query", name: string, schema: z.ZodType): Json {
  return {
    name,
    in: place,
    ...(place === "path" ? { required: true } : {}),
    schema: inlineSchema(schema, DIALECT),
  };
}

function json(schema: Json, samples: readonly unknown[]): Json {
  const examples = Object.fromEntries(samples.map((value, index) => [String(index + 1), { value }]));
  return { content: { "application/json": { schema, examples } } };
}
