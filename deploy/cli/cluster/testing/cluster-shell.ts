import { fileURLToPath } from "node:url";
import type { Operation } from "../../../../engine/ports/operation-store.ts";
import { eventually } from "../../../../persistence/testing/condition.ts";
import { AdminRig, RIG_TOKEN } from "../../../admin/testing/admin-rig.ts";

const PROGRAM = fileURLToPath(new URL("../../../stampede.ts", import.meta.url));

/** A command that runs. */
export type RunningCommand = Bun.Subprocess<"ignore", "pipe", "pipe">;

/** What a command came to. */
export interface CommandEnd {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** Starts a command of the program, as a script of npm if one is named. A null token is none. */
export function spawnCommand(
  args: readonly string[],
  token: string | null = RIG_TOKEN,
  npmScript?: string,
): RunningCommand {
  return Bun.spawn([process.execPath, PROGRAM, ...args], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    env: { ...process.env, STAMPEDE_ADMIN_TOKEN: token ?? undefined, npm_lifecycle_event: npmScript },
  });
}

/** Waits for the end of a command. */
export async function endOf(child: RunningCommand): Promise<CommandEnd> {
  const [stdout, stderr, exitCode] = await Promise.all([
    child.stdout.text(),
    child.stderr.text(),
    child.exited,
  ]);
  return { stdout, stderr, exitCode };
}

/** The command line of somebody who looks after the cluster of a rig. */
export class ClusterShell {
  readonly rig: AdminRig;

  private constructor(rig: AdminRig) {
    this.rig = rig;
  }

  static async open(): Promise<ClusterShell> {
    return new ClusterShell(await AdminRig.start());
  }

  close(): Promise<void> {
    return this.rig.stop();
  }

  /** The option that names the rig. */
  get access(): string {
    return `--admin-url ${this.rig.url}`;
  }

  /** Runs a command, given as typed; as a script of npm if one is named. */
  run(command: string, npmScript?: string): Promise<CommandEnd> {
    return endOf(this.spawn(command, npmScript));
  }

  spawn(command: string, npmScript?: string): RunningCommand {
    return spawnCommand(`${command} ${this.access}`.split(" "), RIG_TOKEN, npmScript);
  }

  /** Shards that the placement gives to a node. */
  shardsOf(node: string): readonly number[] {
    const { shards } = this.rig.cluster.stored.placement;
    return [...shards.keys()].filter((shard) => shards[shard]?.node === node);
  }

  get operations(): readonly Operation[] {
    return [...this.rig.cluster.stored.operations.values()];
  }

  /** The only operation of this kind. */
  operation(kind: string): Operation {
    const [first, ...more] = this.operations.filter((each) => each.kind === kind);
    if (first === undefined || more.length > 0) throw new Error(`there is not one ${kind}`);
    return first;
  }

  /** node-c never gets ready for any shard. */
  holdUp(): void {
    this.rig.cluster.node("node-c").threads.prepare = () => new Promise(() => undefined);
  }

  /** Begins a move that does not get on. */
  async stuckMove(): Promise<Operation> {
    this.holdUp();
    await this.run(`shards move ${this.shardsOf("node-b")[0]} --to node-c`);
    const isUnderway = (): boolean => JSON.stringify(this.operation("move").state).includes("moving");
    await eventually("the move is under way", isUnderway);
    return this.operation("move");
  }
}
