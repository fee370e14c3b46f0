import { formatAddress } from "../../engine/contract/address.ts";
import type { KeyRecord } from "../../engine/contract/segment.ts";
import type { Typed } from "../../engine/contract/decider.ts";
import type { HistoryEnd, HistoryStep } from "../../engine/operator/actor-history.ts";
import type { SnapshotFit } from "../../engine/operator/snapshot-fit.ts";
import { FieldLayout, plainText, timeText } from "./field-layout.ts";

const INDENT = "  ";

/** Writes an actor's history for people. */
export class JournalShowText {
  readonly #layout = new FieldLayout();

  /** Takes note of a step that is not printed: later amounts may be in its currency. */
  pass({ events }: HistoryStep): void {
    this.#layout.learn(events);
  }

  /** One step: where and when, then what happened. */
  step(step: HistoryStep): string {
    const { seq, epoch, atMs, batchId, shard } = step;
    const lines = [`segment ${seq} of shard ${shard}, epoch ${epoch}, ${timeText(atMs)}, commit ${batchId}`];
    for (const { fromShard, number, fromSeq, sentAtMs, command } of step.received)
      lines.push(
        ...this.#typed(
          `received message ${number} of shard ${fromShard} (segment ${fromSeq}, ${timeText(sentAtMs)})`,
          command,
        ),
      );
    for (const number of step.answered) lines.push(`${INDENT}answered call ${number}`);
    for (const event of step.events) lines.push(...this.#typed("", event));
    for (const record of step.keys) lines.push(...this.#key(record));
    for (const message of step.sent) {
      const { toShard, number, command } = message;
      const sent = `sent message ${number} to ${formatAddress(message)} in shard ${toShard}`;
      lines.push(...this.#typed(sent, command));
    }
    for (const { number, port, request } of step.called)
      lines.push(...this.#typed(`called ${port}, call ${number}`, request));
    return `${lines.join("\n")}\n`;
  }

  /** The state at the end of the whole history. */
  end({ state, ticket, keys, broken, snapshot }: HistoryEnd): string {
    if (broken !== undefined)
      return `✗ the history cannot be folded past segment ${broken.seq}: ${broken.reason}\n`;
    const fields = typeof state === "object" && state !== null ? state : { state };
    const open = keys.filter(({ outcome }) => outcome === undefined).length;
    const lines = [
      ...this.#layout.lines("state", fields, ""),
      `commands ${ticket} so far; ${keys.length} ${keys.length === 1 ? "key" : "keys"} remembered, ${open} of them open`,
      snapshotText(snapshot),
    ];
    return `${lines.join("\n")}\n`;
  }

  #typed(what: string, { type, ...fields }: Typed): readonly string[] {
    return this.#layout.lines(what === "" ? type : `${what}: ${type}`, fields, INDENT);
  }

  #key({ key, ticket, outcome }: KeyRecord): readonly string[] {
    const title = `key ${plainText(key)} (ticket ${ticket})`;
    if (outcome === undefined) return [`${INDENT}${title}: open`];
    if (outcome.type === "refused") return this.#layout.lines(`${title} refused`, outcome.refusal, INDENT);
    const { reply } = outcome;
    const fields = typeof reply === "object" && reply !== null ? reply : { reply };
    return this.#layout.lines(`${title} done`, fields, INDENT);
  }
}

function snapshotText(fit: SnapshotFit): string {
  switch (fit.type) {
    case "none":
      return "snapshot: none";
    case "agrees":
      return `snapshot: of segment ${fit.seq}, and agrees with the journal`;
    case "differs":
      return `✗ snapshot: of segment ${fit.seq}, and differs from the journal in ${fit.parts.join(", ")}`;
    case "newer version":
      return `✗ snapshot: of segment ${fit.seq}, in version ${fit.version}, which this program does not know`;
    case "ahead":
      return `✗ snapshot: of segment ${fit.seq}, ahead of the journal`;
  }
}
