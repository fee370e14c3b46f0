import { plugin } from "bun";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { findMutation, mutated } from "./mutation.ts";

// Preloaded into a process of its own, so that the program itself knows nothing of mutations.
const TOP = join(import.meta.dir, "../..");
const name = process.argv.at(-1) ?? "";
const mutation = findMutation(name);
if (mutation === undefined) throw new Error(`there is no mutation named ${name}`);

const files = new Map(mutation.edits.map(({ file }) => [join(TOP, file), file]));
const escaped = Array.from(files.keys(), (path) => path.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
plugin({
  name: "mutation",
  setup(build) {
    build.onLoad({ filter: new RegExp(`^(${escaped.join("|")})$`) }, ({ path }) => ({
      contents: mutated(mutation, files.get(path) ?? path, readFileSync(path, "utf8")),
      loader: "ts",
    }));
  },
});
