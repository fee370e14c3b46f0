import { parseActorId, parseTenant, type Address, type Kind } from "../../engine/contract/address.ts";
import { assert } from "../../engine/contract/assert.ts";
import type { Typed } from "../../engine/contract/decider.ts";
import type { Dispatcher } from "../../engine/ports/dispatcher.ts";
import { demoCatalogue } from "./demo-catalogue.ts";

const DEADLINE_MS = 10_000;

/**
 * Lists the demo products and puts their opening stock on the shelves. Repeating it changes nothing: the idempotency
 * keys tell what is there.
 */
export async function listDemoCatalogue(
  dispatcher: Dispatcher,
  tenantName: string,
  nowMs: number,
): Promise<void> {
  const tenant = parseTenant(tenantName);
  assert(tenant !== undefined, "the tenant is valid");
  const commands: Promise<void>[] = [];
  for (const { sku, product, openingStock } of demoCatalogue(nowMs)) {
    const id = parseActorId(sku);
    assert(id !== undefined, `the demo SKU ${sku} is valid`);
    const address: Address = { tenant, kind: "inventory" as Kind, id };
    const send = (command: Typed, key: string): Promise<void> =>
      submit(dispatcher, { address, command, key, deadlineAtMs: nowMs + DEADLINE_MS });
    commands.push(send({ type: "ListProduct", product } as Typed, `demo-list-${sku}`));
    commands.push(send({ type: "ReceiveStock", quantity: openingStock } as Typed, `demo-stock-${sku}`));
  }
  await Promise.all(commands);
}

function submit(dispatcher: Dispatcher, submission: Parameters<Dispatcher["dispatch"]>[0]): Promise<void> {
  return new Promise((resolve, reject) => {
    dispatcher.dispatch(submission, (answer) => {
      if (answer.type === "done") resolve();
      else reject(new Error(`the demo catalogue could not be listed: ${JSON.stringify(answer)}`));
    });
  });
}
