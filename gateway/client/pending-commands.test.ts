import { expect, test } from "bun:test";
import { problem } from "../protocol/problems.ts";
import type { GatewayProblemCode } from "../protocol/problems.ts";
import { PendingCommands } from "./pending-commands.ts";
import type { Result } from "./result.ts";

function refusal(code: GatewayProblemCode): Result<unknown> {
  return { ok: false, problem: problem(code, "It was not started.") };
}

function commands(): PendingCommands {
  return new PendingCommands({ pendingMax: 10, attemptsMax: 1, patienceMs: 1_000 }, () => undefined);
}

for (const code of ["overloaded", "deadline_expired"] as const) {
  test(`${code} is the word on a command that was sent once`, async () => {
    const pending = commands();
    const result = pending.start(1, "{}", true);
    pending.receive(1, refusal(code));
    expect(await result).toMatchObject({ ok: false, problem: { code } });
  });

  test(`${code} does not tell what became of a command that had been sent before`, async () => {
    const pending = commands();
    const result = pending.start(1, "{}", true);
    pending.sendAll();
    pending.receive(1, refusal(code));
    expect(await result).toMatchObject({ ok: false, problem: { code: "outcome_unknown" } });
  });
}

test("a refusal by the shop itself is the last word, however often the command was sent", async () => {
  const pending = commands();
  const result = pending.start(1, "{}", true);
  pending.sendAll();
  pending.receive(1, refusal("not_allowed"));
  expect(await result).toMatchObject({ ok: false, problem: { code: "not_allowed" } });
});

test("a try that came to nothing does not make an earlier one undone", async () => {
  const pending = new PendingCommands({ pendingMax: 10, attemptsMax: 2, patienceMs: 1_000 }, () => undefined);
  const result = pending.start(1, "{}", true);
  pending.receive(1, refusal("outcome_unknown"));
  pending.receive(1, refusal("overloaded"));
  expect(await result).toMatchObject({ ok: false, problem: { code: "outcome_unknown" } });
});
