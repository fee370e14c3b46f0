import { expect, test } from "bun:test";
import { resolve } from "node:path";
import { ConfigError } from "../config.ts";
import { readClusterOptions } from "./cluster-options.ts";

test("three nodes in .stampede/cluster, unless told otherwise", () => {
  expect(readClusterOptions([])).toEqual({
    nodes: 3,
    lanes: 1,
    gateways: 1,
    port: 7070,
    dataDirectory: resolve(".stampede/cluster"),
    fresh: false,
    help: false,
  });
  const told = ["--nodes", "5", "--lanes", "2", "--port", "0", "--data", "/data", "--fresh"];
  expect(readClusterOptions(told)).toMatchObject({
    nodes: 5,
    lanes: 2,
    port: 0,
    dataDirectory: "/data",
    fresh: true,
  });
});

for (const args of [
  ["--nodes", "0"],
  ["--nodes", "ten"],
  ["--port", "70000"],
  ["--data", ""],
  ["--gateway", "2"],
]) {
  test(`${args.join(" ")} is refused by the option's name`, () => {
    expect(() => readClusterOptions(args)).toThrow(ConfigError);
    expect(() => readClusterOptions(args)).toThrow(args[0]);
  });
}
