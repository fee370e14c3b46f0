import type { StoredSegment } from "./archive-block.ts";

/** Stored segments that are decoded together. */
export interface SegmentPiece {
  readonly segments: readonly StoredSegment[];
  readonly bytes: number;
}

// Decoded and folded within about two milliseconds.
const PIECE_BYTES_MAX = 16_384;

/** Cuts stored segments into pieces, in order, so that none takes long to decode; one that is larger is a piece of its own. */
export function* segmentPieces(segments: readonly StoredSegment[]): Generator<SegmentPiece> {
  let piece: StoredSegment[] = [];
  let bytes = 0;
  for (const segment of segments) {
    if (piece.length > 0 && bytes + segment.body.length > PIECE_BYTES_MAX) {
      yield { segments: piece, bytes };
      piece = [];
      bytes = 0;
    }
    piece.push(segment);
    bytes += segment.body.length;
  }
  if (piece.length > 0) yield { segments: piece, bytes };
}
