import type { Generator as Dice } from "../../engine/contract/testing/generator.ts";
import type { QueueCommand } from "../queue/messages.ts";
import type { TestShop } from "./test-shop.ts";

const STEPS = 40;

/** The day of a sale with a waiting room: people come, and operators change their minds. Yields after each step. */
export function* randomQueueDay(shop: TestShop, generator: Dice): Generator<undefined, void> {
  const opensAtMs = shop.nowMs;
  const terms = {
    opensAtMs,
    startsAtMs: opensAtMs + generator.between(1, 20) * 1_000,
    endsAtMs: opensAtMs + 600_000,
    admitPerMinute: generator.pick([60, 601, 6_000]),
    admissionMs: generator.pick([10_000, 60_000]),
  };
  const send = (command: QueueCommand) => void shop.send("queue", "drop", command);
  send({ type: "OpenQueue", terms });
  for (let step = 0; step < STEPS; step += 1) {
    shop.nowMs += generator.pick([50, 50, 1_000, 15_000]);
    if (generator.chance(70)) shop.wakeDue();
    const dice = generator.below(100);
    if (dice < 80)
      send({ type: "IssueNumbers", count: generator.between(1, 500), salt: generator.below(2 ** 31) });
    else if (dice < 95) send({ type: "ChangeRate", admitPerMinute: generator.pick([0, 30, 600]) });
    else if (dice < 98) shop.reload("queue", "drop");
    else send({ type: "EndQueue" });
    yield;
  }
}
