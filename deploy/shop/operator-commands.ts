import { assert } from "../../engine/contract/assert.ts";
import { parseActorId, parseTenant } from "../../engine/contract/address.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import type { Dispatcher } from "../../engine/ports/dispatcher.ts";
import type { Log } from "../../engine/ports/log.ts";
import type { Session } from "../../gateway/auth/session.ts";
import type { StampedeClient } from "../../gateway/client/client.ts";
import { newKey, type CommandOptions } from "../../gateway/client/options.ts";
import type { Result } from "../../gateway/client/result.ts";
import type { AnyCommandFrame, Operation, Operations, Replies } from "../../gateway/protocol/messages.ts";
import { CommandDesk } from "../../gateway/server/command-desk.ts";
import { CommandTimes } from "../../gateway/server/command-times.ts";
import { Counters } from "../../gateway/server/counters.ts";

const OPERATOR = "operator";
const DEADLINE_MS = 10_000;

/**
 * The commands of an operator, straight to the actors of the shop by the node's own router: what a gateway makes of the same frame.
 * Each is sent once, so that `retry` means nothing here.
 */
export class OperatorCommands implements Pick<StampedeClient, "command"> {
  readonly #desk: CommandDesk;
  readonly #session: Session;

  constructor(dispatcher: Dispatcher, tenantName: string, clock: Clock, log: Log) {
    const [tenant, id] = [parseTenant(tenantName), parseActorId(OPERATOR)];
    assert(tenant !== undefined, "the tenant is valid");
    assert(id !== undefined, "an operator has an id");
    // What operators do here is in the log, and in no figure of a gateway.
    const [counters, times] = [new Counters(), new CommandTimes()];
    this.#desk = new CommandDesk({ dispatcher, clock, counters, times, log, deadlineMs: DEADLINE_MS });
    const expiresAtMs = Number.POSITIVE_INFINITY;
    this.#session = { tenant, role: "operator", customer: id, cart: id, expiresAtMs };
  }

  /** Never rejects: whatever happens is a result. `values` have been checked. */
  command<Op extends Operation>(
    op: Op,
    values: Operations[Op],
    options?: CommandOptions,
  ): Promise<Result<Replies[Op]>> {
    const key = options?.key ?? newKey();
    const frame = {
      ...values,
      id: 0,
      op,
      key,
      deadlineMs: options?.deadlineMs,
    } as unknown as AnyCommandFrame;
    return new Promise((resolve) => {
      this.#desk.submit(frame, this.#session, undefined, (result) => resolve(result as Result<Replies[Op]>));
    });
  }
}
