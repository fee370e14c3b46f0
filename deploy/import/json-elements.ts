/** One product in a JSON text. */
export interface JsonElement {
  /** Line that it starts at, from 1. */
  readonly line: number;
  readonly text: string;
}

/** The text is not a list of products; told by line. */
export class JsonListFault extends Error {
  override readonly name = "JsonListFault";
  readonly line: number;

  constructor(line: number, detail: string) {
    super(detail);
    this.line = line;
  }
}

/**
 * Cuts a JSON list, or the list `products` of a JSON object, into its elements. JSON parsers do not tell lines, and stop
 * at the first fault; cut up, each product is parsed, and blamed, by itself.
 * @throws {JsonListFault} when the text around the elements is wrong.
 */
export function* jsonElements(text: string): Generator<JsonElement> {
  const scanner = new Scanner(text);
  if (scanner.takes("{")) scanner.enter("products");
  scanner.expect("[", "a list of products, or an object with a list products");
  if (scanner.takes("]")) return;
  do {
    const line = scanner.line();
    yield { line, text: scanner.value() };
  } while (scanner.takes(","));
  scanner.expect("]", "a comma or the end of the list");
}

class Scanner {
  readonly #text: string;
  #at = 0;
  #line = 1;
  #lineCountedTo = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The line of the next thing that is not blank. */
  line(): number {
    this.#skipBlanks();
    for (let end = this.#lineEnd(); end >= 0 && end < this.#at; end = this.#lineEnd()) {
      this.#line += 1;
      this.#lineCountedTo = end + 1;
    }
    return this.#line;
  }

  takes(mark: string): boolean {
    this.#skipBlanks();
    if (this.#text[this.#at] !== mark) return false;
    this.#at += 1;
    return true;
  }

  expect(mark: string, wish: string): void {
    if (this.takes(mark)) return;
    const found = this.#text[this.#at];
    const what = found === undefined ? "the file ends" : `${JSON.stringify(found)} stands`;
    throw new JsonListFault(this.line(), `${what} where ${wish} should be`);
  }

  /** Goes to the value of a field of the object whose brace was just taken. */
  enter(field: string): void {
    while (!this.takes("}")) {
      const name = this.value();
      this.expect(":", "a colon");
      if (name === JSON.stringify(field)) return;
      this.value();
      this.takes(",");
    }
    throw new JsonListFault(this.line(), `the object has no field ${field}`);
  }

  /** The text of the next value: up to the comma or bracket that is not its own. */
  value(): string {
    this.#skipBlanks();
    const start = this.#at;
    let depth = 0;
    for (; this.#at < this.#text.length; this.#at += 1) {
      const mark = this.#text[this.#at];
      if (mark === '"') this.#skipString();
      else if (mark === "{" || mark === "[") depth += 1;
      else if (depth === 0 && (mark === "," || mark === ":" || mark === "}" || mark === "]")) break;
      else if (mark === "}" || mark === "]") depth -= 1;
    }
    if (depth > 0)
      throw new JsonListFault(this.line(), "the file ends within a value: a bracket is not closed");
    return this.#text.slice(start, this.#at).trimEnd();
  }

  /** Leaves the position at the closing quote. */
  #skipString(): void {
    for (this.#at += 1; this.#at < this.#text.length; this.#at += 1) {
      const mark = this.#text[this.#at];
      if (mark === "\\") this.#at += 1;
      else if (mark === '"') return;
    }
    throw new JsonListFault(this.line(), "the file ends within a text: a quote is not closed");
  }

  #skipBlanks(): void {
    while (BLANKS.has(this.#text[this.#at] ?? "")) this.#at += 1;
  }

  #lineEnd(): number {
    return this.#text.indexOf("\n", this.#lineCountedTo);
  }
}

const BLANKS: ReadonlySet<string> = new Set([" ", "\t", "\r", "\n", "\uFEFF"]);
