/** A change to one file of the program: the text has to be there exactly once. */
export interface Edit {
  /** From the top of the repository. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** A bug that is put into the program to see whether the simulation finds it. */
export interface Mutation {
  readonly name: string;
  /** What is wrong with the program then. */
  readonly sentence: string;
  readonly edits: readonly Edit[];
}

/** The bugs that a simulation worth its time has to find: fourteen of a shop, then those of its cluster. */
export const MUTATIONS: readonly Mutation[] = [
  {
    name: "no-fence",
    sentence: "The journal takes segments from an owner that has been replaced.",
    edits: [
      {
        file: "persistence/memory/journal.ts",
        find: "record === undefined || record.epoch !== segment.epoch",
        replace: "record === undefined",
      },
      {
        file: "persistence/memory/journal.ts",
        find: 'if (segment.seq <= tail) throw new AppendFault("fenced", "a segment of that number is stored already");',
        replace: "",
      },
    ],
  },
  {
    name: "early-ack",
    sentence: "Answers leave when their batch is sealed, before it is durable.",
    edits: [
      {
        file: "engine/lane/commit-stream.ts",
        find: "addViews(batch, watchers);",
        replace:
          "addViews(batch, watchers); for (const { link, item } of batch.outputs.splice(0)) link.send(item);",
      },
    ],
  },
  {
    name: "lost-expiry",
    sentence: "An actor that was woken once is never woken again.",
    edits: [
      {
        file: "engine/lane/timer-heap.ts",
        find: "this.#scheduled.delete(first.addressText);",
        replace: "",
      },
    ],
  },
  {
    name: "double-delivery",
    sentence: "A message that comes twice takes effect twice.",
    edits: [
      {
        file: "engine/lane/decision-desk.ts",
        find: "if (work.number <= received) {",
        replace: "if (work.number < 0) {",
      },
    ],
  },
  {
    name: "forgotten-compensation",
    sentence: "A payment whose answer never came is not released.",
    edits: [
      {
        file: "actors/order/payment.ts",
        find: "return { ...refuseOrder(state, refusal, {}, context), calls: voidCalls(state) };",
        replace: "return refuseOrder(state, refusal, {}, context);",
      },
    ],
  },
  {
    name: "stale-read-after-move",
    sentence: "A move has no router wait, and does not stop its source: who asks there sees the past.",
    edits: [
      {
        file: "engine/shards/hand-over.ts",
        find: 'return onlyFrom("placing", handOver.lost.includes("source") ? "adopting" : "finishing");',
        replace: 'return onlyFrom("placing", "adopting");',
      },
    ],
  },
  {
    name: "wrong-dedup-window",
    sentence: "An actor forgets a key as soon as the next one is settled.",
    edits: [
      {
        file: "engine/lane/key-memory.ts",
        find: "this.#settled.length < this.#settledMax",
        replace: "this.#settled.length < 1",
      },
    ],
  },
  {
    name: "snapshot-ahead-of-journal",
    sentence: "Idle upkeep stores shards whose last decisions are not durable yet.",
    edits: [{ file: "engine/lane/upkeep.ts", find: "if (!commits.idle) return;", replace: "" }],
  },
  {
    name: "epoch-reuse",
    sentence: "A takeover does not raise the epoch.",
    edits: [
      {
        file: "persistence/memory/journal.ts",
        find: "const epoch = ++record.epoch;",
        replace: "const epoch = (record.epoch ||= 1);",
      },
    ],
  },
  {
    name: "hold-leak",
    sentence: "Stock of a hold that was released stays set aside.",
    edits: [
      {
        file: "actors/inventory/decide.ts",
        find: 'return { events: [{ type: "HoldReleased", holdId: hold.holdId, quantity: hold.quantity }] };',
        replace: "return nothing;",
      },
    ],
  },
  {
    name: "hoarded-hold",
    sentence: "Every order prolongs its holds anew, so that declined payments keep them for ever.",
    edits: [
      {
        file: "actors/inventory/shelf.ts",
        find: "if (hold !== undefined && hold.expiresAtMs > hold.ownExpiresAtMs) return hold;",
        replace: "",
      },
      {
        file: "actors/inventory/shelf.ts",
        find: "expiresAtMs: ownExpiresAtMs + limits.lastAttemptMs",
        replace: "expiresAtMs: shelf.nowMs + limits.orderSettleMs",
      },
    ],
  },
  {
    name: "sold-while-paused",
    sentence: "A pause keeps new holds out, but not more units of those that there are.",
    edits: [
      {
        file: "actors/inventory/shelf.ts",
        find: "(notSelling(shelf.state) ??",
        replace: "((hold === undefined ? notSelling(shelf.state) : undefined) ??",
      },
    ],
  },
  {
    name: "unasked-turn",
    sentence: "A sale with a waiting room asks nobody whether they were let in.",
    edits: [
      {
        file: "actors/inventory/shelf.ts",
        find: "notLetIn(shelf, product, wish) ??",
        replace: "",
      },
    ],
  },
  {
    name: "number-twice",
    sentence: "A queue gives out the last number of those before once more.",
    edits: [
      {
        file: "actors/queue/decide.ts",
        find: "outcome: done({ first: issued, count }),",
        replace: "outcome: done({ first: Math.max(0, issued - 1), count }),",
      },
    ],
  },
  {
    name: "early-finish",
    sentence: "A source reports that it has finished while its last commit is under way.",
    edits: [
      {
        file: "engine/lane/departures.ts",
        find: "const batches = new Set(commits.pending);",
        replace: "const batches = new Set<Batch>();",
      },
    ],
  },
  {
    name: "unplaced-claim",
    sentence: "A lane takes shards that the stored placement does not give to it.",
    edits: [
      {
        file: "persistence/memory/journal.ts",
        find: "claimant === undefined ? claimed : givenTo(claimant, claimed, options.cluster)",
        replace: "claimed",
      },
    ],
  },
  {
    name: "lost-kept-items",
    sentence: "A router forgets what it kept while a shard moved.",
    edits: [
      {
        file: "engine/routing/shard-route.ts",
        find: "for (const item of waiting) end.send(item);",
        replace: "",
      },
    ],
  },
  {
    name: "early-open",
    sentence: "A target that has read ahead opens without the segments that came since.",
    edits: [
      {
        file: "engine/lane/tail.ts",
        find: "if (claim.seq !== this.#lastSeq + 1) await",
        replace: "if (claim.seq !== this.#lastSeq + 1 && this.#lastSeq === shard.checkpointSeq) await",
      },
      {
        file: "engine/lane/tail.ts",
        find: "if (claim.missing?.[0]?.seq === this.#lastSeq + 1) await",
        replace: "if (claim.missing?.[0]?.seq === -1) await",
      },
    ],
  },
  {
    name: "unchecked-term",
    sentence: "A coordinator that has a successor goes on: its writes are taken, and its orders carried out.",
    edits: [
      {
        file: "persistence/memory/cluster.ts",
        find: "if (term !== this.#term) throw",
        replace: "if (term > this.#term) throw",
      },
      { file: "engine/shards/order-desk.ts", find: "if (term < this.#term) {", replace: "if (term < 0) {" },
    ],
  },
  {
    name: "moved-is-done",
    sentence: "A command that a lane turned away, since it does not have the shard, counts as done.",
    edits: [
      {
        file: "engine/routing/link-dispatcher.ts",
        find: "this.router.takeBack(shard, item, version);",
        replace: 'void [item, version]; this.#answered(correlation, { type: "done", reply: null });',
      },
    ],
  },
  {
    name: "double-release",
    sentence: "A router sends on twice what it kept while a shard moved.",
    edits: [
      {
        file: "engine/routing/shard-route.ts",
        find: "for (const item of waiting) end.send(item);",
        replace: "for (const item of [...waiting, ...waiting]) end.send(item);",
      },
    ],
  },
];

/** The mutation of that name. */
export function findMutation(name: string): Mutation | undefined {
  return MUTATIONS.find((mutation) => mutation.name === name);
}

/** The text of a file with all of a mutation's edits to it. @throws when one of them has nothing to replace. */
export function mutated(mutation: Mutation, file: string, text: string): string {
  let changed = text;
  for (const edit of mutation.edits) {
    if (edit.file !== file) continue;
    if (changed.split(edit.find).length !== 2)
      throw new Error(`mutation ${mutation.name} does not find its text once in ${file}: ${edit.find}`);
    changed = changed.replace(edit.find, () => edit.replace);
  }
  return changed;
}
