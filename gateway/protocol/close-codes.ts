/** Why a socket was closed, and whether the client should connect again by itself. */
export type CloseReason = {
  readonly code: number;
  readonly retryable: boolean;
  /** One sentence for people; sent as the reason of the close frame. */
  readonly reason: string;
};

/** Every close code that a gateway sends. A code that is not here (1006 among them) is a lost connection: retryable. */
export const CLOSE = {
  goingAway: { code: 1001, retryable: true, reason: "This gateway stops; connect again." },
  binary: { code: 1003, retryable: false, reason: "Frames must be text." },
  tooLarge: { code: 1009, retryable: false, reason: "The frame was larger than frameBytesMax." },
  internal: { code: 1011, retryable: true, reason: "Something broke inside; connect again." },
  lagging: { code: 4008, retryable: true, reason: "Frames were not read fast enough." },
  breach: { code: 4400, retryable: false, reason: "The protocol was not kept." },
  session: { code: 4401, retryable: false, reason: "The session is not valid." },
  helloLate: { code: 4408, retryable: true, reason: "No hello came in time." },
  flooded: { code: 4429, retryable: true, reason: "Too many frames came at once." },
} as const satisfies Record<string, CloseReason>;

const RETRYABLE = new Map<number, boolean>(
  Object.values(CLOSE).map((reason) => [reason.code, reason.retryable]),
);

/** Whether a client should connect again after its socket was closed with `code`. */
export function isRetryableClose(code: number): boolean {
  return RETRYABLE.get(code) ?? true;
}
