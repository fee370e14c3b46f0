import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { API_DOCUMENTS } from "./api-documents/served-documents.ts";
import { DATA_DIRECTORY } from "./config.ts";

const top = join(import.meta.dir, "..");
const dockerfile = readFileSync(join(import.meta.dir, "Dockerfile"), "utf8");
const kept = readFileSync(join(import.meta.dir, "Dockerfile.dockerignore"), "utf8")
  .split("\n")
  .flatMap((line) => (line.startsWith("!") ? [line.slice(1)] : []));

test("the image has the Bun that the project pins", () => {
  const [, pinned] = /^pinned=(.+)$/m.exec(readFileSync(join(import.meta.dir, "with-bun.sh"), "utf8")) ?? [];
  const images = [...dockerfile.matchAll(/^FROM oven\/bun:(\S+)-slim/gm)].map(([, version]) => version);
  expect(images).toEqual([pinned, pinned]);
});

test("what the image is made of is there, and nothing hides it", () => {
  expect(kept.filter((path) => !existsSync(join(top, path)))).toEqual([]);
  const copied = [...dockerfile.matchAll(/^COPY (?!--from|\. )(.+) \S+$/gm)].flatMap(([, paths = ""]) =>
    paths.split(" "),
  );
  expect(copied).not.toEqual([]);
  expect(copied.filter((path) => !kept.includes(path))).toEqual([]);
});

test("every package that a node imports is in the image", () => {
  const folders = ["engine", "actors", "persistence", "gateway", "bench", "deploy"];
  expect(folders.filter((folder) => !kept.includes(folder))).toEqual([]);
  expect(kept).not.toContain("deploy/compose/.env");
});

test("the documents of the API that a node serves are in the image", () => {
  expect(kept).toEqual(expect.arrayContaining(Object.values(API_DOCUMENTS)));
});

test("a command in a container looks for the node where its data is", () => {
  const [, command = "[]"] = /^CMD (\[.+\])$/m.exec(dockerfile) ?? [];
  const options = JSON.parse(command) as readonly string[];
  const [, linked, name] = /ln -s (\S+) (\S+)$/m.exec(dockerfile) ?? [];
  expect(name).toBe(DATA_DIRECTORY);
  expect(linked).toBe(options[options.indexOf("--data") + 1] ?? "");
});
