import { Generator } from "../../engine/contract/testing/generator.ts";
import {
  AppendFault,
  OwnershipLost,
  type Claim,
  type Journal,
  type Segment,
} from "../../engine/ports/journal.ts";
import { fullBody } from "../../persistence/testing/samples.ts";

/** What an append tells when all went well. */
const NO_ANSWER = "nothing";
const SHARDS = 6;
const OWNERS = ["node-1", "node-2", "node-3"] as const;

/** Where two journals first differed. */
export interface Difference {
  readonly operation: number;
  readonly what: string;
  readonly left: string;
  readonly right: string;
}

/**
 * Does the same random things to two journals, owners that take each other's shards and go on as zombies among them, and
 * compares every answer. Returns the first difference, or undefined when there is none.
 */
export async function compareJournals(
  left: Journal,
  right: Journal,
  seed: number,
  operations: number,
  progress: (operation: number) => void = () => undefined,
): Promise<Difference | undefined> {
  const players = new Players(seed);
  for (let operation = 1; operation <= operations; operation += 1) {
    const [what, act] = players.next();
    const [leftAnswer, rightAnswer] = await Promise.all([told(act(left)), told(act(right))]);
    if (leftAnswer !== rightAnswer) return { operation, what, left: leftAnswer, right: rightAnswer };
    players.heard(leftAnswer);
    progress(operation);
  }
  return undefined;
}

type Act = (journal: Journal) => Promise<unknown>;

/** Owners that do not know of each other, and sometimes not what they own. */
class Players {
  readonly #generator: Generator;
  /** What each owner believes to own: the newest claim, and the number that it would append next. */
  readonly #beliefs = new Map<string, Map<number, Claim>>();
  #batches = 0;
  #learn: (answer: string) => void = () => undefined;

  constructor(seed: number) {
    this.#generator = new Generator(seed);
  }

  next(): readonly [what: string, act: Act] {
    this.#learn = () => undefined;
    const owner = this.#generator.pick(OWNERS);
    const dice = this.#generator.below(100);
    if (dice < 12) return this.#claim(owner);
    if (dice < 18) return this.#reclaim(owner);
    if (dice < 24) return this.#confirm(owner);
    if (dice < 82) return this.#append(owner);
    if (dice < 98) return this.#read();
    return ["heads", (journal) => journal.heads()];
  }

  /** Tells whoever asked what came of it: both journals have said the same. */
  heard(answer: string): void {
    this.#learn(answer);
  }

  #claim(owner: string): readonly [string, Act] {
    const shards = this.#someShards();
    this.#learn = (answer) => this.#believe(owner, JSON.parse(answer) as readonly Claim[]);
    return [`claim of ${shards.join()} for ${owner}`, (journal) => journal.claim(shards, owner)];
  }

  #reclaim(owner: string): readonly [string, Act] {
    const shards = this.#someShards();
    this.#learn = (answer) => {
      if (answer.startsWith("[")) this.#believe(owner, JSON.parse(answer) as readonly Claim[]);
    };
    return [`reclaim of ${shards.join()} by ${owner}`, (journal) => journal.reclaim(shards, owner)];
  }

  #confirm(owner: string): readonly [string, Act] {
    const shards = this.#someShards();
    return [`confirmation of ${shards.join()} for ${owner}`, (journal) => journal.confirm(shards, owner)];
  }

  #append(owner: string): readonly [string, Act] {
    const beliefs = this.#beliefsOf(owner);
    const wanted = this.#someShards().filter((shard) => beliefs.has(shard));
    this.#batches += 1;
    const batchId = `00000000-0000-7000-8000-${String(this.#batches).padStart(12, "0")}`;
    const segments = wanted.map((shard): Segment => {
      const { epoch, seq } = beliefs.get(shard) as Claim;
      const behind = this.#generator.chance(5) ? 1 : 0;
      return { shard, epoch, seq: seq + 1 - behind, batchId, body: fullBody(this.#batches) };
    });
    this.#learn = (answer) => {
      if (answer !== NO_ANSWER) return;
      for (const { shard, epoch, seq } of segments) beliefs.set(shard, { shard, epoch, seq });
    };
    const places = segments.map(({ shard, epoch, seq }) => `${shard}/${epoch}/${seq}`);
    return [`append of ${places.join()} by ${owner}`, (journal) => journal.append(segments)];
  }

  #read(): readonly [string, Act] {
    const shard = this.#generator.below(SHARDS);
    const afterSeq = this.#generator.below(this.#batches + 1);
    return [`read of ${shard} after ${afterSeq}`, (journal) => readAll(journal, shard, afterSeq)];
  }

  #believe(owner: string, claims: readonly Claim[]): void {
    for (const claim of claims) this.#beliefsOf(owner).set(claim.shard, claim);
  }

  #beliefsOf(owner: string): Map<number, Claim> {
    const beliefs = this.#beliefs.get(owner) ?? new Map<number, Claim>();
    this.#beliefs.set(owner, beliefs);
    return beliefs;
  }

  #someShards(): readonly number[] {
    const chosen = Array.from({ length: SHARDS }, (_, shard) => shard).filter(() =>
      this.#generator.chance(40),
    );
    return chosen.length > 0 ? chosen : [this.#generator.below(SHARDS)];
  }
}

async function readAll(journal: Journal, shard: number, afterSeq: number): Promise<readonly Segment[]> {
  const segments: Segment[] = [];
  for await (const page of journal.read(shard, afterSeq)) segments.push(...page);
  return segments;
}

/** An answer as a text. Takeover records have a time and a batch id of their own; of faults only the kind counts. */
async function told(asked: Promise<unknown>): Promise<string> {
  try {
    const answer = await asked;
    return answer === undefined ? NO_ANSWER : JSON.stringify(answer, leaveOutTakeovers);
  } catch (error) {
    if (error instanceof AppendFault) return `append fault: ${error.reason}`;
    if (error instanceof OwnershipLost) return "ownership lost";
    return "fault";
  }
}

function leaveOutTakeovers(_name: string, value: unknown): unknown {
  const segment = value as Partial<Segment> | null;
  if (segment?.body?.takeover === undefined) return value;
  return { shard: segment.shard, seq: segment.seq, epoch: segment.epoch, owner: segment.body.takeover.owner };
}
