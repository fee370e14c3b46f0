/** A page as it is sent, or where it is instead. */
export type DrawnPage =
  | { readonly type: "page"; readonly status: 200 | 404; readonly html: string }
  /** Where the page is: a path with parameters. */
  | { readonly type: "elsewhere"; readonly path: string };

/** Draws the pages of the shop, for visitors whose browsers have not run its script yet, or never will. */
export interface PageDrawing {
  /** The parameters of an address that its page depends on, in one order: visitors for whom they are the same see the same. */
  parametersOf(search: string): string;
  /**
   * The page with these parameters of the shop at `origin`.
   * @throws Unavailable while nobody can tell what is in the catalogue.
   */
  draw(parameters: string, origin: string): Promise<DrawnPage>;
}
