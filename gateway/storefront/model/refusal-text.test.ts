import { expect, test } from "bun:test";
import { problem } from "../../protocol/problems.ts";
import { refusalText } from "./refusal-text.ts";

test.each(["outcome_unknown", "overloaded", "deadline_expired", "unavailable", "session_expired"] as const)(
  "%s is told in words for shoppers, who know neither keys nor commands",
  (code) => {
    const text = refusalText(problem(code, "Send the command again with the same key."));
    expect(text).not.toMatch(/key|command|session/i);
    expect(text).toEndWith(".");
  },
);

test("the shop's own reasons are told as they are", () => {
  const detail = "At most 2 of these for each customer.";
  expect(refusalText({ code: "limit_reached", detail })).toBe(detail);
});
