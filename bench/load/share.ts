/** How many of `total` things are this generator's: all shares together are all of them. */
export function shareOf(
  total: number,
  { generator, generators }: { readonly generator: number; readonly generators: number },
): number {
  return Math.floor(total / generators) + (generator < total % generators ? 1 : 0);
}
