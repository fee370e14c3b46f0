import type { RefusalView } from "../../protocol/views.ts";

/** Why something was refused, as a shopper is told. */
export type RefusalWords = (refusal: RefusalView) => string | Promise<string>;

/** The words come when they are wanted first. Where they cannot, the shop's own say it. */
export const refusalWords: RefusalWords = async (refusal) => {
  try {
    const { refusalText } = await import("../model/refusal-text.ts");
    return refusalText(refusal);
  } catch {
    return refusal.detail;
  }
};
