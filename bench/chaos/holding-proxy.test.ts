import type { Socket } from "bun";
import { afterEach, expect, test } from "bun:test";
import { eventually } from "../../persistence/testing/condition.ts";
import { HoldingProxy } from "./holding-proxy.ts";

const PIECE_BYTES = 4 * 1024 * 1024;

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A server that keeps what arrives, behind a proxy, and a client of it. */
async function connected() {
  const arrived: Uint8Array[] = [];
  let peer: Socket | undefined;
  let visitors = 0;
  const server = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      open: () => void (visitors += 1),
      data(socket, bytes) {
        peer = socket;
        arrived.push(Uint8Array.from(bytes));
        if (bytes.length < 100) socket.write(bytes);
      },
    },
  });
  const proxy = new HoldingProxy(`postgres://user:secret@127.0.0.1:${server.port}/postgres`);
  const echoed: string[] = [];
  let left = new Uint8Array();
  const client = await Bun.connect({
    hostname: "127.0.0.1",
    port: Number(new URL(proxy.url).port),
    socket: {
      data: (_, bytes) => void echoed.push(bytes.toString()),
      drain: (socket) => void (left = left.subarray(socket.write(left))),
    },
  });
  closers.push(
    () => client.end(),
    () => proxy.close(),
    () => server.stop(true),
  );
  const send = (bytes: Uint8Array): void => void (left = new Uint8Array(bytes.subarray(client.write(bytes))));
  /** Resolves when the proxy knows: whoever comes later has come through it by then. */
  const leave = async (): Promise<void> => {
    client.end();
    const before = visitors;
    const next = await Bun.connect({
      hostname: "127.0.0.1",
      port: Number(new URL(proxy.url).port),
      socket: { data: () => undefined },
    });
    await eventually("the next one has come", () => visitors > before);
    next.end();
  };
  const hasSent = (): boolean => left.length === 0;
  return {
    proxy,
    send,
    hasSent,
    leave,
    server: () => peer,
    arrived: () => arrived,
    echoed: () => echoed.join(""),
  };
}

function lengthOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}

test("what is held arrives when it is released, and replies still did", async () => {
  const { proxy, send, arrived, echoed } = await connected();
  send(Buffer.from("one"));
  await eventually("the first answer came", () => echoed() === "one");
  proxy.hold();
  send(Buffer.from("two"));
  await eventually("it is kept", () => proxy.heldBytes === 3);
  expect(Buffer.concat(arrived()).toString()).toBe("one");
  proxy.release();
  await eventually("the second answer came", () => echoed() === "onetwo");
  expect(proxy.heldBytes).toBe(0);
});

test("nothing passes a network that is cut, in either direction, and all of it arrives when it is mended", async () => {
  const { proxy, send, server, arrived, echoed } = await connected();
  send(Buffer.from("one"));
  await eventually("the first answer came", () => echoed() === "one");
  proxy.cut();
  send(Buffer.from("two"));
  server()?.write("unasked");
  await eventually("it is kept", () => proxy.heldBytes === 3);
  expect([Buffer.concat(arrived()).toString(), echoed()]).toEqual(["one", "one"]);
  proxy.release();
  await eventually("both arrived", () => echoed().length === "oneunaskedtwo".length);
  expect(Buffer.concat(arrived()).toString()).toBe("onetwo");
});

test("what was held arrives although whoever sent it has gone", async () => {
  const { proxy, send, leave, arrived, echoed } = await connected();
  send(Buffer.from("one"));
  await eventually("the first answer came", () => echoed() === "one");
  proxy.hold();
  send(Buffer.from("two"));
  await eventually("it is kept", () => proxy.heldBytes === 3);
  await leave();
  proxy.release();
  await eventually("it arrived", () => Buffer.concat(arrived()).toString() === "onetwo");
});

test("what the database does not take yet waits, and arrives whole and in order", async () => {
  const { proxy, send, hasSent, server, arrived } = await connected();
  send(Buffer.from("first"));
  await eventually("the server is there", () => server() !== undefined);
  server()?.pause();
  const sent = [Buffer.from("first")];
  const waits = (): boolean => proxy.heldBytes > 0;
  // The kernel takes some pieces by itself, how many is for the machine to say.
  while (!waits()) {
    const piece = Buffer.alloc(PIECE_BYTES, `${sent.length} `);
    sent.push(piece);
    send(piece);
    await eventually("it has been sent, or waits", () => hasSent() || waits());
  }
  server()?.resume();
  const sentBytes = lengthOf(sent);
  await eventually("all of it arrived", () => !waits() && lengthOf(arrived()) === sentBytes);
  expect(Bun.hash(Buffer.concat(arrived()))).toBe(Bun.hash(Buffer.concat(sent)));
});

test("the database's name and password stay in the URL", async () => {
  const { proxy } = await connected();
  expect(proxy.url).toMatch(/^postgres:\/\/user:secret@127\.0\.0\.1:\d+\/postgres$/);
});
