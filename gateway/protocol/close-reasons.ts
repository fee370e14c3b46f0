import { FINAL_CLOSE, isRetryableClose } from "./close-codes.ts";

/** Why a socket was closed, and whether the client should connect again by itself. */
export interface CloseReason {
  readonly code: number;
  readonly retryable: boolean;
  /** One sentence for people; sent as the reason of the close frame. */
  readonly reason: string;
}

/** Every close code that a gateway sends. */
export const CLOSE = {
  goingAway: because(1001, "This gateway stops; connect again."),
  binary: because(FINAL_CLOSE.binary, "Frames must be text."),
  tooLarge: because(FINAL_CLOSE.tooLarge, "The frame was larger than frameBytesMax."),
  internal: because(1011, "Something broke inside; connect again."),
  lagging: because(4008, "Frames were not read fast enough."),
  breach: because(FINAL_CLOSE.breach, "The protocol was not kept."),
  session: because(FINAL_CLOSE.session, "The session is not valid."),
  helloLate: because(4408, "No hello came in time."),
  flooded: because(4429, "Too many frames came at once."),
} satisfies Record<string, CloseReason>;

function because(code: number, reason: string): CloseReason {
  return { code, retryable: isRetryableClose(code), reason };
}
