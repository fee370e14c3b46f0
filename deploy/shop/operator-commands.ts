import { assert } from "../../engine/contract/assert.ts";
import { parseActorId, parseTenant } from "../../engine/contract/address.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import type { Dispatcher } from "../../engine/ports/dispatcher.ts";
import type { Log } from "../../engine/ports/log.ts";
import type { Session } from "../../gateway/auth/session.ts";
import type { StampedeClient } from "../../gateway/client/client.ts";
import { newKey, type CommandOptions } from "../../gateway/client/options.ts";
import type { Result } from "../../gateway/client/result.ts";
import type { Operation, Operations, Replies } from "../../gateway/protocol/messages.ts";
import type { ActorFrame } from "../../gateway/server/admission.ts";
import { type CommandWay, sendCommand } from "../../gateway/server/send-command.ts";

const OPERATOR = "operator";
const DEADLINE_MS = 10_000;

/**
 * The commands of an operator, straight to the actors of the shop by the node's own router: what a gateway makes of the same frame.
 * Each is sent once, so that `retry` means nothing here.
 */
export class OperatorCommands implements Pick<StampedeClient, "command"> {
  readonly #way: CommandWay;
  readonly #session: Session;

  constructor(dispatcher: Dispatcher, tenantName: string, clock: Clock, log: Log) {
    const [tenant, id] = [parseTenant(tenantName), parseActorId(OPERATOR)];
    assert(tenant !== undefined, "the tenant is valid");
    assert(id !== undefined, "an operator has an id");
    this.#way = { dispatcher, clock, log, deadlineMs: DEADLINE_MS };
    const expiresAtMs = Number.POSITIVE_INFINITY;
    this.#session = { tenant, role: "operator", customer: id, cart: id, expiresAtMs };
  }

  /** Never rejects: whatever happens is a result. `values` have been checked. */
  command<Op extends Operation>(
    op: Op,
    values: Operations[Op],
    options?: CommandOptions,
  ): Promise<Result<Replies[Op]>> {
    assert(op !== "queue.join", "operators do not wait in a queue");
    const key = options?.key ?? newKey();
    const frame = { ...values, id: 0, op, key, deadlineMs: options?.deadlineMs } as unknown as ActorFrame;
    const command = { frame, session: this.#session, turn: undefined, traceparent: undefined };
    return new Promise((resolve) => {
      sendCommand(this.#way, command, (result) => resolve(result as Result<Replies[Op]>));
    });
  }
}
