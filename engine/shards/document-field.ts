/** Something that is stored or was sent has not the shape that it should have. */
export class UnreadableDocument extends Error {
  override readonly name = "UnreadableDocument";
}

/**
 * One field of a document whose shape nobody has checked yet. Every look at it checks what it finds.
 * @throws {UnreadableDocument} naming the field, as everything that looks does.
 */
export class DocumentField {
  readonly #path: string;
  readonly #value: unknown;

  /** `path` names it in errors, such as `state`. */
  constructor(path: string, value: unknown) {
    this.#path = path;
    this.#value = value;
  }

  /** What is read of it; null when it is null, or was left out. */
  orNull<Read>(read: (field: DocumentField) => Read): Read | null {
    return this.#value === null || this.#value === undefined ? null : read(this);
  }

  field(name: string): DocumentField {
    return new DocumentField(`${this.#path}.${name}`, this.#record()[name]);
  }

  /** All fields, by name. */
  fields(): readonly (readonly [name: string, field: DocumentField])[] {
    return Object.keys(this.#record()).map((name) => [name, this.field(name)]);
  }

  /** The elements of a list. */
  list(): readonly DocumentField[] {
    if (!Array.isArray(this.#value)) throw this.#wrong("a list");
    return this.#value.map((element, index) => new DocumentField(`${this.#path}[${index}]`, element));
  }

  text(): string {
    if (typeof this.#value !== "string") throw this.#wrong("a text");
    return this.#value;
  }

  /** Any number but those that are none. */
  number(): number {
    if (typeof this.#value !== "number" || !Number.isFinite(this.#value)) throw this.#wrong("a number");
    return this.#value;
  }

  /** A whole number, 0 or more. */
  count(): number {
    const value = this.#value;
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
    throw this.#wrong("a whole number from 0 on");
  }

  flag(): boolean {
    if (typeof this.#value !== "boolean") throw this.#wrong("true or false");
    return this.#value;
  }

  /** One of the words that this record has. */
  word<Word extends string>(words: Readonly<Record<Word, true>>): Word {
    const text = this.text();
    if (!Object.hasOwn(words, text)) throw this.#wrong(`one of ${Object.keys(words).join(", ")}`);
    return text as Word;
  }

  #record(): Readonly<Record<string, unknown>> {
    if (typeof this.#value !== "object" || this.#value === null || Array.isArray(this.#value))
      throw this.#wrong("an object");
    return this.#value as Readonly<Record<string, unknown>>;
  }

  #wrong(expected: string): UnreadableDocument {
    const found = JSON.stringify(this.#value)?.slice(0, 60) ?? "nothing";
    return new UnreadableDocument(`${this.#path} has to be ${expected}, and is ${found}`);
  }
}
