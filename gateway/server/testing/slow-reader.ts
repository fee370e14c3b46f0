import { connect } from "node:net";
import type { Socket } from "node:net";
import { SOCKET_PATH } from "../../protocol/messages.ts";
import type { AnyFrame } from "./test-socket.ts";
import { until } from "./until.ts";

/** A WebSocket client over plain TCP that can stop reading, which no WebSocket API allows. */
export class SlowReader {
  /** Whether the other side has closed the connection. */
  ended = false;
  closeCode: number | undefined;
  readonly frames: AnyFrame[] = [];
  readonly #socket: Socket;
  #buffer: Buffer = Buffer.alloc(0);
  #isUpgraded = false;

  constructor(port: number) {
    this.#socket = connect(port, "127.0.0.1");
    this.#socket.on("data", (data: Buffer) => {
      this.#buffer = Buffer.concat([this.#buffer, data]);
      this.#parse();
    });
    this.#socket.on("close", () => (this.ended = true));
    this.#socket.on("error", () => (this.ended = true));
    this.#socket.write(
      `GET ${SOCKET_PATH} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    );
  }

  async hello(): Promise<void> {
    await until(() => this.#isUpgraded, "the upgrade");
    this.send([{ t: "hello" }]);
    await until(() => this.frames.some((frame) => frame["t"] === "welcome"), "a welcome");
  }

  send(frames: readonly unknown[]): void {
    this.#socket.write(Buffer.concat(frames.map((frame) => encode(JSON.stringify(frame)))));
  }

  stopReading(): void {
    this.#socket.pause();
  }

  readOn(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#socket.destroy();
  }

  #parse(): void {
    if (!this.#isUpgraded) {
      const end = this.#buffer.indexOf("\r\n\r\n");
      if (end < 0) return;
      this.#isUpgraded = true;
      this.#buffer = this.#buffer.subarray(end + 4);
    }
    for (let frame = this.#take(); frame !== undefined; frame = this.#take()) {
      if (frame.opcode === 1) this.frames.push(JSON.parse(frame.payload.toString()) as AnyFrame);
      if (frame.opcode === 8) this.closeCode = frame.payload.readUInt16BE(0);
    }
  }

  #take(): { readonly opcode: number; readonly payload: Buffer } | undefined {
    const buffer = this.#buffer;
    const header = headerOf(buffer);
    if (header === undefined || buffer.length < header.bytes + header.payloadBytes) return undefined;
    const end = header.bytes + header.payloadBytes;
    this.#buffer = buffer.subarray(end);
    return { opcode: (buffer[0] ?? 0) & 0x0f, payload: buffer.subarray(header.bytes, end) };
  }
}

/** Lengths of a server's frame (RFC 6455, 5.2); undefined while its header is not whole. */
function headerOf(buffer: Buffer): { readonly bytes: number; readonly payloadBytes: number } | undefined {
  if (buffer.length < 2) return undefined;
  const short = (buffer[1] ?? 0) & 0x7f;
  if (short < 126) return { bytes: 2, payloadBytes: short };
  if (short === 126)
    return buffer.length < 4 ? undefined : { bytes: 4, payloadBytes: buffer.readUInt16BE(2) };
  return buffer.length < 10 ? undefined : { bytes: 10, payloadBytes: Number(buffer.readBigUInt64BE(2)) };
}

/** A short masked text frame; the mask of zeros leaves the text as it is. */
function encode(text: string): Buffer {
  const payload = Buffer.from(text);
  if (payload.length > 125) throw new Error("only short frames are needed here");
  return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
}
