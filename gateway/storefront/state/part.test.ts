import { expect, test } from "bun:test";
import { settled } from "../testing/fake-shop.ts";
import { Part } from "./part.ts";

/** A part whose comings the test decides, with what it waits for. */
function partOf() {
  const asked: PromiseWithResolvers<string>[] = [];
  const waits: { readonly act: () => void; readonly waitMs: number }[] = [];
  const part = new Part(
    () => {
      const question = Promise.withResolvers<string>();
      asked.push(question);
      return question.promise;
    },
    (act, waitMs) => waits.push({ act, waitMs }),
  );
  const fail = async () => {
    asked.at(-1)?.reject(new TypeError("Failed to fetch"));
    await settled();
  };
  return { part, asked, waits, fail };
}

test("a part that several want comes once, and is not asked for again", async () => {
  const { part, asked } = partOf();
  const both = Promise.all([part.want(), part.want()]);
  expect(part.state.value).toEqual({ type: "coming" });
  asked[0]?.resolve("cart");
  await both;
  await part.want();
  expect(part.state.value).toEqual({ type: "here", content: "cart" });
  expect(asked).toHaveLength(1);
});

test("a part that does not come is missing, and tried again by itself until it comes", async () => {
  const { part, asked, waits, fail } = partOf();
  void part.want();
  await fail();
  expect(part.state.value).toEqual({ type: "missing" });
  waits[0]?.act();
  expect(asked).toHaveLength(2);
  await fail();
  waits[1]?.act();
  asked[2]?.resolve("cart");
  await settled();
  expect(part.state.value).toEqual({ type: "here", content: "cart" });
  expect(waits).toHaveLength(2);
});

test("whoever wants a missing part has it tried at once, and there is one next time, not one for each try", async () => {
  const { part, asked, waits, fail } = partOf();
  void part.want();
  await fail();
  void part.want();
  expect(asked).toHaveLength(2);
  await fail();
  waits[0]?.act();
  expect(asked).toHaveLength(2);
  waits[1]?.act();
  expect(asked).toHaveLength(3);
});

test("a part that is away for long is asked for about once a minute", async () => {
  const { part, waits, fail } = partOf();
  void part.want();
  for (let tries = 1; tries < 20; tries++) {
    await fail();
    waits.at(-1)?.act();
  }
  await fail();
  for (const { waitMs } of waits) expect(waitMs).toBeWithin(2_000, 62_001);
});
