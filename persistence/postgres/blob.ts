/** Several byte strings sent as one parameter: one is cheaper to send and to parse than an array of them. */
export interface Blob {
  readonly bytes: Uint8Array;
  /** Where each part starts, counted from 1 as SQL does. */
  readonly starts: readonly number[];
  readonly lengths: readonly number[];
}

/** Puts the parts one behind the other. */
export function joinBytes(parts: readonly Uint8Array[]): Blob {
  const bytes = Buffer.concat(parts);
  const starts: number[] = [];
  let start = 1;
  for (const part of parts) {
    starts.push(start);
    start += part.length;
  }
  return { bytes, starts, lengths: parts.map((part) => part.length) };
}
