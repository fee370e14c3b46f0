import { assert } from "../contract/assert.ts";
import type { Clock } from "../ports/clock.ts";
import type { Heartbeat } from "./heartbeat.ts";
import type { Member, MemberState } from "./member.ts";
import { Mercy, type MercyLimits } from "./mercy.ts";
import { Steadiness, type SteadinessLimits } from "./steadiness.ts";

/** A node has come, or has changed its state, its incarnation, or the cause of its state. */
export interface MemberChange {
  readonly member: Member;
  /** Undefined: it was not known. */
  readonly before: Member | undefined;
}

/** When a node is believed to be what. */
export interface MembershipLimits extends MercyLimits, SteadinessLimits {
  /** Without serving for this long a node is suspect, ms; three beats at least. */
  readonly suspectAfterMs: number;
  /** How long nodes that speak have to find the database again after this one has found it, ms. */
  readonly databaseBackMs: number;
  /** Nodes that are remembered; further ones are not heard. */
  readonly membersMax: number;
}

/** Suspicion after five missed beats, fail-over one beat later. */
export const defaultMembershipLimits: MembershipLimits = {
  beatEveryMs: 300,
  suspectAfterMs: 1_500,
  deadAfterMs: 1_800,
  // Whoever looks for the bus waits twice as long each time, two seconds at most: who has just missed it is back after as long again.
  busBackMs: 4_000,
  databaseBackMs: 5_000,
  membersMax: 1_024,
  halfLifeMs: 30_000,
  fallsMax: 2.5,
  trustedBelow: 1,
};

interface Entry {
  member: Member;
  /** Whether this incarnation has said that it serves. */
  hasServed: boolean;
  /** Whether what it has said last could be read. */
  isUnderstood: boolean;
  /** When it has last said so, or became known. */
  servedAtMs: number;
  heardAtMs: number;
  /** For how long this node had listened in all when it heard it. */
  heardAtListenedMs: number;
  readonly steadiness: Steadiness;
}

type Verdict = Pick<Member, "state" | "cause">;

const BADNESS: Readonly<Record<MemberState, number>> = { left: 0, alive: 0, suspect: 1, dead: 2 };
const LOOKS_PER_BEAT = 3;

/**
 * Who is in the cluster, from what is heard.
 *
 * It serves liveness only: a node that is taken for dead and is not has lost its shards to others by their epochs. Who judges has to
 * be awake and to hear, though ({@link Mercy}). And whose own database was away must not blame others for the same: a server that
 * starts again is found by one node after the other.
 */
export class Membership {
  readonly #clock: Clock;
  readonly #limits: MembershipLimits;
  readonly #changed: (change: MemberChange) => void;
  readonly #entries = new Map<string, Entry>();
  readonly #mercy: Mercy;
  #hasDatabase = true;
  #databaseMercyUntilMs = 0;
  #lookedAtMs: number;
  /** The newest time that the clock has told. */
  #latestMs: number;
  #cancelLook: () => void = () => {};

  constructor(clock: Clock, limits: MembershipLimits, changed: (change: MemberChange) => void) {
    assert(limits.beatEveryMs * 3 <= limits.suspectAfterMs, "a node may miss two beats");
    assert(limits.suspectAfterMs < limits.deadAfterMs, "a node is suspect before it is dead");
    this.#clock = clock;
    this.#limits = limits;
    this.#changed = changed;
    this.#mercy = new Mercy(limits);
    this.#latestMs = clock.nowMs();
    this.#lookedAtMs = this.#latestMs;
    this.#lookLater();
  }

  /** All nodes that are remembered, by name. */
  members(): readonly Member[] {
    return [...this.#entries.values()]
      .map(({ member }) => member)
      .sort((left, right) => (left.node < right.node ? -1 : 1));
  }

  /** A node that should be there, since it has shards: it is suspect until it is heard, and dead if it is not. */
  expect(node: string, incarnation: number): void {
    if (!this.#entries.has(node)) this.#meet(node, incarnation);
  }

  /** Whether a beat says more than what is known of its node. */
  isNews({ node, incarnation, seq }: Heartbeat): boolean {
    const member = this.#entries.get(node)?.member;
    if (member === undefined || incarnation > member.incarnation) return true;
    const isLate = member.state === "left" || seq <= (member.heartbeat?.seq ?? -1);
    return incarnation === member.incarnation && !isLate;
  }

  /** Takes a beat in. One that is older than what is known of its node changes nothing. */
  hear(heartbeat: Heartbeat): void {
    if (!this.isNews(heartbeat)) return;
    const { node, incarnation, databaseReachable } = heartbeat;
    const entry = this.#entries.get(node) ?? this.#meet(node, incarnation);
    if (entry === undefined) return;
    const nowMs = this.#now();
    const { member } = entry;
    if (incarnation > member.incarnation) {
      entry.hasServed = false;
      if (member.state === "alive") entry.steadiness.fell(nowMs);
      if (member.state === "left") entry.servedAtMs = nowMs;
    }
    this.#heard(entry, nowMs);
    entry.isUnderstood = true;
    if (databaseReachable) [entry.hasServed, entry.servedAtMs] = [true, nowMs];
    this.#believe(entry, { ...member, incarnation, heartbeat, ...this.#judge(entry, heartbeat, nowMs) });
  }

  /**
   * A node speaks, and cannot be understood. It keeps what it has, as it may well serve, and gets nothing more; one that has never
   * been understood has nothing.
   */
  hearUnreadable(node: string): void {
    const entry = this.#entries.get(node);
    if (entry === undefined || entry.member.state === "left") return;
    const nowMs = this.#now();
    this.#heard(entry, nowMs);
    [entry.isUnderstood, entry.servedAtMs] = [false, nowMs];
    this.#believe(entry, { ...entry.member, ...this.#judge(entry, entry.member.heartbeat, nowMs) });
  }

  /** A node says that it goes. */
  goodbye(node: string, incarnation: number): void {
    const entry = this.#entries.get(node);
    if (entry === undefined || incarnation < entry.member.incarnation) return;
    this.#believe(entry, { ...entry.member, incarnation, state: "left", cause: "goodbye" });
  }

  /** Whether this node hears the others at all: while its bus is away, and until all have found it again, silence says nothing. */
  listen(isListening: boolean): void {
    this.#mercy.listen(isListening, this.#now());
  }

  /** Whether this node reaches the database itself: while it does not, perhaps nobody does. */
  reach(hasDatabase: boolean): void {
    if (hasDatabase && !this.#hasDatabase)
      this.#databaseMercyUntilMs = this.#now() + this.#limits.databaseBackMs;
    this.#hasDatabase = hasDatabase;
  }

  close(): void {
    this.#cancelLook();
  }

  /** A node that is not known yet; undefined when there is no room for it. */
  #meet(node: string, incarnation: number): Entry | undefined {
    if (this.#entries.size >= this.#limits.membersMax && !this.#forgetOne()) return undefined;
    const nowMs = this.#now();
    const verdict = { state: "suspect", cause: "expected" } as const;
    const entry: Entry = {
      member: { node, incarnation, ...verdict, sinceMs: nowMs, heartbeat: undefined },
      hasServed: false,
      isUnderstood: true,
      servedAtMs: nowMs,
      heardAtMs: nowMs,
      heardAtListenedMs: this.#mercy.listenedMs,
      steadiness: new Steadiness(this.#limits),
    };
    this.#entries.set(node, entry);
    this.#changed({ member: entry.member, before: undefined });
    return entry;
  }

  /** Makes room for a node: forgets the one that is gone for longest. */
  #forgetOne(): boolean {
    let oldest: Member | undefined;
    for (const { member } of this.#entries.values()) {
      const isGone = member.state === "left" || member.state === "dead";
      if (isGone && member.sinceMs < (oldest?.sinceMs ?? Number.POSITIVE_INFINITY)) oldest = member;
    }
    return oldest !== undefined && this.#entries.delete(oldest.node);
  }

  /** The clock's time. A clock that was set back makes nobody's last beat lie in the future. */
  #now(): number {
    const nowMs = this.#clock.nowMs();
    if (nowMs < this.#latestMs) {
      this.#mercy.clockSetBack(nowMs);
      this.#databaseMercyUntilMs = Math.min(this.#databaseMercyUntilMs, nowMs + this.#limits.databaseBackMs);
      for (const entry of this.#entries.values()) {
        entry.servedAtMs = Math.min(entry.servedAtMs, nowMs);
        entry.heardAtMs = Math.min(entry.heardAtMs, nowMs);
      }
    }
    this.#latestMs = nowMs;
    return nowMs;
  }

  #heard(entry: Entry, nowMs: number): void {
    this.#mercy.heard();
    entry.heardAtMs = nowMs;
    entry.heardAtListenedMs = this.#mercy.listenedMs;
  }

  #lookLater(): void {
    this.#cancelLook = this.#clock.after(this.#limits.beatEveryMs / LOOKS_PER_BEAT, () => {
      this.#look();
      this.#lookLater();
    });
  }

  #look(): void {
    const nowMs = this.#now();
    this.#mercy.passed(nowMs - this.#lookedAtMs, nowMs);
    this.#lookedAtMs = nowMs;
    if (this.#mercy.isDeaf) return;
    for (const entry of this.#entries.values()) {
      const { member, heardAtListenedMs } = entry;
      if (this.#mercy.spares(heardAtListenedMs, nowMs)) continue;
      if (member.state === "alive" || member.state === "suspect")
        this.#believe(entry, { ...member, ...this.#judge(entry, member.heartbeat, nowMs) });
    }
  }

  #judge(entry: Entry, heartbeat: Heartbeat | undefined, nowMs: number): Verdict {
    const { suspectAfterMs, deadAfterMs } = this.#limits;
    const awayMs = nowMs - entry.servedAtMs;
    const isSilent = nowMs - entry.heardAtMs >= suspectAfterMs;
    const why = isSilent ? "silence" : "databaseAway";
    const isForgiven = !isSilent && (!this.#hasDatabase || nowMs < this.#databaseMercyUntilMs);
    if (awayMs >= deadAfterMs && !isForgiven) return { state: "dead", cause: why };
    if (!entry.isUnderstood && !isSilent) return { state: "suspect", cause: "unreadable" };
    if (heartbeat === undefined) return { state: "suspect", cause: "expected" };
    if (awayMs >= suspectAfterMs || !entry.hasServed) return { state: "suspect", cause: why };
    if (!entry.steadiness.isTrusted(nowMs)) return { state: "suspect", cause: "flapping" };
    return { state: "alive", cause: "beat" };
  }

  #believe(entry: Entry, found: Member): void {
    const before = entry.member;
    const nowMs = this.#latestMs;
    const isWorse = BADNESS[found.state] > BADNESS[before.state] && before.state !== "left";
    const isSpared = isWorse && this.#mercy.spares(entry.heardAtListenedMs, nowMs);
    const next = isSpared ? { ...found, state: before.state, cause: before.cause } : found;
    const { state, cause, incarnation } = next;
    if (before.state === "alive" && BADNESS[state] > 0) entry.steadiness.fell(nowMs);
    entry.member = { ...next, sinceMs: state === before.state ? before.sinceMs : nowMs };
    const isSame = state === before.state && cause === before.cause && incarnation === before.incarnation;
    if (!isSame) this.#changed({ member: entry.member, before });
  }
}
