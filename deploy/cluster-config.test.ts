import { expect, test } from "bun:test";
import { nodeNameOf, readClusterConfig } from "./cluster-config.ts";

// Any file that can be read.
const THIS_FILE = import.meta.path;
const SHARED = {
  NATS_URL: "nats://bus:4222",
  DATABASE_URL: "postgres://db/shop",
  STAMPEDE_SECRET: "x".repeat(32),
  STAMPEDE_ADMIN_TOKEN: "t".repeat(32),
};

test("without NATS_URL a shop is alone", () => {
  expect(readClusterConfig({}, { DATABASE_URL: "postgres://db/shop" })).toBeUndefined();
});

test("a node joins the cluster of NATS_URL, as whom it is told", () => {
  const told = { ...SHARED, NATS_USER: "node", NATS_PASSWORD: "secret", NATS_CA: THIS_FILE };
  expect(readClusterConfig({ node: "node-b", cluster: "summer" }, told)).toEqual({
    node: "node-b",
    cluster: "summer",
    nats: {
      servers: ["bus:4222"],
      isEncrypted: false,
      user: "node",
      password: "secret",
      authorityFile: THIS_FILE,
    },
  });
  expect(readClusterConfig({ node: "a" }, SHARED)?.cluster).toBe("stampede");
});

test("a password may come beside the user of NATS_URL, and both in its place", () => {
  const ofUrl = { ...SHARED, NATS_URL: "nats://a@bus", NATS_PASSWORD: "p" };
  expect(readClusterConfig({ node: "a" }, ofUrl)?.nats).toMatchObject({ user: "a", password: "p" });
  const inItsPlace = { ...SHARED, NATS_URL: "nats://a:b@bus", NATS_USER: "c", NATS_PASSWORD: "d" };
  expect(readClusterConfig({ node: "a" }, inItsPlace)?.nats).toMatchObject({ user: "c", password: "d" });
});

test.each([
  [{ node: "a" }, {}, "--node is for a node of a cluster: set NATS_URL"],
  [{ cluster: "a" }, {}, "--cluster is for a node of a cluster: set NATS_URL"],
  [{ node: "Node_A" }, SHARED, "--node has 1–63 lower-case letters"],
  [{ cluster: "-a" }, SHARED, "--cluster has 1–63 lower-case letters"],
  [{}, { ...SHARED, DATABASE_URL: undefined }, "whose nodes share DATABASE_URL"],
  [{}, { ...SHARED, STAMPEDE_SECRET: undefined }, "whose nodes share STAMPEDE_SECRET"],
  [{}, { ...SHARED, STAMPEDE_ADMIN_TOKEN: undefined }, "whose nodes share STAMPEDE_ADMIN_TOKEN: set it, too"],
  [{}, { NATS_URL: "" }, "NATS_URL is empty"],
  [{}, { ...SHARED, NATS_URL: "http://bus" }, "NATS_URL is not nats://host:port"],
  [{}, { ...SHARED, NATS_USER: "node" }, "NATS_USER is set without NATS_PASSWORD"],
  [{}, { ...SHARED, NATS_URL: "nats://a:b@bus", NATS_USER: "c" }, "NATS_USER is set without NATS_PASSWORD"],
  [
    {},
    { ...SHARED, NATS_PASSWORD: "p" },
    "NATS_PASSWORD is set, and neither NATS_USER nor NATS_URL names a user",
  ],
  [{}, { ...SHARED, NATS_CREDS: "/nowhere/a" }, "NATS_CREDS names a file that cannot be read: /nowhere/a"],
  [{}, { ...SHARED, NATS_CA: "/nowhere" }, "NATS_CA names a file that cannot be read: /nowhere"],
])("%p with %p is refused: %s", (options, environment, sentence) => {
  expect(() => readClusterConfig(options, environment)).toThrow(sentence);
});

test.each([
  ["Shop-7.example.org", "shop-7"],
  ["__büro_PC", "b-ro-pc"],
  ["-", "node"],
  ["x".repeat(80), "x".repeat(63)],
])("the node on the machine %s is called %s", (host, name) => {
  expect(nodeNameOf(host)).toBe(name);
});
