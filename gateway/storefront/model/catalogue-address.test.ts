import { expect, test } from "bun:test";
import { BROWSE_ALL, browseOf, catalogueUrl, productOf, searchOf } from "./catalogue-address.ts";

test("what is looked at can be read back from the page's address", () => {
  const browse = { words: "red & blue", category: "Home", page: 2 };
  expect(searchOf(browse)).toBe("?q=red+%26+blue&category=Home&page=3");
  expect(browseOf(searchOf(browse))).toEqual(browse);
  expect(searchOf(BROWSE_ALL)).toBe("");
  expect(browseOf("")).toEqual(BROWSE_ALL);
});

test("a page that is no page is the first one", () => {
  for (const page of ["0", "-3", "1.5", "x", "1e99"]) expect(browseOf(`?page=${page}`).page).toBe(0);
});

test("an address that asks for more than the catalogue answers is read as what it does answer", () => {
  const words = browseOf(`?q=${"mug ".repeat(100)}`).words;
  expect(words).toBe("mug ".repeat(50));
  expect(browseOf("?q=red%00mug%0B").words).toBe("red mug ");
  expect(browseOf(`?category=${"x".repeat(201)}`).category).toBe("");
  expect(browseOf("?category=a%00").category).toBe("");
  const offset = new URL(catalogueUrl(browseOf("?page=9007199254740991")), "http://x").searchParams.get(
    "offset",
  );
  expect(Number(offset)).toBeLessThanOrEqual(1_000_000);
});

test("the catalogue is asked for one page of matching products", () => {
  expect(catalogueUrl(BROWSE_ALL)).toBe("/v1/catalogue?offset=0&limit=24");
  expect(catalogueUrl({ words: " mug ", category: "Kitchen", page: 1 })).toBe(
    "/v1/catalogue?q=mug&category=Kitchen&offset=24&limit=24",
  );
});

test("an address may open a product beside what is looked at", () => {
  const search = searchOf({ words: "", category: "Home", page: 0 }, "MUG & CO");
  expect(search).toBe("?category=Home&product=MUG+%26+CO");
  expect(productOf(search)).toBe("MUG & CO");
  expect(browseOf(search)).toEqual({ words: "", category: "Home", page: 0 });
  for (const none of ["", "?category=Home", "?product="]) expect(productOf(none)).toBeNull();
});
