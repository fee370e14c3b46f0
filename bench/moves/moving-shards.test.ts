import { expect, test } from "bun:test";
import { parseAddress, type Address } from "../../engine/contract/address.ts";
import { assert } from "../../engine/contract/assert.ts";
import { Lane } from "../../engine/lane/lane.ts";
import { defaultLaneLimits } from "../../engine/lane/limits.ts";
import type { Answer } from "../../engine/ports/dispatcher.ts";
import type { Placement, ShardPlace } from "../../engine/ports/placement-store.ts";
import { defaultDispatcherLimits, LinkDispatcher } from "../../engine/routing/link-dispatcher.ts";
import { shardsAt } from "../../engine/routing/placement.ts";
import { Router } from "../../engine/routing/router.ts";
import { shardOf } from "../../engine/routing/shard-hash.ts";
import { defaultRouterLimits } from "../../engine/routing/shard-route.ts";
import { evenPlacement } from "../../engine/testing/even-placement.ts";
import { eventLoopClock } from "../../engine/testing/event-loop-clock.ts";
import { decodeFrame, encodeFrame } from "../../engine/transport/frame.ts";
import { tallyDecider, type TallyCommand } from "../../engine/testing/tally.ts";
import type { Item } from "../../engine/transport/items.ts";
import type { Link } from "../../engine/transport/link.ts";
import { memoryJournal } from "../../persistence/memory/journal.ts";
import { memorySnapshots } from "../../persistence/memory/snapshots.ts";
import { eventually } from "../../persistence/testing/condition.ts";
import { silentLog } from "../../persistence/testing/silent-log.ts";

const SHARD_COUNT = 16;
const NODE = "node";
const CLIENTS = 24;
const MOVES = 60;
const COMMANDS_PER_MOVE = 30;
const DEADLINE_MS = 20_000;

/** Two lanes over one journal in memory, a gateway's dispatcher, and placements that both follow. */
class TwoLanes {
  readonly faults: unknown[] = [];
  readonly dispatcher: LinkDispatcher;
  readonly lanes: readonly Lane[];
  readonly #routers: readonly Router[];
  #placement = evenPlacement(SHARD_COUNT, 2, NODE);
  #moves = 0;

  constructor() {
    const storage = { journal: memoryJournal(), snapshots: memorySnapshots() };
    const replies = linkTo((items) => this.dispatcher.receive(items));
    const fromGateway = [0, 1].map((lane) => linkTo((items) => this.lanes[lane]?.receive(replies, items)));
    const linkOf = ({ lane }: { readonly lane: number }): Link => fromGateway[lane] as Link;
    this.dispatcher = new LinkDispatcher(this.#placement, linkOf, eventLoopClock, defaultDispatcherLimits);
    this.#routers = [0, 1].map(
      () =>
        new Router(this.#placement, {
          clock: eventLoopClock,
          limits: defaultRouterLimits,
          linkTo: linkOf,
          refuse: () => undefined,
        }),
    );
    this.lanes = [0, 1].map(
      (lane) =>
        new Lane({
          ...storage,
          lane,
          owner: `lane ${lane}`,
          shardCount: SHARD_COUNT,
          deciders: [tallyDecider()],
          ports: new Map([["echo", { call: async (request) => ({ ...request, type: "CalledBack" }) }]]),
          clock: eventLoopClock,
          entropy: { uuid: () => crypto.randomUUID() },
          log: silentLog,
          limits: { ...defaultLaneLimits, checkpointEventsMax: 50, activatedActorsMax: 20 },
          send: (shard, item) => this.#routers[lane]?.send(shard, item),
          lost: () => "end",
          fatal: (error) => this.faults.push(error),
        }),
    );
  }

  async open(): Promise<void> {
    await Promise.all(
      this.lanes.map((lane, number) => lane.open(shardsAt(this.#placement, { node: NODE, lane: number }))),
    );
  }

  /** Moves shards to a lane, the orderly way. */
  async move(shards: readonly number[], to: number): Promise<void> {
    const [source, target] = [this.lanes[1 - to] as Lane, this.lanes[to] as Lane];
    const routers = [this.dispatcher.router, ...this.#routers];
    this.#moves += 1;
    await target.prepare(shards);
    for (const router of routers) router.hold(shards, this.#moves);
    await source.letGo(shards);
    const adopted = target.adopt(shards);
    this.#placement = withPlaces(this.#placement, shards, { node: NODE, lane: to, pinned: false });
    for (const router of routers) router.apply(this.#placement);
    await adopted;
    for (const router of routers) router.release(shards, this.#moves);
    for (const lane of this.lanes) lane.rerouted(shards);
  }

  ask(to: Address, command: TallyCommand, key: string): Promise<Answer> {
    const deadlineAtMs = eventLoopClock.nowMs() + DEADLINE_MS;
    return new Promise((resolve) => {
      this.dispatcher.dispatch({ address: to, command, key, deadlineAtMs }, (answer) => resolve(answer));
    });
  }

  async close(): Promise<void> {
    await eventually("nothing is on its way any more", () =>
      this.lanes.every((lane) => {
        const { outboxPending, callsPending, mailboxDepth } = lane.statistics();
        return outboxPending + callsPending + mailboxDepth === 0;
      }),
    );
    this.dispatcher.stop();
    for (const router of this.#routers) router.stop();
    await Promise.all(this.lanes.map((lane) => lane.stop()));
  }
}

function withPlaces({ version, shards }: Placement, moved: readonly number[], place: ShardPlace): Placement {
  return {
    version: version + 1,
    shards: shards.map((before, shard) => (moved.includes(shard) ? place : before)),
  };
}

/** Items arrive one turn later, as a frame. */
function linkTo(receive: (items: readonly Item[]) => void): Link {
  return {
    send: (item) => {
      const frame = encodeFrame([item]);
      setImmediate(() => receive(decodeFrame(frame)));
    },
  };
}

function tally(name: string): Address {
  const address = parseAddress(`shop/tally/${name}`);
  assert(address !== undefined, `${name} is the id of a tally`);
  return address;
}

test("under a stream of commands shards move to and fro, every command has one answer, and takes effect once", async () => {
  const shop = new TwoLanes();
  await shop.open();
  const stream = { isOver: false };
  const expected = new Map<string, number>();
  const count = (name: string): void => void expected.set(name, (expected.get(name) ?? 0) + 1);
  const unexpected: Answer[] = [];
  let commands = 0;

  /** One shopper after the other adds to a tally of all, to one of its own, and from its own to another's. */
  const shopping = Array.from({ length: CLIENTS }, async (_, client) => {
    for (let round = 0; !stream.isOver; round += 1) {
      const own = `own-${client}`;
      const other = `tally-${round % 40}`;
      const key = `${client}-${round}`;
      for (const name of ["all", own]) {
        commands += 1;
        const answer = await shop.ask(tally(name), { type: "Add", amount: 1 }, key);
        if (answer.type === "done") count(name);
        else unexpected.push(answer);
      }
      const addTo: TallyCommand = { type: "AddTo", to: `shop/tally/${other}`, amount: 1 };
      commands += 1;
      // Begun and open when its shard leaves, its outcome is unknown at first; the same key tells.
      for (;;) {
        const answer = await shop.ask(tally(own), addTo, `${key} to`);
        if (answer.type !== "unknown") {
          if (answer.type !== "done") unexpected.push(answer);
          break;
        }
      }
      count(other);
      if (round % 5 === 0) await shop.ask(tally(own), { type: "CallOut", text: "hello" }, `${key} call`);
    }
  });

  const hot = shardOf(tally("all"), SHARD_COUNT);
  let hotLane = hot % 2;
  for (let moves = 0; moves < MOVES; moves += 1) {
    const others = shop.lanes[hotLane]?.shards.filter((shard) => shard !== hot && (shard + moves) % 3 === 0);
    await shop.move([hot, ...(others ?? [])], 1 - hotLane);
    hotLane = 1 - hotLane;
    const next = commands + COMMANDS_PER_MOVE;
    await eventually("shoppers go on between two moves", () => commands >= next);
  }
  stream.isOver = true;
  await Promise.all(shopping);

  expect(unexpected).toEqual([]);
  for (const [name, total] of expected) {
    const { view } = await shop.dispatcher.read(tally(name));
    expect({ name, view }).toEqual({ name, view: { total, adds: total } });
  }
  expect(shop.lanes.flatMap((lane) => lane.shards)).toHaveLength(SHARD_COUNT);
  expect(shop.lanes.map((lane) => lane.statistics().recoveries)).toEqual([0, 0]);
  await shop.close();
  expect(shop.faults).toEqual([]);
}, 60_000);
