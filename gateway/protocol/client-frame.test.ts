import { describe, expect, test } from "bun:test";
import { checkClientFrame, readClientFrame } from "./client-frame.ts";
import { brokenText, nearlyValidFrame, randomFrom } from "./testing/frame-generator.ts";
import { clientFrameSchema } from "./schemas.ts";

const FRAMES = 20_000;

describe("guards and schemas", () => {
  test(`agree on ${FRAMES} frames that are right or nearly so`, () => {
    const random = randomFrom(1);
    let accepted = 0;
    for (let count = 0; count < FRAMES; count++) {
      const frame = nearlyValidFrame(random);
      const read = checkClientFrame(frame);
      const isAccepted = read.type !== "refused";
      if (isAccepted !== clientFrameSchema.safeParse(frame).success) {
        throw new Error(`guards say ${JSON.stringify(read)}, the schema does not: ${JSON.stringify(frame)}`);
      }
      if (isAccepted) accepted += 1;
      // Every refusal says what it is about.
      else expect(read.problem.detail.length).toBeGreaterThan(10);
    }
    // A generator that makes only wrong frames, or only right ones, would prove nothing.
    expect(accepted).toBeGreaterThan(FRAMES / 10);
    expect(accepted).toBeLessThan((FRAMES * 9) / 10);
  });

  test("refuse a field called __proto__", () => {
    const frame = JSON.parse('{"t":"ping","__proto__":{"t":"ping"}}') as unknown;
    expect(checkClientFrame(frame)).toMatchObject({ type: "refused", problem: { field: "__proto__" } });
  });
});

describe("reading", () => {
  test("never throws, whatever the text", () => {
    const random = randomFrom(2);
    for (let count = 0; count < 20_000; count++) readClientFrame(brokenText(random));
    for (const depth of [10, 1_000, 65_000]) {
      readClientFrame("[".repeat(depth));
      readClientFrame(`{"id":1,"op":"cart.add","sku":${"[".repeat(depth)}${"]".repeat(depth)}}`);
    }
  });

  test("leaves prototypes alone", () => {
    readClientFrame(
      '{"id":1,"op":"cart.add","__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":1}}}',
    );
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });

  test("answers a command by its id, and anything else without one", () => {
    expect(readClientFrame('{"id":5,"op":"nothing"}')).toMatchObject({ id: 5 });
    expect(readClientFrame('{"id":-1,"op":"cart.remove","key":"k","line":1}')).not.toHaveProperty("id");
    expect(readClientFrame('{"id":"5","op":"nothing"}')).not.toHaveProperty("id");
  });
});
