import { Packr } from "msgpackr";

// No shared record structures: what one process writes, every other one must be able to read.
const packr = new Packr({ useRecords: false, variableMapSize: true });

/** MessagePack of plain data. */
export function pack(value: unknown): Uint8Array {
  return packr.pack(value);
}

/** Reads what {@link pack} has written. */
export function unpack(bytes: Uint8Array): unknown {
  return packr.unpack(bytes);
}
