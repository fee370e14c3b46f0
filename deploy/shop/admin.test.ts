import { expect, test } from "bun:test";
import { runHealthChecks } from "../admin/health.ts";
import { checks } from "./admin.ts";
import type { ShopStatistics } from "./shop-statistics.ts";

const hanging = (): Promise<never> => new Promise(() => undefined);
const part = {
  trouble: undefined,
  databaseTrouble: undefined,
  hasBus: true,
  busTrouble: undefined,
  statistics: undefined,
};

/** Names of the checks that fail. */
async function failing(sources: Parameters<typeof checks>[0]): Promise<readonly string[]> {
  const results = await runHealthChecks(checks(sources), 20);
  return results.flatMap(({ name, failure }) => (failure === undefined ? [] : name));
}

test("a lane that hangs is not taken for a gateway, nor the other way round", async () => {
  const answering = async (): Promise<[]> => [];
  expect(await failing({ part, lanes: hanging, gateways: answering })).toEqual(["lanes"]);
  expect(await failing({ part, lanes: answering, gateways: hanging })).toEqual(["gateways"]);
});

test("each part says for itself what is wrong, and a shop that is alone has no bus", async () => {
  const lanes = async () => [{ lane: 0, state: "recovering" }] as unknown as ShopStatistics["lanes"];
  const gateways = async (): Promise<[]> => [];
  const troubled = { ...part, trouble: "t", databaseTrouble: "d", busTrouble: "b" };
  expect(await failing({ part: troubled, lanes, gateways })).toEqual(["database", "lanes", "shards", "bus"]);
  const alone = { ...troubled, hasBus: false };
  expect(await failing({ part: alone, lanes, gateways })).toEqual(["database", "lanes", "shards"]);
});
