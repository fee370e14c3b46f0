import { expect, test } from "bun:test";
import { mintOperatorToken } from "../auth/operator-token.ts";
import { isRecord } from "../protocol/checks.ts";
import { checkClientFrame } from "../protocol/client-frame.ts";
import { brokenText, nearlyValidFrame, randomFrom } from "../protocol/testing/frame-generator.ts";
import { SECRET, TENANT, TestGateway } from "./testing/test-gateway.ts";
import type { TestSocket } from "./testing/test-socket.ts";
import { until } from "./testing/until.ts";

const FRAMES = 5_000;
const SEED = 20_261;

test(`${FRAMES} frames that are right, nearly so or broken get what they deserve, and a bystander notices nothing`, async () => {
  const shop = await TestGateway.start({
    limits: { malformedFramesMax: 1_000_000, framesWaitingMax: 10_000 },
  });
  const bystander = await shop.stocked("MUG-1", 1_000_000);
  const token = await mintOperatorToken(SECRET, { tenant: TENANT, nowMs: Date.now(), cart: "fuzz" });
  const random = randomFrom(SEED);
  let socket: TestSocket | undefined;
  let expected: number[] = [];

  const finish = async (): Promise<void> => {
    if (socket === undefined) return;
    socket.send({ t: "ping" });
    await socket.next((frame) => frame["t"] === "pong", "a pong behind all replies");
    socket.send({ id: 0, op: "cart.remove", key: "last", line: 1 });
    await socket.reply(0);
    const { frames } = socket;
    const answered = () =>
      frames.map((frame) => frame["re"]).filter((id) => typeof id === "number" && id > 0);
    // Those who join a queue are gathered for a moment first.
    await until(() => answered().length >= expected.length, "a reply to every command");
    const replies = answered();
    expect(replies.toSorted((left, right) => Number(left) - Number(right))).toEqual(expected);
    socket.close();
    socket = undefined;
    expected = [];
  };

  for (let count = 1; count <= FRAMES; count++) {
    if (socket === undefined) {
      socket = shop.socket();
      await socket.hello(random() < 0.5 ? { token } : {});
    }
    if (random() < 0.3) {
      socket.sendRaw(unanswerable(brokenText(random)));
    } else {
      const frame = nearlyValidFrame(random);
      if (isRecord(frame) && !Object.hasOwn(frame, "t") && isId(frame["id"])) {
        frame["id"] = count;
        expected.push(count);
      }
      const read = checkClientFrame(frame);
      if (read.type === "control" && read.frame.t === "hello") continue;
      socket.send(frame);
    }
    if (count % 200 === 0) await finish();
  }
  await finish();
  expect(await bystander.receiveStock({ sku: "MUG-1", quantity: 1 })).toMatchObject({ ok: true });
  expect(bystander.status).toEqual({ type: "open" });
  expect(shop.errors).toEqual([]);
  await shop.stop();
}, 30_000);

/** Broken text may be a frame by luck: then it is broken for good, so that nobody waits for its reply. */
function unanswerable(text: string): string {
  try {
    JSON.parse(text);
    return `${text}}`;
  } catch {
    return text;
  }
}

function isId(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
