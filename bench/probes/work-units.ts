/**
 * How long a decision, an event and a segment take the thread of a lane, for the weights in `engine/lane/work-units.ts`:
 * commands arrive in frames, the journal is Postgres, and the processor time is that of this thread alone.
 * Run: bun bench/probes/work-units.ts [--seconds 5]
 */
import { Lane } from "../../engine/lane/lane.ts";
import { defaultLaneLimits } from "../../engine/lane/limits.ts";
import { shardOf } from "../../engine/routing/shard-hash.ts";
import { parseActorId, parseTenant } from "../../engine/contract/address.ts";
import { eventLoopClock } from "../../engine/testing/event-loop-clock.ts";
import { tallyDecider, type TallyCommand } from "../../engine/testing/tally.ts";
import { decodeFrame, encodeFrame } from "../../engine/transport/frame.ts";
import { ANSWER, COMMAND, type Item } from "../../engine/transport/items.ts";
import { memorySnapshots } from "../../persistence/memory/snapshots.ts";
import type { Database } from "../../persistence/postgres/database.ts";
import { postgresJournal } from "../../persistence/postgres/journal.ts";
import { silentLog, withProbeDatabase } from "./probe-database.ts";
import { readOptions, wholeNumber } from "./options.ts";
import { printTable } from "./table.ts";

const USAGE = `bun bench/probes/work-units.ts [options]

How long a decision, an event and a segment take the thread of a lane.

  --seconds N   how long each is measured (default: 5)
`;
const values = readOptions(USAGE, { seconds: { type: "string", default: "5" } });
const SECONDS = wholeNumber("--seconds", values.seconds);
const WARM_UP_SECONDS = 2;
const SHARD_COUNT = 256;
const IN_FLIGHT = 200;
const FRAME_ITEMS = 20;
const ADD: TallyCommand = { type: "Add", amount: 1 };
const REFUSED: TallyCommand = { type: "AddUpTo", amount: 1, limit: 0 };

/** Commands in flight at one lane, each followed by the next as soon as it is answered. */
class Crowd {
  readonly #lane: Lane;
  readonly #ids: readonly string[];
  readonly #command: TallyCommand;
  #sent = 0;
  #answered = 0;
  #isOver = false;
  #ended: () => void = () => undefined;
  readonly #link = { send: (item: Item) => this.#heard(item) };

  constructor(lane: Lane, ids: readonly string[], command: TallyCommand) {
    this.#lane = lane;
    this.#ids = ids;
    this.#command = command;
  }

  async run(seconds: number): Promise<void> {
    this.#isOver = false;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#ended = resolve;
    for (let frame = 0; frame < IN_FLIGHT / FRAME_ITEMS; frame += 1) this.#send();
    setTimeout(() => (this.#isOver = true), seconds * 1_000);
    await promise;
  }

  #send(): void {
    const items = Array.from({ length: FRAME_ITEMS }, (): Item => {
      this.#sent += 1;
      const id = this.#ids[this.#sent % this.#ids.length] ?? "";
      return [
        COMMAND,
        this.#sent,
        "shop",
        "tally",
        id,
        this.#command,
        `k${this.#sent}`,
        Date.now() + 60_000,
        null,
      ];
    });
    this.#lane.receive(this.#link, decodeFrame(encodeFrame(items)));
  }

  #heard(item: Item): void {
    if (item[0] !== ANSWER) return;
    this.#answered += 1;
    if (this.#isOver && this.#answered === this.#sent) this.#ended();
    else if (!this.#isOver && this.#answered % FRAME_ITEMS === 0) eventLoopClock.soon(() => this.#send());
  }
}

interface Spent {
  readonly cpuMicros: number;
  readonly decisions: number;
  readonly events: number;
  readonly segments: number;
}

function spent(lane: Lane): Spent {
  const { user, system } = process.threadCpuUsage();
  const { events, commitSegments } = lane.statistics();
  return { cpuMicros: user + system, decisions: lane.work().taken, events, segments: commitSegments.sum };
}

/** What is spent on this command to these actors while it is sent again and again. */
async function measure(lane: Lane, ids: readonly string[], command: TallyCommand): Promise<Spent> {
  const crowd = new Crowd(lane, ids, command);
  await crowd.run(WARM_UP_SECONDS);
  const before = spent(lane);
  await crowd.run(SECONDS);
  const after = spent(lane);
  return {
    cpuMicros: after.cpuMicros - before.cpuMicros,
    decisions: after.decisions - before.decisions,
    events: after.events - before.events,
    segments: after.segments - before.segments,
  };
}

/** Ids of tallies, so many in each of the shards. */
function idsIn(shards: number, each: number): readonly string[] {
  const tenant = parseTenant("shop");
  const counts = new Map<number, number>();
  const ids: string[] = [];
  for (let number = 0; ids.length < shards * each; number += 1) {
    const id = parseActorId(`T${number}`);
    if (tenant === undefined || id === undefined) continue;
    const shard = shardOf({ tenant, id }, SHARD_COUNT);
    const count = counts.get(shard) ?? 0;
    if (shard >= shards || count >= each) continue;
    counts.set(shard, count + 1);
    ids.push(id);
  }
  return ids;
}

async function probe(database: Database): Promise<void> {
  const lane = new Lane({
    lane: 0,
    owner: "probe",
    shardCount: SHARD_COUNT,
    deciders: [tallyDecider()],
    journal: postgresJournal(database),
    snapshots: memorySnapshots(),
    ports: new Map(),
    clock: eventLoopClock,
    entropy: { uuid: () => Bun.randomUUIDv7() },
    log: silentLog,
    limits: defaultLaneLimits,
    send: () => {
      throw new Error("there is one lane only");
    },
    lost: () => "end",
    fatal: (error) => {
      throw error;
    },
  });
  await lane.open(Array.from({ length: SHARD_COUNT }, (_, shard) => shard));
  const refused = await measure(lane, idsIn(SHARD_COUNT, 1), REFUSED);
  const together = await measure(lane, idsIn(1, 200), ADD);
  const apart = await measure(lane, idsIn(SHARD_COUNT, 1), ADD);
  await lane.stop();
  print({ refused, together, apart });
}

/** Each way of asking has one unknown more than the one before. */
function print({
  refused,
  together,
  apart,
}: Readonly<Record<"refused" | "together" | "apart", Spent>>): void {
  const decision = refused.cpuMicros / refused.decisions;
  const restOf = ({ cpuMicros, decisions }: Spent): number => cpuMicros - decisions * decision;
  // Two equations: what is left is events and segments.
  const determinant = together.events * apart.segments - apart.events * together.segments;
  const event = (restOf(together) * apart.segments - restOf(apart) * together.segments) / determinant;
  const segment = (together.events * restOf(apart) - apart.events * restOf(together)) / determinant;
  printTable(
    ["one", "processor time, µs"],
    [
      ["decision", decision],
      ["event", event],
      ["segment", segment],
    ],
  );
  printTable(
    ["way of asking", "decisions", "events", "segments", "µs per decision"],
    Object.entries({ refused, together, apart }).map(([way, each]) => [
      way,
      each.decisions,
      each.events,
      each.segments,
      each.cpuMicros / each.decisions,
    ]),
  );
}

await withProbeDatabase(probe);
