import { expect, test } from "bun:test";
import { parseActorId, parseTenant } from "../contract/address.ts";
import { idInShard, shardOf } from "./shard-hash.ts";

function shard(tenantText: string, idText: string): number {
  const tenant = parseTenant(tenantText);
  const id = parseActorId(idText);
  if (tenant === undefined || id === undefined) throw new Error(`${tenantText}/${idText} is malformed`);
  return shardOf({ tenant, id }, 256);
}

// Computed by an independent implementation in another language. Stored data depends on these values.
test("the shards of known addresses never change", () => {
  expect(shard("shop", "SKU-1")).toBe(13);
  expect(shard("shop", "SKU-2")).toBe(211);
  expect(shard("acme", "SKU-1")).toBe(161);
  expect(shard("shop", "A")).toBe(136);
  expect(shard("shop", "CART")).toBe(183);
  expect(shard("shop", "Tee shirt #7")).toBe(86);
  expect(shard("shop", "0198f0c2-1c3e-7000-8000-0123456789ab")).toBe(10);
});

test("a cart and its orders sit in one shard", () => {
  expect(shard("shop", "CART~1")).toBe(shard("shop", "CART"));
  expect(shard("shop", "CART~2~3")).toBe(shard("shop", "CART"));
});

test("10,000 ids spread evenly over 256 shards", () => {
  const counts = Array.from({ length: 256 }, () => 0);
  for (let number = 0; number < 10_000; number += 1) {
    const at = shard("shop", `SKU-${number}`);
    counts[at] = (counts[at] ?? 0) + 1;
  }
  // 39 on average; a fair throw stays within five standard deviations of that.
  expect(Math.min(...counts)).toBeGreaterThan(8);
  expect(Math.max(...counts)).toBeLessThan(71);
});

test.each([256, 1_024, 4_096])("an id is changed so that it is in a given one of %p shards", (shardCount) => {
  const tenant = parseTenant("shop") ?? expect.unreachable();
  for (let wanted = 0; wanted < 256; wanted += 1) {
    const id = parseActorId(Bun.randomUUIDv7()) ?? expect.unreachable();
    const changed = idInShard({ tenant, id }, wanted, shardCount) ?? expect.unreachable();
    expect(changed.slice(0, -4)).toBe(id.slice(0, -4));
    expect(shardOf({ tenant, id: parseActorId(changed) ?? expect.unreachable() }, shardCount)).toBe(wanted);
  }
});

test("an id that is there already stays as it is", () => {
  const tenant = parseTenant("shop") ?? expect.unreachable();
  const id = parseActorId("0198f0c2-1c3e-7000-8000-0123456789ab") ?? expect.unreachable();
  expect(idInShard({ tenant, id }, 10, 256)).toBe(id);
});

test.each(["12zz", "0ABC", "abcd~1234"])("%p cannot be changed so", (text) => {
  const tenant = parseTenant("shop") ?? expect.unreachable();
  const id = parseActorId(text) ?? expect.unreachable();
  expect(() => idInShard({ tenant, id }, 10, 256)).toThrow("hexadecimal digits");
});
