import { expect, test } from "bun:test";
import type { NodeFigures } from "./node-figures.ts";
import { NodeWindow } from "./node-window.ts";
import { FIGURES_SAMPLE } from "./testing/figures-sample.ts";

function figures(uptimeMs: number, processorMs: number, startedAtMs = 1): NodeFigures {
  return { ...FIGURES_SAMPLE, uptimeMs, processorMs, startedAtMs };
}

const processor = ({ processorMs }: NodeFigures): number => processorMs;

test("a rate is that of the last five seconds, or of the last step", () => {
  const window = new NodeWindow();
  expect(window.perSecond(processor)).toBe(0);
  // Ten a second, and then a hundred.
  for (let second = 0; second <= 20; second += 1) window.add(figures(second * 1_000, second * 10));
  expect(window.perSecond(processor)).toBe(10);
  window.add(figures(21_000, 300));
  expect([window.perSecond(processor, true), window.perSecond(processor)]).toEqual([100, 28]);
});

test("a node that has started again begins anew, and is not taken for one that goes backwards", () => {
  const window = new NodeWindow();
  window.add(figures(1_000, 500));
  window.add(figures(1_200, 10, 2));
  expect(window.perSecond(processor)).toBe(0);
  window.add(figures(2_200, 30, 2));
  expect(window.perSecond(processor)).toBe(20);
});

test("figures that a node did not tell in one second are no fall to nothing, and no rise after it", () => {
  const window = new NodeWindow();
  const orders = ({ lanes }: NodeFigures): number | undefined => lanes?.[0]?.ordersConfirmed;
  window.add(figures(1_000, 0));
  window.add({ ...figures(2_000, 0), lanes: null });
  expect(window.perSecond(orders, true)).toBe(0);
  window.add(figures(3_000, 0));
  expect([window.perSecond(orders, true), window.perSecond(orders)]).toEqual([0, 0]);
});

test("what happened while nobody asked is no rate of now", () => {
  const window = new NodeWindow();
  window.add(figures(1_000, 0));
  window.add(figures(3_600_000, 900_000));
  expect([window.perSecond(processor), window.perSecond(processor, true), window.isNew]).toEqual([
    0,
    0,
    true,
  ]);
  window.add(figures(3_601_000, 900_010));
  expect([window.perSecond(processor), window.isNew]).toEqual([10, false]);
});
