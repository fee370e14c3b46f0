import { expect, test } from "bun:test";
import { DELIVERED, type Item } from "./items.ts";
import { PortLink } from "./port-link.ts";

test("what is sent in one turn of the event loop arrives in order", async () => {
  const { port1, port2 } = new MessageChannel();
  const frames: (readonly Item[])[] = [];
  const { promise: arrived, resolve } = Promise.withResolvers<void>();
  const receiver = new PortLink(port2, (items) => {
    frames.push(items);
    if (frames.length === 2) resolve();
  });
  expect(receiver).toBeDefined();
  const link = new PortLink(port1, () => undefined);
  link.send([DELIVERED, 1, 2, 3]);
  link.send([DELIVERED, 1, 2, 4]);
  await new Promise((flushed) => setImmediate(flushed));
  link.send([DELIVERED, 1, 2, 5]);
  await arrived;
  port1.close();
  expect(frames).toEqual([
    [
      [DELIVERED, 1, 2, 3],
      [DELIVERED, 1, 2, 4],
    ],
    [[DELIVERED, 1, 2, 5]],
  ]);
});
