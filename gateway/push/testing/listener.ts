import type { Channel, Problem } from "../../protocol/messages.ts";
import type { Subscriber, Subscription } from "../subscriber.ts";

type Frame = Readonly<Record<string, unknown>>;

/** A socket that keeps what it is sent, by itself or through a topic. */
export class Listener implements Subscriber {
  readonly frames: Frame[] = [];
  readonly topics = new Set<string>();
  /** Its only channel. */
  subscription: Subscription | undefined;

  send(frame: string): void {
    this.frames.push(JSON.parse(frame) as Frame);
  }

  join(topic: string): void {
    this.topics.add(topic);
  }

  leave(topic: string): void {
    this.topics.delete(topic);
  }

  dismiss(ch: Channel, problem: Problem): void {
    this.frames.push({ t: "problem", ch, problem });
    this.subscription?.end();
  }
}
