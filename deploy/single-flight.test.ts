import { expect, test } from "bun:test";
import { SingleFlight } from "./single-flight.ts";

test("whoever asks while the work is under way shares what comes of it, and the next one begins anew", async () => {
  const works: PromiseWithResolvers<number>[] = [];
  const flight = new SingleFlight(() => {
    const work = Promise.withResolvers<number>();
    works.push(work);
    return work.promise;
  });
  const results = Promise.all([flight.run(), flight.run(), flight.run()]);
  works[0]?.resolve(1);
  expect([await results, works.length]).toEqual([[1, 1, 1], 1]);
  const again = flight.run();
  works[1]?.resolve(2);
  expect(await again).toBe(2);
});

test("work that fails, also before it has begun, fails for those who share it only", async () => {
  let isBroken = true;
  const flight = new SingleFlight(() => {
    if (isBroken) throw new Error("broken");
    return "done";
  });
  await expect(flight.run()).rejects.toThrow("broken");
  isBroken = false;
  expect(await flight.run()).toBe("done");
});
