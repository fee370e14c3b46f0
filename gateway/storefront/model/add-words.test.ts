import { expect, test } from "bun:test";
import { addWords } from "./add-words.ts";

const words = (units: number, coming = 0, off?: string) => addWords("Mug", { units, coming, off });

test("what is on its way is being set aside, and in the cart only once the shop has said so", () => {
  expect(words(0)).toEqual({ icon: "plus", text: "Add to cart", label: "Add to cart: Mug" });
  expect(words(1, 1)).toMatchObject({ text: "Setting it aside…", label: "Setting it aside… Mug" });
  expect(words(1)).toEqual({
    icon: "check",
    text: "1 in cart",
    label: "Add another Mug to cart, 1 in cart",
  });
  expect(words(3, 1)).toMatchObject({ icon: undefined, text: "Setting it aside…" });
});

test("what cannot be added says why, unless there is something in the cart to tell of", () => {
  expect(words(0, 0, "Sold out")).toEqual({ icon: undefined, text: "Sold out", label: "Mug is sold out" });
  expect(words(2, 0, "Paused")).toMatchObject({ text: "2 in cart", label: "Mug is paused, 2 in cart" });
  expect(words(1, 1, "Sold out")).toMatchObject({ text: "Setting it aside…" });
});
