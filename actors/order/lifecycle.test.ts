import { expect, test } from "bun:test";
import { InvariantBroken } from "../../engine/contract/assert.ts";
import type { OrderPhase } from "./lifecycle.ts";
import { LIFECYCLE, nextPhase, statusOf } from "./lifecycle.ts";

const PHASES = Object.keys(LIFECYCLE) as OrderPhase[];

test("every phase can be reached from the start", () => {
  const reached = new Set<OrderPhase>(["new"]);
  for (const phase of reached)
    for (const targets of Object.values(LIFECYCLE[phase])) for (const target of targets) reached.add(target);
  expect([...reached].sort()).toEqual([...PHASES].sort());
});

test("a refused order stays refused, and no order that is paid can be refused", () => {
  expect(LIFECYCLE.refused).toEqual({});
  for (const phase of ["confirmed", "captured"] as const)
    expect(LIFECYCLE[phase].OrderRefused).toBeUndefined();
});

test("an event that the table does not have breaks the invariant", () => {
  expect(() => nextPhase("new", { type: "OrderConfirmed" })).toThrow(InvariantBroken);
  expect(() => nextPhase("captured", { type: "PaymentCaptured" })).toThrow(InvariantBroken);
});

test("nobody sees a phase that is not a status", () => {
  expect(PHASES.map(statusOf)).toEqual([
    undefined,
    "securing",
    "authorising",
    "selling",
    "selling",
    "confirmed",
    "captured",
    "refused",
  ]);
});
