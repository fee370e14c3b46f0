import { afterEach, beforeEach, expect, test } from "bun:test";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { z } from "zod";
import { registerStart } from "../cli/start.ts";
import { readConfig, type Config, type StartOptions } from "../config.ts";
import { NODE_END_MS_MAX } from "../shop/run-shop.ts";

const serviceSchema = z.looseObject({
  image: z.string(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).default({}),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  stop_grace_period: z.string().optional(),
  read_only: z.boolean().default(false),
  cap_drop: z.array(z.string()).default([]),
  logging: z.object({ driver: z.string(), options: z.record(z.string(), z.string()).default({}) }).optional(),
});

const composeSchema = z.looseObject({
  services: z.record(z.string(), serviceSchema),
  volumes: z.record(z.string(), z.unknown()),
});

const text = readFileSync(join(import.meta.dir, "compose.yaml"), "utf8");
const compose = composeSchema.parse(Bun.YAML.parse(text));
const nodes = Object.entries(compose.services).filter(([, { image }]) => image === "stampede");

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "stampede-compose-"));
  cpSync(join(import.meta.dir, "prepare.sh"), join(directory, "prepare.sh"));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Makes passwords and certificates; returns what `.env` says. */
function prepare(): Readonly<Record<string, string>> {
  const { exitCode, stderr } = Bun.spawnSync(["sh", join(directory, "prepare.sh")], { cwd: tmpdir() });
  expect({ exitCode, said: stderr.toString() }).toEqual({ exitCode: 0, said: "" });
  const lines = readFileSync(join(directory, ".env"), "utf8").trim().split("\n");
  return Object.fromEntries(lines.map((line) => line.split("=") as [string, string]));
}

/** A value as compose hands it on. */
function filled(value: string, words: Readonly<Record<string, string>>): string {
  return value.replaceAll(/\$\{(\w+):\?[^}]*\}/g, (_, name: string) => words[name] ?? `missing ${name}`);
}

/** A path in a container as it is outside of it. */
function outside(path: string, volumes: readonly string[]): string {
  const mounts = volumes.map((volume) => volume.split(":"));
  const [source] = mounts.find(([, target]) => target === path) ?? [];
  return source === undefined ? path : join(directory, source);
}

/** The configuration that a node's container comes to. */
function configOf([, service]: (typeof nodes)[number], words: Readonly<Record<string, string>>): Config {
  const program = new Command();
  registerStart(program);
  const [start] = program.commands;
  start?.parseOptions(service.command?.slice(1) ?? []);
  const environment = Object.entries(service.environment).map(([name, value]) => [
    name,
    outside(filled(value, words), service.volumes),
  ]);
  return readConfig(start?.opts<StartOptions>() ?? {}, Object.fromEntries(environment));
}

test("three nodes of one cluster read their settings as they are meant", () => {
  const words = prepare();
  const configs = nodes.map((node) => configOf(node, words));
  expect(configs.map(({ cluster }) => cluster?.node)).toEqual(["node-a", "node-b", "node-c"]);
  for (const config of configs) {
    expect(config).toMatchObject({
      port: 7070,
      host: "0.0.0.0",
      adminPort: 7071,
      adminHost: "0.0.0.0",
      dataDirectory: "/data",
      secret: words["STAMPEDE_SECRET"],
      adminToken: words["STAMPEDE_ADMIN_TOKEN"],
    });
    expect(config.cluster?.nats).toMatchObject({ user: "node", password: words["NATS_NODE_PASSWORD"] });
    expect(config.databaseUrl).toContain(words["POSTGRES_PASSWORD"] ?? "no password");
  }
});

test("every variable that compose asks for is made, and no other", () => {
  const asked = new Set([...text.matchAll(/\$\{(\w+):\?/g)].map(([, name = ""]) => name));
  expect(new Set(Object.keys(prepare()))).toEqual(asked);
});

test("what was made stays when it is asked for again, and others cannot read it", () => {
  const first = prepare();
  const certificate = readFileSync(join(directory, "secrets/server.pem"), "utf8");
  expect(prepare()).toEqual(first);
  expect(readFileSync(join(directory, "secrets/server.pem"), "utf8")).toBe(certificate);
  const authority = readFileSync(join(directory, "secrets/authority.pem"), "utf8");
  // Nodes go on trusting whoever has signed the next one.
  rmSync(join(directory, "secrets/server.pem"));
  prepare();
  expect(readFileSync(join(directory, "secrets/server.pem"), "utf8")).not.toBe(certificate);
  expect(readFileSync(join(directory, "secrets/authority.pem"), "utf8")).toBe(authority);
  for (const file of [".env", "secrets/server.key", "secrets/authority.key"]) {
    expect(statSync(join(directory, file)).mode & 0o077).toBe(0);
  }
});

test("every file that a container is given is there", () => {
  prepare();
  const given = Object.values(compose.services)
    .flatMap(({ volumes }) => volumes.map((volume) => volume.split(":")[0] ?? ""))
    .filter((source) => source.startsWith("."));
  const made = new Set(readdirSync(join(directory, "secrets")).map((name) => `./secrets/${name}`));
  expect(given.length).toBeGreaterThan(0);
  expect(given.filter((source) => !made.has(source) && !existsSync(join(import.meta.dir, source)))).toEqual(
    [],
  );
});

test("only storefronts can be reached from other machines", () => {
  const open = Object.values(compose.services).flatMap(({ ports }) =>
    ports.filter((port) => !port.startsWith("127.0.0.1:")),
  );
  expect(open).toEqual(["7070:7070", "7072:7070", "7074:7070"]);
});

test("a node can write to its data, and to nothing else", () => {
  for (const [name, { read_only: isReadOnly, cap_drop: dropped, volumes }] of nodes) {
    expect({ isReadOnly, dropped }).toEqual({ isReadOnly: true, dropped: ["ALL"] });
    expect(volumes.filter((volume) => !volume.endsWith(":ro"))).toEqual([`${name}:/data`]);
  }
});

test("no container's log fills the disk", () => {
  const unbounded = Object.entries(compose.services).filter(
    ([, { logging }]) =>
      logging?.options["max-size"] === undefined || logging.options["max-file"] === undefined,
  );
  expect(unbounded.map(([name]) => name)).toEqual([]);
});

test("nodes have the time to give away their clients and shards", () => {
  for (const [, { stop_grace_period: grace = "10s" }] of nodes) {
    expect(Number.parseFloat(grace)).toBeGreaterThan(NODE_END_MS_MAX / 1_000);
  }
});

test("Prometheus asks every node", () => {
  const file = readFileSync(join(import.meta.dir, "../monitoring/prometheus.yml"), "utf8");
  const targets = [...file.matchAll(/targets: \["([^:]+):7071"\]/g)].map(([, name]) => name);
  expect(targets).toEqual(nodes.map(([name]) => name));
});
