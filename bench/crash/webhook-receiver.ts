import { steadyPort } from "../../engine/programs/steady-port.ts";

/** An event as a receiver reads it. */
export interface ReceivedEvent {
  readonly specversion: string;
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const TOLERANCE_SECONDS = 300;

/** Somebody else's system that is told what happens in a shop. It has an implementation of signatures of its own. */
export class WebhookReceiver {
  /** What it has taken, in the order in which it came, repetitions included. */
  readonly taken: ReceivedEvent[] = [];
  /** Requests that it would not believe. */
  readonly forged: string[] = [];
  /** What it answers; 204 unless told. */
  answer: (event: ReceivedEvent) => number = () => 204;
  secret = "";
  readonly #port = steadyPort();
  #server = this.#listen();

  get url(): string {
    return `http://127.0.0.1:${this.#port}/hooks`;
  }

  /** What it has taken of one type, each event once. */
  known(type: string): ReadonlyMap<string, ReceivedEvent> {
    const full = `shop.stampede.${type}.v1`;
    return new Map(this.taken.filter((event) => event.type === full).map((event) => [event.id, event]));
  }

  /** Nothing listens any more, and connections break. */
  async goAway(): Promise<void> {
    await this.#server.stop(true);
  }

  /** Listens where it did before. */
  comeBack(): void {
    this.#server = this.#listen();
  }

  async close(): Promise<void> {
    await this.#server.stop(true);
  }

  #listen(): Bun.Server<undefined> {
    return Bun.serve({ port: this.#port, hostname: "127.0.0.1", fetch: (request) => this.#take(request) });
  }

  async #take(request: Request): Promise<Response> {
    const body = await request.text();
    if (!(await this.#believes(request.headers, body))) {
      this.forged.push(body);
      return new Response(null, { status: 401 });
    }
    const event = JSON.parse(body) as ReceivedEvent;
    const status = this.answer(event);
    if (status < 300) this.taken.push(event);
    return new Response(null, { status });
  }

  async #believes(headers: Headers, body: string): Promise<boolean> {
    const id = headers.get("webhook-id") ?? "";
    const timestamp = headers.get("webhook-timestamp") ?? "";
    if (Math.abs(Date.now() / 1_000 - Number(timestamp)) > TOLERANCE_SECONDS) return false;
    const secret = Uint8Array.fromBase64(this.secret.replace("whsec_", ""));
    const algorithm = { name: "HMAC", hash: "SHA-256" };
    const key = await crypto.subtle.importKey("raw", secret, algorithm, false, ["verify"]);
    const signed = new TextEncoder().encode(`${id}.${timestamp}.${body}`);
    for (const signature of (headers.get("webhook-signature") ?? "").split(" ")) {
      const [version, code = ""] = signature.split(",");
      if (version !== "v1") continue;
      if (await crypto.subtle.verify("HMAC", key, Uint8Array.fromBase64(code), signed)) return true;
    }
    return false;
  }
}
