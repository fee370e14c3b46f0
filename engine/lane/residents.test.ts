import { expect, test } from "bun:test";
import { tallyDecider } from "../testing/tally.ts";
import { ActorCell } from "./actor-cell.ts";
import { Residents } from "./residents.ts";
import { Shard } from "./shard.ts";
import { Targets } from "./targets.ts";

const CAP = 100;
const always = (): boolean => true;

function lane() {
  const targets = new Targets(8);
  const residents = new Residents();
  const shard = new Shard({ shard: 0, epoch: 1, seq: 1 }, 32);
  shard.cells.join(residents);
  let batchMs = 0;
  /** A batch uses an actor, which comes into memory if it is not there. */
  const use = (id: string, batches = 1): ActorCell => {
    const { address, addressText } = targets.of("shop", "tally", id);
    const cell = shard.cells.get(addressText) ?? new ActorCell(address, addressText, tallyDecider(), shard);
    if (!cell.activated) shard.cells.set(addressText, cell);
    for (let batch = 0; batch < batches; batch += 1) cell.use((batchMs += 1));
    return cell;
  };
  return { residents, shard, use };
}

test("a scan of ten times the cap does not push out what is in use, nor what was proven and rests", () => {
  const { residents, use } = lane();
  const hot = Array.from({ length: 20 }, (_, number) => use(`HOT${number}`, 3));
  const resting = Array.from({ length: 20 }, (_, number) => use(`REST${number}`, 3));
  for (let number = 0; number < 10 * CAP; number += 1) {
    use(`BROWSING${number}`);
    use(`HOT${number % 20}`);
    expect(residents.shrink(CAP, always)).toBe(true);
  }
  expect(residents.size).toBe(CAP);
  expect([...hot, ...resting].filter(({ activated }) => !activated)).toEqual([]);
});

test("what was hot once leaves when others are proven", () => {
  const { residents, use } = lane();
  const once = use("ONCE", 3);
  for (let number = 0; number < 10 * CAP; number += 1) {
    use(`PROVEN${number}`, 2);
    residents.shrink(CAP, always);
  }
  expect([once.activated, residents.size]).toEqual([false, CAP]);
});

test("what was used often as one of the proven leaves when it rests for long", () => {
  const { residents, use } = lane();
  const often = use("OFTEN", 3);
  // Its turn comes, and it is among the proven from then on.
  for (let number = 0; number < 2 * CAP; number += 1) {
    use(`BROWSING${number}`);
    residents.shrink(CAP, always);
  }
  for (let count = 0; count < 3; count += 1) use("OFTEN");
  for (let number = 0; number < 10 * CAP; number += 1) {
    use(`PROVEN${number}`, 2);
    residents.shrink(CAP, always);
  }
  expect([often.activated, residents.size]).toEqual([false, CAP]);
});

test("uses by one batch count as one", () => {
  const { residents, use } = lane();
  const cell = use("A");
  for (let count = 0; count < 5; count += 1) cell.use(1);
  expect(cell.uses).toBe(1);
  cell.use(2);
  expect([cell.uses, residents.size]).toEqual([2, 1]);
});

test("who may not leave stays, and whoever comes after it goes", () => {
  const { residents, use } = lane();
  const kept = use("KEPT");
  for (let number = 0; number < 2 * CAP; number += 1) use(`A${number}`);
  expect(residents.shrink(10, (cell) => cell !== kept)).toBe(true);
  expect([kept.activated, residents.size]).toEqual([true, 10]);
});

test("when nobody may leave, a call ends all the same and says that there is no room", () => {
  const { residents, use } = lane();
  for (let number = 0; number < 10 * CAP; number += 1) use(`A${number}`);
  let looks = 0;
  const never = (): boolean => {
    looks += 1;
    return false;
  };
  expect(residents.shrink(CAP, never)).toBe(false);
  expect([residents.size, looks < 5 * CAP]).toEqual([10 * CAP, true]);
});

test("who has been idle for long leaves, newcomer or proven, and who was used stays", () => {
  const { residents, use } = lane();
  const [idle, proven, kept] = [use("A"), use("B", 3), use("C")];
  const since = kept.usedAtMs + 1;
  const [recent, again] = [use("D"), use("E", 2)];
  residents.dismissIdle(since, (cell) => cell !== kept);
  const there = () => [idle, proven, kept, recent, again].map(({ activated }) => activated);
  expect(there()).toEqual([false, false, true, true, true]);
  residents.dismissIdle(again.usedAtMs + 1, always);
  expect(there()).toEqual([false, false, false, false, false]);
});

test("actors that leave by themselves, or with their shard, count no more", () => {
  const { residents, shard, use } = lane();
  const [first, middle] = [use("A"), use("B"), use("C"), use("D")];
  for (const cell of [middle, first]) shard.cells.delete(cell.addressText);
  expect(residents.size).toBe(2);
  shard.cells.clear();
  expect(residents.size).toBe(0);
  expect(residents.shrink(0, always)).toBe(true);
});
