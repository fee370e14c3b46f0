import { afterEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { ConfigError } from "../config.ts";
import { addShopOptions, checkSameShop, operatorClient } from "./options.ts";

let directory: string | undefined;
const databaseUrl = process.env["DATABASE_URL"];

afterEach(() => {
  if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
  if (databaseUrl === undefined) delete process.env["DATABASE_URL"];
  else process.env["DATABASE_URL"] = databaseUrl;
});

/** A data directory on which shops are open: the port of each, by its place below the directory. */
function dataWith(ports: Readonly<Record<string, number>>): string {
  directory = mkdtempSync(join(tmpdir(), "stampede-options-"));
  for (const [place, port] of Object.entries(ports)) {
    mkdirSync(join(directory, place), { recursive: true });
    const note = { pid: process.pid, port, adminPort: port + 1, databaseUrl: "postgres://here/shop" };
    writeFileSync(join(directory, place, "shop.json"), JSON.stringify(note));
  }
  return directory;
}

/** The address that a command gets from its options. */
async function urlGiven(...args: readonly string[]): Promise<string> {
  let given = "";
  const command = addShopOptions(new Command("bench")).action((options: { readonly url: string }) => {
    given = options.url;
  });
  await command.parseAsync(args, { from: "user" });
  return given;
}

test("a command finds the shop that is open on its data directory, wherever it listens", async () => {
  delete process.env["DATABASE_URL"];
  expect(await urlGiven("--data", dataWith({ ".": 7101 }))).toBe("http://localhost:7101");
  expect(await urlGiven("--data", dataWith({ "cluster/node-a": 7103, "cluster/node-b": 7105 }))).toBe(
    "http://localhost:7103",
  );
  expect(await urlGiven("--data", dataWith({}))).toBe("http://localhost:7070");
});

test("an address that is given is used, whatever is open", async () => {
  delete process.env["DATABASE_URL"];
  const data = dataWith({ ".": 7101 });
  expect(await urlGiven("--data", data, "--url", "http://shop.example")).toBe("http://shop.example");
});

test("a shop with another database than DATABASE_URL is not taken for the one that is meant", async () => {
  const data = dataWith({ ".": 7101 });
  process.env["DATABASE_URL"] = "postgres://elsewhere/shop";
  expect(await urlGiven("--data", data)).toBe("http://localhost:7070");
  process.env["DATABASE_URL"] = "postgres://here/shop";
  expect(await urlGiven("--data", data)).toBe("http://localhost:7101");
});

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
