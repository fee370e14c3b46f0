import { afterEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { ConfigError } from "../config.ts";
import { writeOpenNote } from "../testing/open-note.ts";
import { addShopOptions, checkSameShop, operatorClient } from "./options.ts";

const directories: string[] = [];
const databaseUrl = process.env["DATABASE_URL"];
const secret = process.env["STAMPEDE_SECRET"];

afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
  if (databaseUrl === undefined) delete process.env["DATABASE_URL"];
  else process.env["DATABASE_URL"] = databaseUrl;
});

/** A data directory on which shops are open: the port of each, by its place below the directory, at an address. */
function dataWith(ports: Readonly<Record<string, number>>, host?: string): string {
  const directory = mkdtempSync(join(tmpdir(), "stampede-options-"));
  directories.push(directory);
  for (const [place, port] of Object.entries(ports)) {
    writeOpenNote(join(directory, place), {
      port,
      adminPort: port + 1,
      ...(host === undefined ? {} : { host }),
    });
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

test.each([
  ["127.0.0.1", "localhost"],
  ["0.0.0.0", "localhost"],
  ["::", "localhost"],
  ["192.0.2.7", "192.0.2.7"],
  ["2001:db8::7", "[2001:db8::7]"],
])("a command finds the shop that is open at %s: %s", async (host, name) => {
  delete process.env["DATABASE_URL"];
  expect(await urlGiven("--data", dataWith({ ".": 7101 }, host))).toBe(`http://${name}:7101`);
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
  process.env["DATABASE_URL"] = "postgres://anna@here:5432/shop";
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

/** What comes of connecting to an address, for whoever has the secret of a shop. */
async function connecting(url: string, data: string, connectMs: number): Promise<string> {
  process.env["STAMPEDE_SECRET"] = "nobody has this secret but the test";
  try {
    await operatorClient({ url, data }, { connectMs });
    return "connected";
  } catch (error) {
    return String(error);
  } finally {
    if (secret === undefined) delete process.env["STAMPEDE_SECRET"];
    else process.env["STAMPEDE_SECRET"] = secret;
  }
}

/** An address at which nothing listens. */
async function freeUrl(): Promise<string> {
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  const url = `http://localhost:${server.port}`;
  await server.stop(true);
  return url;
}

test("where nothing listens nobody is waited for, and what to start is told", async () => {
  const url = await freeUrl();
  expect(await connecting(url, dataWith({}), 3_600_000)).toBe(
    `Error: no shop can be reached at ${url} (nothing listens there); start one with: npm start`,
  );
});

test.each(["http://localhost", "http://127.0.0.1"])(
  "a shop that is open on this machine, and starts again, is waited for: at %s",
  async (origin) => {
    const { port } = new URL(await freeUrl());
    const url = `${origin}:${port}/`;
    expect(await connecting(url, dataWith({ ".": Number(port) }), 300)).toBe(
      `Error: no shop can be reached at ${url} (no connection within 300 ms); see the log of process ${process.pid}`,
    );
  },
);
