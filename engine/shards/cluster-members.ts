import type { Bus } from "../ports/bus.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { NodeRecord, NodeStore } from "../ports/node-store.ts";
import type { Placement } from "../ports/placement-store.ts";
import type { ClusterTopics } from "../transport/bus/cluster-topics.ts";
import { UnknownVersion, type UnknownVersions } from "../transport/unknown-versions.ts";
import { decodeMessage } from "./cluster-message.ts";
import type { Echo } from "./echo.ts";
import type { Heartbeat } from "./heartbeat.ts";
import type { Member } from "./member.ts";
import { Membership, type MembershipLimits } from "./membership.ts";
import type { LivingLane, PlanBasis } from "./plan.ts";
import { defaultCostLimits, ShardCosts } from "./shard-costs.ts";
import type { NodeShards, SignOfLife } from "./sign-of-life.ts";

/** What is needed to know the nodes. */
export interface ClusterMembersDependencies {
  /** The node that wants to know them, and the number of its start. */
  readonly node: string;
  readonly incarnation: number;
  readonly shardCount: number;
  readonly store: NodeStore;
  readonly bus: Bus;
  readonly topics: ClusterTopics;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: MembershipLimits;
  readonly unknownVersions: UnknownVersions;
  /** Told of every beat of this node that comes back. */
  readonly echo: Pick<Echo, "state" | "heard" | "onChange">;
  /** Somebody has come, gone, or changed. */
  readonly changed: () => void;
}

// Of one core, when all shards are idle: so much that noise moves none of them, and hardly anything beside real work.
const IDLE_COST_PER_LANE = 0.1;

// A node that ended no longer ago may be about to start again.
const RESTART_MS = 10_000;

interface Latest {
  readonly shards: NodeShards;
  readonly isLeaving: boolean;
}

/** The nodes of the cluster: what is heard of them, and what operators have decided about them. */
export class ClusterMembers {
  readonly #dependencies: ClusterMembersDependencies;
  readonly #membership: Membership;
  readonly #costs: ShardCosts;
  readonly #latest = new Map<string, Latest>();
  #records = new Map<string, NodeRecord>();
  #reads = 0;
  /** Number of the read that the records are from. */
  #newestRead = 0;
  #ends: readonly (() => void)[];

  /** Begins to listen. */
  constructor(dependencies: ClusterMembersDependencies) {
    this.#dependencies = dependencies;
    const { bus, topics, clock, limits, shardCount, echo, changed } = dependencies;
    this.#costs = new ShardCosts(shardCount, defaultCostLimits);
    this.#membership = new Membership(clock, limits, ({ member, before }) => {
      // A start may have changed what is stored of the node, and comes after what was decided before.
      if (member.incarnation !== before?.incarnation) void this.#learn(member.node);
      changed();
    });
    this.#membership.listen(echo.state === "clear");
    this.#ends = [
      bus.subscribe(topics.heartbeats, (payload, topic) => this.#heard(payload, topic)),
      echo.onChange((state) => this.#membership.listen(state === "clear")),
    ];
  }

  /** All that are remembered, by name. */
  get members(): readonly Member[] {
    return this.#membership.members();
  }

  /** What operators have decided about nodes, by name. */
  get records(): ReadonlyMap<string, NodeRecord> {
    return this.#records;
  }

  /** What a node has said of its shards last. */
  shardsOf(node: string): NodeShards | undefined {
    return this.#latest.get(node)?.shards;
  }

  /**
   * Whether any node but this one may come to take shards within seconds, though none does at the moment: one that speaks, or one
   * that was gone shortly before `leavingSinceMs`, as it is in a restart of one node after the other. Those that go at
   * the same time go for good.
   */
  mayTake(except: string, leavingSinceMs: number): boolean {
    return this.members.some(({ node, state, sinceMs }) => {
      const record = this.#records.get(node);
      if (node === except || record?.cordoned === true || record?.draining === true) return false;
      if (state === "alive" || state === "suspect") return this.#latest.get(node)?.isLeaving !== true;
      return sinceMs <= leavingSinceMs && leavingSinceMs - sinceMs < RESTART_MS;
    });
  }

  /** Whether no other node speaks that is not about to end, too. */
  isLast(node: string): boolean {
    return !this.members.some(
      (other) =>
        other.node !== node &&
        (other.state === "alive" || other.state === "suspect") &&
        this.#latest.get(other.node)?.isLeaving !== true,
    );
  }

  /**
   * Lanes of the nodes that serve. Those of nodes that are suspect keep what they have. One that only falls too often takes more
   * as long as there is no steadier one: shards that nobody has are worse off.
   */
  get lanes(): readonly LivingLane[] {
    const serving = this.members.filter(({ state }) => state === "alive" || state === "suspect");
    const open = serving.filter(({ node, state, cause }) => {
      const record = this.#records.get(node);
      const isClosed = record === undefined || record.cordoned || record.draining;
      const isFit = state === "alive" || cause === "flapping";
      return isFit && !isClosed && this.#latest.get(node)?.isLeaving !== true;
    });
    const hasSteady = open.some(({ state }) => state === "alive");
    const takers = new Set(open.filter(({ state }) => state === "alive" || !hasSteady));
    return serving.flatMap((member) => {
      const { node, heartbeat } = member;
      const record = this.#records.get(node);
      const laneCount = heartbeat?.lanes ?? record?.lanes ?? 0;
      const capacity = record?.capacity ?? 1;
      const cordoned = !takers.has(member);
      return Array.from({ length: laneCount }, (_, lane) => ({ node, lane, capacity, cordoned }));
    });
  }

  /** What a plan is made from. */
  basis(placement: Placement): PlanBasis {
    const { lanes, costs } = this;
    const idleCost = costs.length === 0 ? 0 : (IDLE_COST_PER_LANE * lanes.length) / placement.shards.length;
    return { placement, lanes, costs, idleCost };
  }

  /**
   * What each shard costs, as a share of one core. A shard that nobody has measured counts as much as the others on average; empty
   * while nothing has been measured.
   */
  get costs(): readonly number[] {
    const costs = this.#costs.costs();
    const measured = costs.filter((cost) => cost !== undefined);
    if (measured.length === 0) return [];
    const mean = measured.reduce((sum, cost) => sum + cost, 0) / measured.length;
    return costs.map((cost) => cost ?? mean);
  }

  /** Whether every node that has shards serves for certain. */
  allAlive({ shards }: Placement): boolean {
    const alive = new Set(this.members.filter(({ state }) => state === "alive").map(({ node }) => node));
    return shards.every((place) => place !== undefined && alive.has(place.node));
  }

  /** Whether other nodes than this one have shards, and none of those has ever been heard. */
  isStranger(own: string, { shards }: Placement): boolean {
    const owners = new Set(shards.map((place) => place?.node));
    owners.delete(own);
    owners.delete(undefined);
    return (
      owners.size > 0 &&
      !this.members.some(({ node, heartbeat }) => owners.has(node) && heartbeat !== undefined)
    );
  }

  /** Nodes that may send to shards: one without its database still has customers. */
  get senders(): readonly string[] {
    return this.members
      .filter(({ state, cause }) => state === "alive" || state === "suspect" || cause === "databaseAway")
      .map(({ node }) => node);
  }

  /** Nodes that have shards are expected to be heard. @throws when the stored nodes cannot be read. */
  async expect({ shards }: Placement): Promise<void> {
    await this.refresh();
    for (const node of new Set(shards.map((place) => place?.node))) {
      if (node !== undefined) this.#membership.expect(node, this.#records.get(node)?.incarnation ?? 0);
    }
  }

  /** Reads what operators have decided. @throws when it cannot be read. */
  async refresh(): Promise<void> {
    this.#reads += 1;
    const read = this.#reads;
    const records = await this.#dependencies.store.list();
    // One that was begun later has come before, and knows more.
    if (read < this.#newestRead) return;
    this.#newestRead = read;
    this.#records = new Map(records.map((record) => [record.node, record]));
    this.#dependencies.changed();
  }

  close(): void {
    for (const end of this.#ends) end();
    this.#ends = [];
    this.#membership.close();
  }

  /** Somebody new: gets no shards before it is known what operators have decided about it. */
  async #learn(node: string): Promise<void> {
    const { clock, log, limits } = this.#dependencies;
    try {
      await this.refresh();
    } catch (error) {
      log.warn({ err: error, node }, "what was decided about a node cannot be read at the moment");
      if (this.#ends.length > 0) clock.after(limits.suspectAfterMs, () => void this.#learn(node));
    }
  }

  /** One of an earlier start, or of a second node of the name, says nothing of how well this one hears. */
  #isOwn({ node, incarnation }: Heartbeat): boolean {
    return node === this.#dependencies.node && incarnation === this.#dependencies.incarnation;
  }

  /** Whom the membership has forgotten, or had no room for. */
  #forgetStrangers(): void {
    if (this.#latest.size <= this.#dependencies.limits.membersMax) return;
    const remembered = new Set(this.members.map(({ node }) => node));
    for (const node of this.#latest.keys()) if (!remembered.has(node)) this.#latest.delete(node);
  }

  #heard(payload: string, topic: string): void {
    try {
      const sign = decodeMessage(payload) as SignOfLife;
      if (sign.type === "Measured") return this.#costs.observe(sign.shards, this.#dependencies.clock.nowMs());
      if (sign.type === "Goodbye") return this.#membership.goodbye(sign.node, sign.incarnation);
      const { heartbeat, shards, isLeaving } = sign;
      const isOwn = this.#isOwn(heartbeat);
      if (isOwn) this.#dependencies.echo.heard();
      // That of an earlier start of the node may come late.
      if (!this.#membership.isNews(heartbeat)) return;
      const wasLeaving = this.#latest.get(heartbeat.node)?.isLeaving ?? false;
      this.#latest.set(heartbeat.node, { shards, isLeaving });
      if (isOwn) this.#membership.reach(heartbeat.databaseReachable);
      this.#membership.hear(heartbeat);
      this.#forgetStrangers();
      if (isLeaving !== wasLeaving) this.#dependencies.changed();
    } catch (error) {
      const { unknownVersions, log } = this.#dependencies;
      if (!(error instanceof UnknownVersion)) return log.warn({ err: error }, "a node cannot be understood");
      const node = topic.slice(topic.lastIndexOf(".") + 1);
      unknownVersions.met(node, error);
      this.#membership.hearUnreadable(node);
    }
  }
}
