import { createHmac, timingSafeEqual } from "node:crypto";

// Keys of one purpose each (RFC 5869 in short): a ticket can be taken for no session, and no session for a ticket.
const PURPOSE = "stampede queue ticket 1";
const PREFIX = "q1.";

/** A number in the queue of a sale. */
export interface NumberInQueue {
  readonly sale: string;
  readonly number: number;
}

/**
 * Signs who has which number in which queue, and reads what it has signed. At once, unlike sessions: commands that carry a ticket
 * keep their order. A ticket ends with its queue, which knows whose time to buy is over.
 */
export class QueueTickets {
  readonly #key: Uint8Array;
  readonly #tenant: string;

  constructor(secret: string, tenant: string) {
    this.#key = createHmac("sha256", secret).update(PURPOSE).digest();
    this.#tenant = tenant;
  }

  sign(customer: string, { sale, number }: NumberInQueue): string {
    const body = Buffer.from(JSON.stringify([this.#tenant, sale, customer, number])).toString("base64url");
    return `${PREFIX}${body}.${this.#signature(body).toString("base64url")}`;
  }

  /** The number of a ticket; undefined when it is none of ours, or somebody else's. */
  read(ticket: string, customer: string): NumberInQueue | undefined {
    if (!ticket.startsWith(PREFIX)) return undefined;
    const [body = "", signature = ""] = ticket.slice(PREFIX.length).split(".", 2);
    const [given, own] = [Buffer.from(signature, "base64url"), this.#signature(body)];
    if (given.length !== own.length || !timingSafeEqual(given, own)) return undefined;
    const [tenant, sale, whose, number] = JSON.parse(Buffer.from(body, "base64url").toString()) as Signed;
    return tenant === this.#tenant && whose === customer ? { sale, number } : undefined;
  }

  #signature(body: string): Buffer {
    return createHmac("sha256", this.#key).update(body).digest();
  }
}

type Signed = readonly [tenant: string, sale: string, customer: string, number: number];
