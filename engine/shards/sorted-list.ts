/** Items in an order that stays while they are in the list. */
export class SortedList<Item> {
  readonly #items: Item[];
  readonly #order: (left: Item, right: Item) => number;

  /** `order` never returns 0 for two items of the list. */
  constructor(items: Iterable<Item>, order: (left: Item, right: Item) => number) {
    this.#order = order;
    this.#items = [...items].sort(order);
  }

  get items(): readonly Item[] {
    return this.#items;
  }

  add(item: Item): void {
    this.#items.splice(this.#placeOf(item), 0, item);
  }

  /** Removes an item that is in the list, and stands where it stood when it was added. */
  remove(item: Item): void {
    this.#items.splice(this.#placeOf(item), 1);
  }

  /** How many items stand in front, for which `isBefore` is true; behind the first other one it is false for all. */
  countWhile(isBefore: (item: Item) => boolean): number {
    let [low, high] = [0, this.#items.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBefore(this.#items[middle] as Item)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #placeOf(item: Item): number {
    return this.countWhile((each) => this.#order(each, item) < 0);
  }
}
