import { describe, expect, test } from "bun:test";
import type { Places, Unmatched } from "../../engine/contract/testing/places.ts";
import { sameAsGolden } from "../../engine/contract/testing/places.ts";
import { checkClientFrame } from "./client-frame.ts";
import golden from "./golden/stampede.v1-4.json" with { type: "json" };
import type { Replies } from "./messages.ts";
import { breachesOf } from "./testing/breaches.ts";
import { commandSamples, controlSamples } from "./testing/client-samples.ts";
import type { Bodies, CommandFrames, ControlFrames, ServerFrames } from "./testing/wire-groups.ts";
import { WIRE_REVISION, type WireShapes } from "./testing/wire-shapes.ts";

/** The places of all frames of a group that the golden file does not have, or has and should not. */
type Changed<Group, GoldenGroup> = {
  [Name in keyof Group | keyof GoldenGroup]: Name extends keyof Group & keyof GoldenGroup
    ? Unmatched<keyof GoldenGroup[Name], Places<Group[Name]>>
    : Name;
}[keyof Group | keyof GoldenGroup];

describe("the protocol of clients", () => {
  // A type that differs from the golden file does not compile here: docs/event-versions.md has the steps.
  test("has its frames, replies and bodies in the golden file, as the compiler knows them", () => {
    sameAsGolden<Changed<ControlFrames, typeof golden.control>>();
    sameAsGolden<Changed<CommandFrames, typeof golden.commands>>();
    sameAsGolden<Changed<ServerFrames, typeof golden.server>>();
    sameAsGolden<Changed<Replies, typeof golden.replies>>();
    sameAsGolden<Changed<Bodies, typeof golden.bodies>>();
    expect(Object.keys(golden.commands)).toHaveLength(18);
  });

  test("takes every frame that the golden file shows", () => {
    for (const frame of [controlSamples, commandSamples].flatMap((group) => Object.values(group).flat()))
      expect([checkClientFrame(frame).type, frame]).toEqual([
        "t" in (frame as object) ? "control" : "command",
        frame,
      ]);
  });

  test("has been added to, and nothing else, in every revision", async () => {
    let earlier: WireShapes | undefined;
    for (let revision = 1; revision <= WIRE_REVISION; revision += 1) {
      const file = Bun.file(new URL(`./golden/stampede.v1-${revision}.json`, import.meta.url));
      const later = (await file.json()) as WireShapes;
      if (earlier !== undefined) expect(breachesOf(earlier, later)).toEqual([]);
      earlier = later;
    }
    expect(earlier).toEqual(golden as unknown as WireShapes);
  });
});

describe("a revision of the protocol", () => {
  const later = (change: (copy: Record<string, Record<string, Record<string, string>>>) => void) => {
    const copy = structuredClone(golden) as never;
    change(copy);
    return breachesOf(golden, copy);
  };

  test("may add fields to what clients get, fields they may leave out, and operations", () => {
    const breaches = later(({ server, commands }) => {
      delete commands?.["cart.add"]?.["quantity"];
      Object.assign(commands?.["cart.add"] ?? {}, { "quantity?": "number" });
      Object.assign(server?.["pong"] ?? {}, { shopName: "string" });
      Object.assign(commands?.["cart.add"] ?? {}, {
        "note?": "string",
        "gift?": "object",
        "gift?.card": "string",
      });
      Object.assign(commands ?? {}, { "cart.clear": { op: "string", id: "number" } });
    });
    expect(breaches).toEqual([]);
  });

  test("may not take a field away, change it, or ask clients for more", () => {
    const breaches = later(({ server, commands, replies, problems }) => {
      delete server?.["pong"]?.["serverTimeMs"];
      Object.assign(server?.["pong"] ?? {}, { "serverTimeMs?": "number" });
      Object.assign(replies?.["checkout"] ?? {}, { totalMinor: "string" });
      Object.assign(commands?.["cart.add"] ?? {}, { note: "string" });
      delete commands?.["cart.extend"];
      delete problems?.["overloaded"];
    });
    expect(breaches).toEqual([
      "commands cart.add: note is asked of clients that do not know it",
      "commands cart.extend is gone",
      "server pong: serverTimeMs is gone",
      'replies checkout: totalMinor was "number", is "string"',
      "problems: overloaded is gone",
    ]);
  });
});
