/** How a command ends that found that it must not begin: nothing was changed. */
export const EXIT_REFUSED = 6;

/** Something that was looked at beforehand speaks against a change; nothing was changed. */
export class PrecheckRefused extends Error {
  override readonly name = "PrecheckRefused";
}
