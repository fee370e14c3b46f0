import { expect, test } from "bun:test";
import { glyphName } from "./choose-glyph.ts";
import { paletteOf } from "./palette.ts";
import { glyphSprite } from "./sprite.ts";

test("a product is drawn by the words of its title, else by its category, else as a parcel", () => {
  expect(glyphName("Halo One Headphones, Midnight", "Audio")).toBe("headphones");
  expect(glyphName("Arc Task Lamp", "Desk")).toBe("taskLamp");
  expect(glyphName("Thing", "Kitchen")).toBe("mug");
  expect(glyphName("Thing", "Unheard of")).toBe("parcel");
});

test("the same product always has the same colours, and the Midnight ones are dark", () => {
  expect(paletteOf("MUG", "Mug")).toEqual(paletteOf("MUG", "Mug"));
  expect(paletteOf("A", "Lamp, Midnight")).toEqual(paletteOf("B", "Shoe, Midnight"));
});

test("every drawing is in the sprite, painted with variables and without a style that the page's policy forbids", () => {
  const sprite = glyphSprite();
  expect(sprite).toContain('<symbol id="glyph-headphones"');
  expect(sprite).toContain('<symbol id="glyph-parcel"');
  expect(sprite).toContain('fill="var(--main)"');
  expect(sprite).not.toContain("style=");
  expect(sprite).not.toContain("NaN");
});
