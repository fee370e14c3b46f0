import { afterEach, expect, test } from "bun:test";
import { eventually } from "../../persistence/testing/condition.ts";
import { ShopSocket, type WorkFrame } from "./shop-socket.ts";
import { agreeable, PretendShop } from "./testing/pretend-shop.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A connection to a shop that closes it when it is asked to check out, and what its owner hears. */
async function connect() {
  const shop = new PretendShop((frame) => (frame.op === "checkout" ? "close" : agreeable(frame)));
  const heard: string[] = [];
  const socket = await connectTo(shop, heard);
  closers.push(() => shop.close());
  return { shop, socket, heard };
}

async function connectTo(shop: PretendShop, heard: string[]): Promise<ShopSocket> {
  const socket = new ShopSocket(shop.socketUrl, {
    welcomed: () => void heard.push("welcomed"),
    received: (frame: WorkFrame) => void heard.push("re" in frame ? `answer ${frame.re}` : frame.t),
    askedToMove: () => void heard.push("asked to move"),
    lost: (reason) => void heard.push(`lost: ${reason}`),
  });
  closers.unshift(() => socket.close());
  socket.open();
  await eventually("the socket was welcomed", () => heard.length === 1);
  return socket;
}

test("only a connection that has been quiet for a while gives a sign of life", async () => {
  const { shop, socket } = await connect();
  socket.send('{"id":1,"op":"cart.add"}', 1_000);
  socket.pingIfQuiet(20_000);
  socket.pingIfQuiet(22_000);
  socket.pingIfQuiet(23_000);
  await eventually("two frames came", () => shop.seen.length === 2);
  expect(shop.seen.map(({ t, op }) => t ?? op)).toEqual(["cart.add", "ping"]);
});

test("who comes again is another customer, who hears nothing that was meant for the one before", async () => {
  const { shop, socket, heard } = await connect();
  socket.send('{"id":1,"op":"cart.add"}', 0);
  socket.renew();
  await eventually("somebody else was welcomed", () => heard.length === 2);
  socket.send('{"id":2,"op":"cart.add"}', 0);
  await eventually("the answer came", () => heard.length === 3);
  expect(heard).toEqual(["welcomed", "welcomed", "answer 2"]);
  expect(shop.customers).toBe(2);
  await eventually("the one before had left", () => shop.present === 1);
});

test("a connection that is lost says so, and comes again by itself", async () => {
  const { socket, heard } = await connect();
  socket.send('{"id":1,"op":"checkout"}', 0);
  await eventually("the socket was welcomed again", () => heard.length === 3);
  expect(heard).toEqual(["welcomed", "lost: code 4000", "welcomed"]);
});

test("what is sent without a connection is not sent at all, and who has gone for good stays away", async () => {
  const { shop, socket, heard } = await connect();
  socket.close();
  socket.send('{"id":1,"op":"cart.add"}', 0);
  socket.renew();
  // Whoever comes after that is let in after that.
  await connectTo(shop, []);
  expect(shop.customers).toBe(2);
  expect([shop.seen, heard]).toEqual([[], ["welcomed"]]);
});
