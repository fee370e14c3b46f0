/** Work that is under way once at most: whoever wants it meanwhile shares what comes of it. */
export class SingleFlight<Result> {
  readonly #work: () => Result | PromiseLike<Result>;
  #underWay: Promise<Result> | undefined;

  constructor(work: () => Result | PromiseLike<Result>) {
    this.#work = work;
  }

  run(): Promise<Result> {
    this.#underWay ??= this.#begin().finally(() => (this.#underWay = undefined));
    return this.#underWay;
  }

  async #begin(): Promise<Result> {
    return this.#work();
  }
}
