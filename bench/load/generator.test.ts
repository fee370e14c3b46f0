import { afterEach, expect, test } from "bun:test";
import type { FromGenerator } from "./generator-messages.ts";
import { Generator } from "./generator.ts";
import { taskFor } from "./testing/crowd-run.ts";
import { PretendShop } from "./testing/pretend-shop.ts";

const TEST_MS_MAX = 60_000;

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
}, TEST_MS_MAX);

/** A generator at a shop that agrees to everything, and ways to wait for what it says. */
function startGenerator(seconds: number) {
  const shop = new PretendShop();
  const waiting = new Map<FromGenerator["kind"] | "died", PromiseWithResolvers<unknown>>();
  const said = (kind: FromGenerator["kind"] | "died") => {
    const found = waiting.get(kind) ?? Promise.withResolvers();
    waiting.set(kind, found);
    return found;
  };
  const phases = [{ name: "all", seconds, fromRate: 0, toRate: 0 }];
  const generator = new Generator(taskFor(shop, { phases }), {
    heard: (told) => said(told.kind).resolve(told),
    died: (reason) => said("died").resolve(reason),
  });
  closers.push(
    () => generator.close(),
    () => shop.close(),
  );
  return { generator, shop, said: (kind: FromGenerator["kind"] | "died") => said(kind).promise };
}

test(
  "a generator opens its connections, begins when it is told, and says when it is done",
  async () => {
    const { generator, shop, said } = startGenerator(0.3);
    await said("ready");
    expect(shop.seen).toEqual([]);
    generator.start(Date.now());
    expect(await said("done")).toEqual({ kind: "done", unanswered: 0, cutOffAtSeconds: null });
    const orders: unknown = expect.arrayContaining([expect.objectContaining({ key: "run-0-2" })]);
    expect(await said("acknowledged")).toMatchObject({ orders });
    expect(shop.commands("checkout").length).toBeGreaterThan(0);
  },
  TEST_MS_MAX,
);

test(
  "Ctrl-C in the terminal does not end it: whoever started it stops it, and hears the rest",
  async () => {
    const { generator, said } = startGenerator(3_600);
    await said("ready");
    generator.start(Date.now());
    await said("second");
    process.kill(generator.pid, "SIGINT");
    generator.stop();
    expect(await said("done")).toMatchObject({ cutOffAtSeconds: null });
  },
  TEST_MS_MAX,
);

test(
  "one that ends by itself is told of, with how",
  async () => {
    const { generator, said } = startGenerator(3_600);
    await said("ready");
    process.kill(generator.pid, "SIGKILL");
    expect(await said("died")).toBe("a generator ended with SIGKILL");
  },
  TEST_MS_MAX,
);

test(
  "one that was closed is gone and tells no more",
  async () => {
    const { generator, said } = startGenerator(3_600);
    await said("ready");
    await generator.close();
    expect(() => process.kill(generator.pid, 0)).toThrow("ESRCH");
  },
  TEST_MS_MAX,
);
