import { expect, test } from "bun:test";
import { waitUntilCaughtUp } from "./catch-up.ts";
import { PretendShop } from "./testing/pretend-shop.ts";

test("it waits for every shard to reach the head that the journal had", async () => {
  const steps = [
    new Map([[0, 3]]),
    new Map([
      [0, 5],
      [1, 1],
    ]),
    new Map([
      [0, 5],
      [1, 2],
    ]),
  ];
  const behind: number[] = [];
  const ledger = {
    ...new PretendShop().ledger(),
    heads: () =>
      Promise.resolve(
        new Map([
          [0, 5],
          [1, 2],
        ]),
      ),
    projected: () => Promise.resolve(steps.shift() ?? new Map<number, number>()),
  };
  await waitUntilCaughtUp(ledger, (segments) => behind.push(segments));
  expect(behind).toEqual([4, 1]);
});

test("read models that stand still are told, with a shard that is behind", async () => {
  const ledger = {
    ...new PretendShop().ledger(),
    projected: () => Promise.resolve(new Map<number, number>()),
  };
  await expect(waitUntilCaughtUp(ledger, () => undefined, 0)).rejects.toThrow(
    "the read models do not follow the journal: 1 segments behind, shard 0 by 1",
  );
});
