import { expect, test } from "bun:test";
import { tabMemory } from "./tab-memory.ts";
import type { TabMemory } from "./tab-memory.ts";

const refusing: TabMemory = {
  getItem: () => null,
  setItem: () => {
    throw new DOMException("The quota has been exceeded.", "QuotaExceededError");
  },
  removeItem: () => undefined,
};

const blocked = (): TabMemory => {
  throw new DOMException("Access is denied for this document.", "SecurityError");
};

test.each([
  ["is blocked", blocked],
  ["takes nothing", () => refusing],
])("a page whose tab memory %s remembers by itself", (_, open) => {
  const memory = tabMemory(open);
  memory.setItem("a", "1");
  expect(memory.getItem("a")).toBe("1");
  memory.removeItem("a");
  expect(memory.getItem("a")).toBeNull();
});
