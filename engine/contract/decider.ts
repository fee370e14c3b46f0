import type { Address } from "./address.ts";
import type { Data } from "./data.ts";
import type { Outcome } from "./outcome.ts";
import type { RowChange } from "./row-change.ts";

/** Any command or event: plain data told apart by `type`. */
export interface Typed {
  readonly type: string;
}

/** All that a decision may depend on beside the state and the command. */
export interface Context {
  /** The actor that decides. */
  readonly address: Address;
  /** Milliseconds since the Unix epoch; never falls within one shard. */
  readonly nowMs: number;
  /**
   * Number of this command within its actor, counted from 1 over the actor's whole life. A client's command that
   * is answered later is settled by its ticket; ids of parts (a hold, a line) are made from it.
   * 0 for messages, answers and wake-ups, which nobody waits for.
   */
  readonly ticket: number;
}

/** A command for another actor. Delivered exactly once, in order per pair of shards, after its cause is durable. */
export interface Message {
  readonly to: Address;
  readonly command: Typed;
}

/**
 * A request to the world outside, such as a payment provider. Made after its cause is durable and repeated until
 * answered; the answer comes back to the actor as a command of its own, exactly once.
 */
export interface Call {
  /** The external port, such as `payment`. */
  readonly port: string;
  readonly request: Typed;
}

/** What one command leads to. */
export interface Decision<Event extends Typed> {
  /** Facts, in order. The engine evolves the state by each before anything else is decided. */
  readonly events: readonly Event[];
  /** The outcome for whoever sent a command with a ticket. Left out when a later decision settles it. */
  readonly outcome?: Outcome;
  /** Outcomes of earlier commands of this actor that were left open, by ticket. */
  readonly settled?: readonly Settlement[];
  readonly messages?: readonly Message[];
  readonly calls?: readonly Call[];
}

/** The outcome of an earlier command that was left open. */
export interface Settlement {
  readonly ticket: number;
  readonly outcome: Outcome;
}

/**
 * How what one version of a kind has stored becomes what the next version would have stored. Pure and total: everything
 * the older version could store has a way. A part that is left out has the same shapes in both versions.
 *
 * Parameters are as loose as stored bytes are: the shapes of the older version are in its golden files.
 */
export interface VersionStep {
  /** An event, as the events that stand for it now: itself changed, several, or none. */
  readonly event?: (event: Typed) => readonly Typed[];
  /** The state of a snapshot; equal to the snapshot of the same history after {@link VersionStep.event}. */
  readonly snapshot?: (state: Data) => Data;
  /**
   * A command that another actor sent and that is not delivered yet. Present whenever any command of the kind has
   * changed, clients' ones included: keys of the older version then answer whatever comes with them.
   */
  readonly command?: (command: Typed) => Typed;
  /** A request that the kind has placed and that is not answered yet. */
  readonly request?: (request: Typed) => Typed;
}

/**
 * The pure pair that defines a kind of actor, with what the engine needs to store, wake and show it.
 *
 * `decide` reads the state and never changes it. `evolve` owns the state it is given: it may change it in place,
 * and returns it. Neither reads a clock, random numbers or the outside.
 */
export interface Decider<State, Command extends Typed, Event extends Typed> {
  readonly kind: string;
  /** Version of the shapes of all that this kind stores: events, snapshots, commands to it, requests; written with each. */
  readonly version: number;
  /** The steps from version 1 to 2, from 2 to 3 and so on, up to {@link Decider.version}; left out by version 1. */
  readonly upcasters?: readonly VersionStep[];
  initial(address: Address): State;
  decide(state: State, command: Command, context: Context): Decision<Event>;
  /** `atMs` is the time of the decision that made the event. Asserts the kind's invariants on the result. */
  evolve(state: State, event: Event, atMs: number): State;
  /** When the actor wants a {@link Decider.wakeUp}, in milliseconds since the epoch; undefined for never. */
  dueAtMs(state: State): number | undefined;
  /** The command that the engine sends when {@link Decider.dueAtMs} has come. */
  readonly wakeUp: Command;
  /**
   * Types of answers to calls that nobody waits for. The engine may decide them a quarter of a second late, together
   * with something else of their shard.
   */
  readonly unhurried?: ReadonlySet<Command["type"]>;
  /** Types of events that lanes count by name, for operators. */
  readonly counted?: ReadonlySet<Event["type"]>;
  /**
   * Whether nothing more is expected to happen to the actor: it then leaves memory once it is stored, and comes back
   * when somebody asks for it.
   */
  isAtRest?(state: State): boolean;
  /** What subscribers see: absolute values, never increments. Undefined while the actor does not exist for anybody. */
  view(state: State): Data | undefined;
  /** The state as plain data; {@link Decider.fromSnapshot} of it gives an equal state. */
  toSnapshot(state: State): Data;
  fromSnapshot(snapshot: Data, address: Address): State;
  /** Changes to the read models that an event stands for. */
  project(event: Event, address: Address, atMs: number): readonly RowChange[];
}

/** A decider whose types the engine does not know: it runs any. */
// oxlint-disable-next-line typescript/no-explicit-any -- existential: each kind is called with its own state and commands only
export type AnyDecider = Decider<any, any, any>;
