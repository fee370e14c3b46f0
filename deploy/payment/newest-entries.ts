/** A map that remembers its newest entries only; past its bound the one that came first is forgotten. */
export class NewestEntries<Value> {
  readonly #max: number;
  readonly #values = new Map<string, Value>();
  /**
   * The names in the order in which they came, as a ring. The map has that order too, but to find its first entry it
   * walks over the places of all that it has lost since it last grew.
   */
  readonly #names: string[] = [];
  #first = 0;

  /** Keeps `max` entries, at least one. */
  constructor(max: number) {
    if (max < 1) throw new RangeError("at least one entry has to be remembered");
    this.#max = max;
  }

  get size(): number {
    return this.#values.size;
  }

  get(name: string): Value | undefined {
    return this.#values.get(name);
  }

  /** A name that is there already keeps its place. */
  set(name: string, value: Value): void {
    if (!this.#values.has(name)) this.#append(name);
    this.#values.set(name, value);
  }

  #append(name: string): void {
    const first = this.#names[this.#first];
    if (this.#names.length < this.#max || first === undefined) {
      this.#names.push(name);
      return;
    }
    this.#values.delete(first);
    this.#names[this.#first] = name;
    this.#first = (this.#first + 1) % this.#max;
  }
}
