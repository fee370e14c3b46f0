/** Every limit of the shop's actors. A command past a limit is refused at once, with a code. */
export const limits = {
  /** How long a hold lasts, and by how much its one extension prolongs it; milliseconds. */
  holdTtlMs: 10 * 60_000,
  /**
   * How long past its own time a hold lasts that an order has secured: for the payment, and for another one when that is
   * declined. Longer than `orderSettleMs`, shorter than `holdTtlMs`, so that an extension still prolongs; milliseconds.
   */
  lastAttemptMs: 5 * 60_000,
  /** An order secures a line first when its hold has less than this left: a payment may take as long; milliseconds. */
  orderSettleMs: 30_000,
  /** Most units in one line, one delivery or one adjustment. */
  quantityMax: 1_000_000,
  /** Highest price of one unit, minor units. */
  unitPriceMinorMax: 100_000_000_000,
  /** Highest tax rate, basis points. */
  taxBasisPointsMax: 10_000,
  /** Most holds on one SKU at a time. */
  holdsPerSkuMax: 100_000,
  /** Most lines in one cart. */
  linesPerCartMax: 2_000,
  /** Most orders that a cart shows and remembers by id. */
  ordersShownMax: 20,
  /** Most returns of one order that may be under way at a time. */
  openReturnsMax: 100,
  /** A command that meets a line whose quantity is being changed may be sent again after this; milliseconds. */
  changeRetryMs: 50,
  /** A command that meets a full list (holds, returns) may be sent again after this; milliseconds. */
  fullRetryMs: 1_000,
  /** Most numbers that the waiting room of one sale gives out. */
  queueNumbersMax: 10_000_000,
  /** Most people who are let in per minute. */
  admitPerMinuteMax: 10_000_000,
  /** Shortest and longest time that whoever is let in has to buy; milliseconds. */
  admissionMsMin: 10_000,
  admissionMsMax: 24 * 60 * 60_000,
  /** A waiting room where nobody waits saves up as many turns as come in this time; milliseconds. */
  queueBurstMs: 5_000,
  /** Longest texts, characters. The cart's id leaves room for what order ids add to it. */
  cartIdLengthMax: 100,
  customerLengthMax: 120,
  paymentTokenLengthMax: 200,
  titleLengthMax: 300,
  descriptionLengthMax: 4_000,
  categoryLengthMax: 100,
  saleIdLengthMax: 120,
  reasonLengthMax: 500,
} as const;

/** Tells whether `quantity` is a number of units that a command may carry. */
export function isQuantity(quantity: number): boolean {
  return Number.isSafeInteger(quantity) && quantity >= 1 && quantity <= limits.quantityMax;
}

/** Tells whether `unitPriceMinor` is a price that a command may carry; 0 is a free item. */
export function isUnitPrice(unitPriceMinor: number): boolean {
  return (
    Number.isSafeInteger(unitPriceMinor) && unitPriceMinor >= 0 && unitPriceMinor <= limits.unitPriceMinorMax
  );
}

/** Tells whether `text` has between 1 and `lengthMax` characters. */
export function isText(text: string, lengthMax: number): boolean {
  return typeof text === "string" && text.length >= 1 && text.length <= lengthMax;
}
