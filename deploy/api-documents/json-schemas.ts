import { z } from "zod";

/** Data of a document. */
export type Json = Readonly<Record<string, unknown>>;

/** The dialect of JSON Schema that a document uses. */
export type Dialect = "draft-2020-12" | "draft-7";

/** Where a document has the schema of this name. */
export function schemaReference(name: string): Json {
  return { $ref: `#/components/schemas/${name}` };
}

/** The schemas of a document by name; where one has another one as a part, it refers to it. */
export function componentSchemas(
  named: Readonly<Record<string, z.ZodType>>,
  dialect: Dialect,
): Readonly<Record<string, Json>> {
  const registry = z.registry<{ readonly id: string }>();
  for (const [id, schema] of Object.entries(named)) {
    // What has two names is told under the first.
    if (!registry.has(schema)) registry.add(schema, { id });
  }
  const { schemas } = z.toJSONSchema(registry, {
    target: dialect,
    // Open objects stay open: as output they would be closed.
    io: "input",
    uri: (id) => String(schemaReference(id)["$ref"]),
  });
  return Object.fromEntries(
    Object.entries(named).map(([name, schema]) => {
      const own = schemas[name];
      return [name, own === undefined ? schemaReference(registry.get(schema)?.id ?? "") : bare(own)];
    }),
  );
}

/** A schema that is told where it is used. */
export function inlineSchema(schema: z.ZodType, dialect: Dialect): Json {
  return bare(z.toJSONSchema(schema, { target: dialect, io: "input" }));
}

/** `cart.add` as part of the name of a schema: `CartAdd`. */
export function schemaName(name: string): string {
  return name.replaceAll(/(?:^|\.)([a-z])/g, (_all, letter: string) => letter.toUpperCase());
}

function bare(schema: object): Json {
  const { $schema: _dialect, $id: _id, ...rest } = schema as Record<string, unknown>;
  return rest;
}
