import { afterAll, expect, test } from "bun:test";
import { ShopProgram } from "../testing/shop-program.ts";
import { openFilesMax, socketsPerGateway } from "./open-files.ts";

const program = new ShopProgram();

afterAll(() => program.remove());

/** Whether the shop takes a socket; it stays open. */
function isTaken(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url);
    socket.onopen = () => {
      socket.send('{"t":"hello"}');
      resolve(true);
    };
    socket.onerror = () => resolve(false);
  });
}

test("the gateways of a process share three quarters of what it may open, and take 50,000 sockets each at most", () => {
  expect(socketsPerGateway(1024, 1)).toBe(768);
  expect(socketsPerGateway(1024, 2)).toBe(384);
  expect(socketsPerGateway(1_048_576, 2)).toBe(50_000);
  expect(socketsPerGateway(undefined, 1)).toBe(50_000);
  expect(socketsPerGateway(0, 1)).toBe(1);
});

test.skipIf(process.platform !== "linux")("what a process may open is known", () => {
  expect(openFilesMax()).toBeGreaterThan(0);
});

test.skipIf(process.platform !== "linux")(
  "a crowd that is larger than what a shop may open is refused, and the shop answers its probes and its shoppers",
  async () => {
    await program.start({ openFilesMax: 300 });
    const url = `${program.url.replace("http", "ws")}v1/socket`;
    let taken = 0;
    // Not all at once: connections that are neither taken nor refused yet are open files as well.
    for (let asked = 0; asked < 400; asked += 20) {
      const answers = await Promise.all(Array.from({ length: 20 }, () => isTaken(url)));
      taken += answers.filter(Boolean).length;
    }
    expect(taken).toBe(225);
    const signal = AbortSignal.timeout(20_000);
    expect((await fetch(`${program.adminUrl}/readyz`, { signal })).status).toBe(200);
    expect((await fetch(`${program.url}v1/catalogue`, { signal })).status).toBe(200);
  },
);
