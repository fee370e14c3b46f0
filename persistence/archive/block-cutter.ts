import type { StoredSegment } from "../codec/archive-block.ts";

/** How large a block may become. Whoever reads one segment of it reads all of it. */
export interface BlockLimits {
  readonly segmentsMax: number;
  /** Bytes of the segments' bodies; a single segment may be larger. */
  readonly bytesMax: number;
}

/** Segments that go into the archive together. */
export interface Block {
  readonly segments: readonly StoredSegment[];
  /** Numbers of the takeover records among them. */
  readonly takeoverSeqs: readonly number[];
  /** Bytes of the bodies of all others: what the journal gets rid of. */
  readonly removedBytes: number;
}

/** Cuts the segments of one shard, in order, into blocks. */
export class BlockCutter {
  readonly #limits: BlockLimits;
  #segments: StoredSegment[] = [];
  #takeoverSeqs: number[] = [];
  #bytes = 0;
  #removedBytes = 0;

  constructor(limits: BlockLimits) {
    this.#limits = limits;
  }

  /** Adds the next segment. Returns the block that is full with it. */
  add(segment: StoredSegment, isTakeover: boolean): Block | undefined {
    const { segmentsMax, bytesMax } = this.#limits;
    this.#segments.push(segment);
    this.#bytes += segment.body.length;
    if (isTakeover) this.#takeoverSeqs.push(segment.seq);
    else this.#removedBytes += segment.body.length;
    return this.#segments.length >= segmentsMax || this.#bytes >= bytesMax ? this.#take() : undefined;
  }

  /** The last block, if there is anything for it. Takeover records at its end are left out: they stay where they are. */
  rest(): Block | undefined {
    while (this.#segments.length > 0 && this.#segments.at(-1)?.seq === this.#takeoverSeqs.at(-1)) {
      this.#segments.pop();
      this.#takeoverSeqs.pop();
    }
    return this.#segments.length === 0 ? undefined : this.#take();
  }

  #take(): Block {
    const block = {
      segments: this.#segments,
      takeoverSeqs: this.#takeoverSeqs,
      removedBytes: this.#removedBytes,
    };
    this.#segments = [];
    this.#takeoverSeqs = [];
    this.#bytes = 0;
    this.#removedBytes = 0;
    return block;
  }
}
