import { expect, test } from "bun:test";
import { ConfigError } from "../config.ts";
import { checkSameShop, operatorClient } from "./options.ts";

const OPTIONS = { url: "http://localhost:7070", data: "here" };

test("a shop that answers, but is not the one whose books are read, is refused", () => {
  expect(() => checkSameShop(OPTIONS, "one", "another")).toThrow(
    new ConfigError("The shop at http://localhost:7070 is not the one in here"),
  );
});

test("one shop, seen from both sides, is fine", () => {
  expect(() => checkSameShop(OPTIONS, "one", "one")).not.toThrow();
});

test("something that is no address is refused as wrong use", async () => {
  await expect(operatorClient({ ...OPTIONS, url: "localhost" })).rejects.toThrow(
    new ConfigError('--url must be an address; it is "localhost"'),
  );
});
