import { parseAddress } from "../../../engine/contract/address.ts";
import { assert } from "../../../engine/contract/assert.ts";
import type { Data } from "../../../engine/contract/data.ts";
import type { AnyDecider } from "../../../engine/contract/decider.ts";
import { shardOf } from "../../../engine/routing/shard-hash.ts";
import type { Check, CheckContext } from "../../verify/check.ts";
import { FoldedShard } from "../../verify/folded-shard.ts";
import type { History, Observation } from "../history.ts";

/** What clients saw is what was true at that place of the journal, and in the end everybody sees the end. */
export function views(history: History, deciders: readonly AnyDecider[]): Check {
  return {
    name: "views",
    sentence: "Every view shows what the journal held at its offset, and who watched to the end saw the end.",
    subject: "views",
    begin(context) {
      const run = new ViewRun(context, history, deciders);
      return {
        segment({ shard, seq, epoch }) {
          run.segment(shard, seq, epoch);
        },
        entry(entry, address, { seq, body }) {
          const topic = run.topic(address);
          if (topic === undefined) return;
          topic.settle(seq);
          run.folded.fold(entry, address, seq, body.atMs);
        },
        end: () => run.end(),
      };
    },
  };
}

/** The views of one actor against its fold, which goes on with the journal. */
class Topic {
  readonly shard: number;
  readonly #blame: (observation: Observation, detail: string) => void;
  readonly #viewNow: () => Data;
  /** In order of their offsets; those before `#next` have been compared. */
  readonly #observations: readonly Observation[];
  #next = 0;

  constructor(
    shard: number,
    observations: readonly Observation[],
    viewNow: () => Data,
    blame: (observation: Observation, detail: string) => void,
  ) {
    this.shard = shard;
    this.#observations = observations.toSorted((left, right) => left.offset - right.offset);
    this.#viewNow = viewNow;
    this.#blame = blame;
  }

  /** Compares what was seen at offsets below `seq` with the actor as it is now. */
  settle(seq: number): void {
    let truth: Data | undefined;
    for (; this.#next < this.#observations.length; this.#next += 1) {
      const seen = this.#observations[this.#next] as Observation;
      if (seen.offset >= seq) return;
      truth ??= this.#viewNow();
      if (Bun.deepEquals(seen.value, truth)) continue;
      this.#blame(seen, `shows ${JSON.stringify(seen.value)}, the journal has ${JSON.stringify(truth)}`);
    }
  }
}

/** Where the epochs of a shard begin, and how far the shard goes. */
interface Reach {
  readonly starts: { readonly seq: number; readonly epoch: number }[];
  head: number;
}

class ViewRun {
  readonly folded: FoldedShard;
  readonly #context: CheckContext;
  readonly #history: History;
  readonly #deciders: ReadonlyMap<string, AnyDecider>;
  readonly #topics = new Map<string, Topic>();
  readonly #reaches = new Map<number, Reach>();

  constructor(context: CheckContext, history: History, deciders: readonly AnyDecider[]) {
    this.#context = context;
    this.#history = history;
    // One place for the actors of all shards: only those that somebody watched are ever folded here.
    this.#deciders = new Map(deciders.map((decider) => [decider.kind, decider]));
    this.folded = new FoldedShard(-1, this.#deciders);
    const { observations, watching } = history;
    context.findings.checked(observations.length);
    const byTopic = Map.groupBy(observations, ({ topic }) => topic);
    for (const { topic } of watching) if (!byTopic.has(topic)) byTopic.set(topic, []);
    for (const [topic, seen] of byTopic) this.#topics.set(topic, this.#open(topic, seen));
    this.#checkOrder();
  }

  topic(address: string): Topic | undefined {
    return this.#topics.get(address);
  }

  segment(shard: number, seq: number, epoch: number): void {
    const reach = this.#reaches.get(shard);
    if (reach === undefined) return;
    reach.head = seq;
    if (reach.starts.at(-1)?.epoch !== epoch) reach.starts.push({ seq, epoch });
  }

  end(): void {
    for (const topic of this.#topics.values()) topic.settle(Number.POSITIVE_INFINITY);
    for (const seen of this.#history.observations) this.#checkPlace(seen);
    const last = new Map(this.#history.observations.map((seen) => [`${seen.client} ${seen.topic}`, seen]));
    for (const { client, topic } of this.#history.watching) {
      const truth = this.#viewOf(topic);
      const seen = last.get(`${client} ${topic}`);
      if (seen !== undefined && Bun.deepEquals(seen.value, truth)) continue;
      const saw = seen === undefined ? "nothing" : JSON.stringify(seen.value);
      const detail = `${client} watched to the end and saw ${saw} last, the journal ends with ${JSON.stringify(truth)}`;
      this.#context.findings.violation({ address: topic, detail });
    }
  }

  #open(topic: string, seen: readonly Observation[]): Topic {
    const address = parseAddress(topic);
    assert(address !== undefined, "a history names actors by their addresses", topic);
    const shard = shardOf(address, this.#context.shardCount);
    if (!this.#reaches.has(shard)) this.#reaches.set(shard, { starts: [], head: 0 });
    return new Topic(
      shard,
      seen,
      () => this.#viewOf(topic),
      (observation, detail) => this.#blame(observation, detail),
    );
  }

  #viewOf(topic: string): Data {
    const actor = this.folded.find(topic);
    const address = parseAddress(topic);
    const decider = actor?.decider ?? this.#deciders.get(address?.kind ?? "");
    if (address === undefined || decider === undefined) return null;
    // Nothing has happened to an actor without a fold: some kinds have a view even so, such as an empty cart.
    const view: Data | undefined = decider.view(actor?.state ?? decider.initial(address));
    return view ?? null;
  }

  /** A view has the epoch of the owner who wrote the segment that it goes up to. */
  #checkPlace(seen: Observation): void {
    const reach = this.#reaches.get(this.#topics.get(seen.topic)?.shard ?? -1);
    if (reach === undefined) return;
    if (seen.offset > reach.head) {
      this.#blame(seen, `is ahead of the journal, which ends at ${reach.head}`);
      return;
    }
    const epoch = reach.starts.findLast(({ seq }) => seq <= seen.offset)?.epoch ?? seen.epoch;
    if (epoch !== seen.epoch) this.#blame(seen, `comes from another owner: that segment has epoch ${epoch}`);
  }

  /** Per client and topic, positions rise; everywhere, one position has one value. */
  #checkOrder(): void {
    const latest = new Map<string, Observation>();
    const valueAt = new Map<string, Data>();
    for (const seen of this.#history.observations) {
      const at = `${seen.topic} ${seen.epoch} ${seen.offset}`;
      const other = valueAt.get(at);
      if (other === undefined) valueAt.set(at, seen.value);
      else if (!Bun.deepEquals(other, seen.value)) this.#blame(seen, "has two values");
      const name = `${seen.client} ${seen.topic}`;
      const before = latest.get(name);
      latest.set(name, seen);
      if (before === undefined || !isBefore(seen, before)) continue;
      this.#blame(seen, `came after epoch ${before.epoch}, offset ${before.offset}`);
    }
  }

  #blame({ client, topic, epoch, offset }: Observation, detail: string): void {
    const text = `the view of ${client} at epoch ${epoch}, offset ${offset} ${detail}`;
    this.#context.findings.violation({ address: topic, seq: offset, detail: text });
  }
}

function isBefore(left: Observation, right: Observation): boolean {
  return left.epoch === right.epoch ? left.offset < right.offset : left.epoch < right.epoch;
}
