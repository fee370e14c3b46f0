import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import { problem } from "../protocol/problems.ts";
import { StampedeClient } from "./client.ts";
import { FakeNetwork } from "./testing/fake-network.ts";

let network: FakeNetwork;

beforeEach(() => {
  jest.useFakeTimers();
  network = FakeNetwork.install();
});

afterEach(() => {
  network.remove();
  jest.useRealTimers();
});

test("a channel that a full gateway could not keep comes back on the same connection", async () => {
  const opening = StampedeClient.connect({ url: "http://shop.example" });
  jest.advanceTimersByTime(1_000);
  const client = await opening;
  const [states, problems]: [unknown[], string[]] = [[], []];
  network.refusal = problem("too_many_channels", "The gateway watches as many products as it can.");
  client.subscribe(
    "sku/A",
    (state) => states.push(state),
    ({ code }) => problems.push(code),
  );
  jest.advanceTimersByTime(1_000);
  expect([states, problems]).toEqual([[], ["too_many_channels"]]);
  network.refusal = undefined;
  jest.advanceTimersByTime(120_000);
  expect([states, problems]).toEqual([[null], ["too_many_channels"]]);
  expect(client.status.type).toBe("open");
  client.close();
});
