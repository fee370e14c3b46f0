import type { InventoryView } from "../../protocol/views.ts";
import { saleTime } from "./offer.ts";
import type { QueueSituation } from "./queue-situation.ts";
import { waitText } from "./queue-wait.ts";
import { LOCALE } from "./written-for.ts";

/** What a shopper is told of a waiting room: what matters most, and what that means. */
export interface QueueWords {
  readonly title: string;
  readonly detail: string;
  /** What is worth being read out when it comes: nothing that changes each second is in it. */
  readonly milestone: string;
}

/** Whether the product that is waited for can be bought by those who are let in. */
export type Supply = "there" | "sold_out" | "paused";

/** Whether a product can be bought by whoever is let in. */
export function supplyOf({ available, paused }: Pick<InventoryView, "available" | "paused">): Supply {
  if (paused) return "paused";
  return available <= 0 ? "sold_out" : "there";
}

/** Says it in words. `step`: the wait, as {@link waitText} tells it; undefined where nobody knows. */
export function queueWords(situation: QueueSituation, supply: Supply, step: number | undefined): QueueWords {
  return outOf(supply, situation) ?? standingWords(situation, step);
}

/** How the shopper stands in a few words, for where there is no room. */
export function briefly(situation: QueueSituation, supply: Supply, step: number | undefined): string {
  const { title } = queueWords(situation, supply, step);
  const isTold = situation.type === "waiting" && supply === "there" && step !== undefined;
  return isTold ? `${title}, ${waitText(step)}` : title;
}

function outOf(supply: Supply, situation: QueueSituation): QueueWords | undefined {
  const { type } = situation;
  const isWaiting = type === "gathering" || type === "waiting";
  if (supply === "there" || type === "over" || type === "unknown") return undefined;
  if (supply === "paused") {
    const stays = isWaiting ? " Your place stays yours." : "";
    return told("Selling is paused", `Nothing of it is sold at the moment.${stays}`);
  }
  // The page does not know whether anybody holds some.
  const back = "If a hold on it ends before it is paid for, it comes back, and is shown here at once.";
  return told(
    "Sold out",
    isWaiting ? `${placeText(situation)}${back} Your place stays yours.` : back,
    `Sold out. ${back}`,
  );
}

/** Which place it is that stays; nothing while places are not drawn yet. */
function placeText(situation: QueueSituation): string {
  if (situation.type !== "waiting") return "";
  const { ahead } = situation;
  return ahead === 0 ? "You are next. " : `You have place ${(ahead + 1).toLocaleString(LOCALE)}. `;
}

function standingWords(situation: QueueSituation, step: number | undefined): QueueWords {
  switch (situation.type) {
    case "unknown":
      return told("This sale has a waiting room", "Asking how long it is…", "");
    case "closed":
      return told("This sale has a waiting room", "It is not open yet.");
    case "opening":
      return told("This sale has a waiting room", `It opens ${saleTime(situation.opensAtMs)}.`);
    case "open":
      return openWords(situation, step);
    case "gathering":
      return told(
        "You are in the queue",
        "Places are drawn among all who are here when the sale starts. This page goes on by itself.",
      );
    case "waiting":
      return waitingWords(situation.ahead, step);
    case "let_in":
      return told("It is your turn", `You can buy until ${clockTime(situation.untilMs)}.`);
    case "passed":
      return told("Your time to buy is over", "You can join again, behind all who wait.");
    case "over":
      return told("This sale is over", "Nobody is let in any more.");
  }
}

function openWords(
  { hasStarted, others }: Extract<QueueSituation, { readonly type: "open" }>,
  step: number | undefined,
): QueueWords {
  const title = "This sale has a waiting room";
  if (!hasStarted) {
    const here = others === 0 ? "" : `${count(others)} here already. `;
    return told(
      title,
      `${here}Places are drawn when the sale starts: whoever joins before has the same chance.`,
      title,
    );
  }
  if (step === undefined)
    return told(title, "Nobody is let in at the moment. You can join and have a place.");
  if (others === 0) return told(title, "Nobody waits: it is your turn as soon as you join.");
  return told(title, `${count(others)} before you. The wait is ${waitText(step)}.`, title);
}

function waitingWords(ahead: number, step: number | undefined): QueueWords {
  const title = ahead === 0 ? "You are next" : `Place ${(ahead + 1).toLocaleString(LOCALE)}`;
  const before = ahead === 0 ? "" : `${count(ahead)} before you. `;
  const pace =
    step === undefined
      ? "Nobody is let in at the moment. Your place stays yours."
      : `Your turn comes in ${waitText(step)}.`;
  return told(title, before + pace, `You are in the queue. ${pace}`);
}

function count(people: number): string {
  return people === 1 ? "1 person is" : `${people.toLocaleString(LOCALE)} people are`;
}

function clockTime(timeMs: number): string {
  return new Date(timeMs).toLocaleTimeString(LOCALE, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
}

function told(title: string, detail: string, milestone = `${title}. ${detail}`): QueueWords {
  return { title, detail, milestone };
}
