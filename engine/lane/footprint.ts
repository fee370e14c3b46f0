/**
 * The segments that have all that ever happened to one actor, while they are few: its first one, and the distances from each
 * to the next, a byte each, the lowest first. An actor with a footprint needs no snapshot: the journal has it already.
 */
export interface Footprint {
  /** 0 before anything has happened. */
  readonly firstSeq: number;
  readonly gaps: number;
}

/** Anything that leaves a footprint. */
export type Walker = { -readonly [Field in keyof Footprint]: Footprint[Field] };

/** Segments that a footprint may have: those of an order from its checkout to the captured payment, and two more. */
export const FOOTPRINT_SEGMENTS_MAX = 5;

// Reading an actor back decodes its whole segments: large ones cost more than a snapshot would.
const SEGMENT_EVENTS_MAX = 256;
const GAP_MAX = 254;
const GAP_BITS = 8;
const SEQ_MAX = 2 ** 32 - 1;
const LOST = 2 ** 32 - 1;

/** Counts a segment with so many events, in which something has happened to the actor. */
export function step(walker: Walker, seq: number, eventCount: number): void {
  if (walker.gaps === LOST) return;
  if (eventCount > SEGMENT_EVENTS_MAX || seq > SEQ_MAX) loseFootprint(walker);
  else if (walker.firstSeq === 0) walker.firstSeq = seq;
  else lengthen(walker, seq);
}

/** Forgets where the actor's life is: only a snapshot can bring it back at once. */
export function loseFootprint(walker: Walker): void {
  walker.gaps = LOST;
}

/** Whether the whole life of the actor is in the segments of its footprint. */
export function hasFootprint({ firstSeq, gaps }: Footprint): boolean {
  return firstSeq !== 0 && gaps !== LOST;
}

/** The numbers of a footprint's segments, ascending. */
export function seqsOf({ firstSeq, gaps }: Footprint): readonly number[] {
  const seqs = [firstSeq];
  let seq = firstSeq;
  for (let rest = gaps; rest !== 0; rest >>>= GAP_BITS) {
    seq += rest & 0xff;
    seqs.push(seq);
  }
  return seqs;
}

function lengthen(walker: Walker, seq: number): void {
  let last = walker.firstSeq;
  let bits = 0;
  for (let rest = walker.gaps; rest !== 0; rest >>>= GAP_BITS) {
    last += rest & 0xff;
    bits += GAP_BITS;
  }
  const gap = seq - last;
  if (gap <= 0) return;
  if (gap > GAP_MAX || bits === GAP_BITS * (FOOTPRINT_SEGMENTS_MAX - 1)) loseFootprint(walker);
  else walker.gaps = (walker.gaps | (gap << bits)) >>> 0;
}
