import { until } from "./until.ts";

/** A frame as it came. */
export type AnyFrame = Readonly<Record<string, unknown>>;

/** A raw socket that keeps all it hears. */
export class TestSocket {
  readonly frames: AnyFrame[] = [];
  closed: { readonly code: number; readonly reason: string } | undefined;
  readonly #socket: WebSocket;

  constructor(url: string, headers: Readonly<Record<string, string>> = {}) {
    this.#socket = new WebSocket(url, { headers });
    this.#socket.onmessage = ({ data }) => this.frames.push(JSON.parse(String(data)) as AnyFrame);
    this.#socket.onclose = ({ code, reason }) => (this.closed = { code, reason });
    this.#socket.onerror = () => undefined;
  }

  async opened(): Promise<this> {
    await until(() => this.#socket.readyState !== WebSocket.CONNECTING, "a socket to open");
    return this;
  }

  /** Says hello and returns the welcome. */
  async hello(extras: AnyFrame = {}): Promise<AnyFrame> {
    await this.opened();
    this.send({ t: "hello", ...extras });
    return this.next((frame) => frame["t"] === "welcome", "a welcome");
  }

  send(frame: unknown): void {
    this.#socket.send(JSON.stringify(frame));
  }

  sendRaw(data: string | Uint8Array<ArrayBuffer>): void {
    this.#socket.send(data);
  }

  /** The first frame that `matches`, once it is there. */
  async next(matches: (frame: AnyFrame) => boolean, what: string): Promise<AnyFrame> {
    await until(() => this.closed !== undefined || this.frames.some(matches), what);
    const found = this.frames.find(matches);
    if (found === undefined) throw new Error(`closed with ${JSON.stringify(this.closed)} before ${what}`);
    return found;
  }

  /** The reply to command `id`. */
  reply(id: number): Promise<AnyFrame> {
    return this.next((frame) => frame["re"] === id, `the reply to ${id}`);
  }

  /** The code of the problem that command `id` was answered with. */
  async refusal(id: number): Promise<AnyFrame> {
    const frame = await this.reply(id);
    return frame["problem"] as AnyFrame;
  }

  /** The code the server closed with. */
  async closeCode(): Promise<number> {
    await until(() => this.closed !== undefined, "the socket to be closed");
    return this.closed?.code ?? 0;
  }

  close(): void {
    this.#socket.close();
  }
}
