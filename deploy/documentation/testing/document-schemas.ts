import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";

/** Any data of a document. */
export type Tree = { readonly [name: string]: Tree };

/**
 * The schemas of a document, as programs that read it see them, but closed: a field that no schema tells of is a fault here,
 * while clients leave it alone.
 */
export class DocumentSchemas {
  readonly document: Tree;
  readonly #ajv: Ajv;

  constructor(file: "docs/openapi.json" | "docs/asyncapi.json") {
    this.document = JSON.parse(readFileSync(join(import.meta.dir, "../../..", file), "utf8")) as Tree;
    const options = { strict: false, validateFormats: false, allErrors: true };
    this.#ajv = file === "docs/openapi.json" ? new Ajv2020(options) : new Ajv(options);
    this.#ajv.addSchema(closed(this.document) as object, "document");
  }

  /** What is wrong with a value by the schema at this place of the document; nothing when it is right. */
  faults(place: readonly string[], value: unknown): readonly string[] {
    const validate = this.#at(place);
    return validate(value)
      ? []
      : (validate.errors ?? []).map(
          ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
        );
  }

  #at(place: readonly string[]): ValidateFunction {
    const pointer = place.map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1")));
    const found = this.#ajv.getSchema(`document#/${pointer.join("/")}`);
    if (found === undefined) throw new Error(`the document has nothing at ${place.join(" ")}`);
    return found as ValidateFunction;
  }
}

function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== "object" || value === null) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([name, each]) => [name, closed(each)]));
  const isOpen = copy["type"] === "object" && "properties" in copy && !("additionalProperties" in copy);
  return isOpen ? { ...copy, additionalProperties: false } : copy;
}
