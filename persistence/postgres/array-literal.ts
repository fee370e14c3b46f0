/** Array literal of numbers for a parameter of type `integer[]` or `bigint[]`; null stands for itself. */
export function numbersLiteral(values: readonly (number | null)[]): string {
  return `{${values.map((value) => value ?? "null").join(",")}}`;
}

/** Array literal of texts for a parameter of type `text[]`. */
export function textsLiteral(values: readonly string[]): string {
  return `{${values.map((value) => `"${value.replace(/["\\]/g, "\\$&")}"`).join(",")}}`;
}

/** Array literal of byte strings for a parameter of type `bytea[]`. */
export function bytesLiteral(values: readonly Uint8Array[]): string {
  return `{${values.map((value) => `"\\\\x${Buffer.from(value).toString("hex")}"`).join(",")}}`;
}
