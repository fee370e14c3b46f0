/** How the process ends when another shop has taken over: whoever starts it again by itself shall not. */
export const SUPERSEDED_EXIT_CODE = 3;

/** Another shop has taken over the database on purpose: this one has to end at once, without touching anything. */
export class Superseded extends Error {
  override readonly name = "Superseded";
}
