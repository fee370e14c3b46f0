import type { Heartbeat } from "../shards/heartbeat.ts";
import { defaultMembershipLimits, Membership } from "../shards/membership.ts";
import type { MemberState } from "../shards/member.ts";
import { ManualClock } from "./manual-clock.ts";

/** As in production, with room for four nodes. */
export const LIMITS = { ...defaultMembershipLimits, membersMax: 4 };
/** Nodes are looked at this often. */
export const LOOK_MS = LIMITS.beatEveryMs / 3;

/** A node that sends beats. */
export class Heart {
  readonly #membership: Membership;
  readonly node: string;
  incarnation = 1;
  seq = 0;
  databaseReachable = true;

  constructor(membership: Membership, node: string) {
    this.#membership = membership;
    this.node = node;
  }

  next(): Heartbeat {
    const { node, incarnation, databaseReachable } = this;
    this.seq += 1;
    const rest = { lanes: 1, loads: [0.5], release: "1.0.0", protocol: 1 };
    return { node, incarnation, seq: this.seq, databaseReachable, ...rest };
  }

  beat(): void {
    this.#membership.hear(this.next());
  }

  restart(): void {
    this.incarnation += 1;
    this.seq = 0;
  }
}

/** A membership on a clock of its own, and what it tells. */
export function membershipRig(limits = LIMITS) {
  const clock = new ManualClock();
  const changes: string[] = [];
  const membership = new Membership(clock, limits, ({ member, before }) =>
    changes.push(`${member.node} ${before?.state ?? "new"} -> ${member.state} ${member.cause}`),
  );
  const heart = (node: string): Heart => new Heart(membership, node);
  const stateOf = (node: string): MemberState | undefined =>
    membership.members().find((member) => member.node === node)?.state;
  /** Lets time pass, with beats of these. */
  const pass = async (forMs: number, ...hearts: readonly Heart[]): Promise<void> => {
    for (let passedMs = 0; passedMs < forMs; passedMs += LOOK_MS) {
      await clock.advance(LOOK_MS);
      if ((passedMs / LOOK_MS) % 3 === 2) for (const each of hearts) each.beat();
    }
  };
  const taken = (): readonly string[] => changes.splice(0);
  return { clock, membership, heart, stateOf, pass, taken };
}
