/** HTML that needs no more care. */
export class Markup {
  readonly text: string;

  /** Takes HTML as it is; whatever comes from elsewhere goes through {@link html}. */
  constructor(text: string) {
    this.text = text;
  }
}

/** What can stand in a template. */
export type MarkupPart = Markup | string | number | readonly MarkupPart[];

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** A template of HTML: texts in it are escaped, markup is not. */
export function html(literals: TemplateStringsArray, ...parts: readonly MarkupPart[]): Markup {
  const text = literals.map((literal, at) => literal + written(parts[at] ?? "")).join("");
  return new Markup(text);
}

/** JSON that a `<script type="application/json">` can hold: nothing in it ends the element. */
export function embeddedJson(value: unknown): Markup {
  return new Markup(JSON.stringify(value).replaceAll("<", "\\u003c"));
}

function written(part: MarkupPart): string {
  if (part instanceof Markup) return part.text;
  if (typeof part === "string" || typeof part === "number")
    return String(part).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
  return part.map(written).join("");
}
