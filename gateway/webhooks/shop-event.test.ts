import { expect, test } from "bun:test";
import { SHOP_EVENT_TYPES } from "./shop-event.ts";
import { sampleEvents, webhookSamples } from "./testing/event-samples.ts";

test("there is a sample of each type", () => {
  expect(sampleEvents().map(({ type }) => type)).toEqual([...SHOP_EVENT_TYPES]);
});

test("events are what CloudEvents 1.0 demands: attributes in lower case, a source, and a time of RFC 3339", () => {
  const { events } = webhookSamples() as { events: readonly Readonly<Record<string, string>>[] };
  expect(events).toHaveLength(SHOP_EVENT_TYPES.length + 1);
  for (const event of events) {
    for (const [name, value] of Object.entries(event)) {
      if (name === "data") continue;
      expect(name).toMatch(/^[a-z0-9]{1,20}$/);
      expect(value).toMatch(/./);
    }
    expect(event).toMatchObject({ specversion: "1.0", datacontenttype: "application/json" });
    expect(new Date(event["time"] ?? "").toISOString()).toBe(event["time"] ?? "");
    expect(URL.canParse(event["source"] ?? "")).toBe(true);
  }
});
