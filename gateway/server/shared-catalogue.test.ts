import { expect, test } from "bun:test";
import type { Catalogue, CataloguePage } from "../../engine/ports/catalogue.ts";
import { SharedCatalogue } from "./shared-catalogue.ts";

const FRONT_PAGE = { tenant: "shop", offset: 0, limit: 24 };

/** A catalogue whose database takes its time. */
class SlowCatalogue implements Catalogue {
  readonly asked: string[] = [];
  #answer: PromiseWithResolvers<void> = Promise.withResolvers();

  async search({ words, offset }: Parameters<Catalogue["search"]>[0]): Promise<CataloguePage> {
    this.asked.push(`${words ?? "everything"} from ${offset}`);
    await this.#answer.promise;
    return { entries: [], total: this.asked.length };
  }

  async find(_tenant: string, sku: string): Promise<undefined> {
    this.asked.push(sku);
    await this.#answer.promise;
  }

  answer(): void {
    this.#answer.resolve();
    this.#answer = Promise.withResolvers();
  }

  fail(): void {
    this.#answer.reject(new Error("the database is away"));
    this.#answer = Promise.withResolvers();
  }
}

test("a crowd with one question asks the database once, and others get answers of their own", async () => {
  const slow = new SlowCatalogue();
  const catalogue = new SharedCatalogue(slow);
  const crowd = Array.from({ length: 20 }, () => catalogue.search({ ...FRONT_PAGE }));
  const others = [
    catalogue.search({ ...FRONT_PAGE, words: "mug" }),
    catalogue.search({ ...FRONT_PAGE, offset: 24 }),
    catalogue.find("shop", "MUG-1"),
    catalogue.find("shop", "MUG-1"),
    catalogue.find("shop", "MUG-2"),
  ];
  const questions = ["everything from 0", "mug from 0", "everything from 24", "MUG-1", "MUG-2"];
  expect(slow.asked).toEqual(questions);
  slow.answer();
  expect(new Set(await Promise.all(crowd)).size).toBe(1);
  await Promise.all(others);
});

test("what has been answered, or could not be, is asked anew", async () => {
  const slow = new SlowCatalogue();
  const catalogue = new SharedCatalogue(slow);
  const crowd = [catalogue.search(FRONT_PAGE), catalogue.search(FRONT_PAGE)];
  slow.fail();
  for (const { status } of await Promise.allSettled(crowd)) expect(status).toBe("rejected");
  const later = catalogue.search(FRONT_PAGE);
  slow.answer();
  expect(await later).toEqual({ entries: [], total: 2 });
  const again = catalogue.search(FRONT_PAGE);
  slow.answer();
  expect(await again).toEqual({ entries: [], total: 3 });
});
