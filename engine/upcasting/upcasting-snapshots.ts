import { upcastMemory, type Deciders } from "../contract/upcast.ts";
import type { Checkpoint, SnapshotStore } from "../ports/snapshots.ts";

/**
 * A store whose checkpoints read as if this release had written them: the messages and calls in them are upcast. States of
 * actors are upcast where they are restored, by the kind's own decider.
 */
export class UpcastingSnapshots implements SnapshotStore {
  readonly #snapshots: SnapshotStore;
  readonly #deciders: Deciders;

  constructor(snapshots: SnapshotStore, deciders: Deciders) {
    this.#snapshots = snapshots;
    this.#deciders = deciders;
  }

  damagedCount(): number {
    return this.#snapshots.damagedCount();
  }

  save(...given: Parameters<SnapshotStore["save"]>): Promise<void> {
    return this.#snapshots.save(...given);
  }

  /** @throws {UnknownVersion} when a newer release has stored one. */
  async checkpoints(...given: Parameters<SnapshotStore["checkpoints"]>): Promise<readonly Checkpoint[]> {
    const checkpoints = await this.#snapshots.checkpoints(...given);
    return checkpoints.map((checkpoint) => ({
      ...checkpoint,
      memory: upcastMemory(checkpoint.memory, this.#deciders),
    }));
  }

  load(...given: Parameters<SnapshotStore["load"]>): ReturnType<SnapshotStore["load"]> {
    return this.#snapshots.load(...given);
  }

  timers(...given: Parameters<SnapshotStore["timers"]>): ReturnType<SnapshotStore["timers"]> {
    return this.#snapshots.timers(...given);
  }

  discard(...given: Parameters<SnapshotStore["discard"]>): Promise<boolean> {
    return this.#snapshots.discard(...given);
  }

  close(): Promise<void> {
    return this.#snapshots.close();
  }
}
