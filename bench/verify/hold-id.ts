/** Separates the cart from the number of its line in a hold's id. */
const LINE_MARK = "#";

/** The cart that a hold `CART#LINE` belongs to. */
export function cartOfHold(holdId: string): string {
  const end = holdId.lastIndexOf(LINE_MARK);
  return end < 0 ? holdId : holdId.slice(0, end);
}

/** The number of the cart's line that a hold `CART#LINE` belongs to; NaN when there is none. */
export function lineOfHold(holdId: string): number {
  const mark = holdId.lastIndexOf(LINE_MARK);
  return mark < 0 ? Number.NaN : Number.parseInt(holdId.slice(mark + 1), 10);
}
