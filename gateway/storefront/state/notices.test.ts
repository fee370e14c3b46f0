import { describe, expect, test } from "bun:test";
import { Notices } from "./notices.ts";

function texts(notices: Notices): readonly string[] {
  return notices.shown.value.map(({ text }) => text);
}

describe("what was refused", () => {
  test("is told once, however often, and goes when the shopper does something else", () => {
    const notices = new Notices();
    notices.refuse("Mug: sold out.");
    notices.refuse("Lamp: sold out.");
    notices.refuse("Mug: sold out.");
    expect(texts(notices)).toEqual(["Lamp: sold out.", "Mug: sold out."]);
    notices.clear();
    expect(texts(notices)).toEqual([]);
  });
});

test("what was told in one place is shown in the next one, but is no news there until there is more to it", () => {
  const notices = new Notices();
  const news = (): readonly string[] =>
    notices.shown.value.filter(({ isNews }) => isNews).map(({ text }) => text);
  const lost = "Your hold on Mug has ended, so it went back on the shelf.";
  notices.lose("Mug");
  notices.refuse("Lamp: It is sold out.");
  expect(news()).toEqual([lost, "Lamp: It is sold out."]);
  notices.hush();
  expect(news()).toEqual([]);
  expect(texts(notices)).toEqual([lost, "Lamp: It is sold out."]);
  notices.refuse("Kite: It is sold out.");
  expect(news()).toEqual(["Kite: It is sold out."]);
  notices.lose("Desk");
  expect(news()).toEqual([
    "Your holds on Mug and Desk have ended, so they went back on the shelf.",
    "Kite: It is sold out.",
  ]);
});

describe("a hold that has ended", () => {
  test("is told until the shopper has read it, whatever the shopper does meanwhile", () => {
    const notices = new Notices();
    notices.lose("Mug");
    notices.clear();
    for (let refusal = 0; refusal < 10; refusal++) notices.refuse(`Refused ${refusal}.`);
    const [first] = notices.shown.value;
    expect(first?.text).toBe("Your hold on Mug has ended, so it went back on the shelf.");
    notices.dismiss(first?.id ?? -1);
    expect(texts(notices)).toEqual(["Refused 7.", "Refused 8.", "Refused 9."]);
  });

  test("is told together with others", () => {
    const notices = new Notices();
    for (const title of ["Mug", "Lamp", "Mug"]) notices.lose(title);
    expect(texts(notices)).toEqual([
      "Your holds on Mug and Lamp have ended, so they went back on the shelf.",
    ]);
    for (const title of ["Kite", "Chair", "Desk"]) notices.lose(title);
    expect(texts(notices)).toEqual([
      "Your holds on Mug, Lamp, Kite and 2 more have ended, so they went back on the shelf.",
    ]);
  });

  test("is not dismissed with those that the shopper has read of before it", () => {
    const notices = new Notices();
    notices.lose("Mug");
    const read = notices.shown.value[0]?.id ?? -1;
    notices.lose("Lamp");
    notices.dismiss(read);
    expect(texts(notices)).toEqual([
      "Your holds on Mug and Lamp have ended, so they went back on the shelf.",
    ]);
    notices.dismiss(notices.shown.value[0]?.id ?? -1);
    expect(texts(notices)).toEqual([]);
  });

  test("is told no more once its product is wanted again", () => {
    const notices = new Notices();
    notices.lose("Mug");
    notices.lose("Lamp");
    notices.forgetLoss("Mug");
    expect(texts(notices)).toEqual(["Your hold on Lamp has ended, so it went back on the shelf."]);
  });
});

test("a refusal that a place in a queue would help leads to that queue, and no other refusal does", () => {
  const notices = new Notices();
  notices.refuse("Mug: Your time to buy is over.", "turn_passed", "MUG");
  notices.refuse("Kite: Please join the queue.", "waiting_room", "KITE");
  notices.refuse("Lamp: It is sold out.", "sold_out", "LAMP");
  expect(notices.shown.value.map(({ queueSku }) => queueSku)).toEqual(["MUG", "KITE", undefined]);
});
