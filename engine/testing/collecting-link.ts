import type { Answer, ViewUpdate } from "../ports/dispatcher.ts";
import { decodeFrame, encodeFrame } from "../transport/frame.ts";
import { ANSWER, VIEW, type Item } from "../transport/items.ts";
import type { Link } from "../transport/link.ts";

/** Keeps what is sent, as the other end of a port would get it. */
export class CollectingLink implements Link {
  readonly items: Item[] = [];

  send(item: Item): void {
    this.items.push(...decodeFrame(encodeFrame([item])));
  }

  /** All answers to one command. */
  answers(correlation: number): readonly Answer[] {
    return this.items.flatMap((item) => (item[0] === ANSWER && item[1] === correlation ? item[2] : []));
  }

  /** All views that came under a correlation; 0 for those of watchers. */
  views(correlation: number): readonly ViewUpdate[] {
    return this.items.flatMap((item) =>
      item[0] === VIEW && item[1] === correlation ? { epoch: item[5], offset: item[6], view: item[7] } : [],
    );
  }
}
