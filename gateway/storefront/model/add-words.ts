/** How much of a product is in the cart, and whether more can be. */
export interface AddState {
  /** In the cart, with those on their way. */
  readonly units: number;
  /** On their way: the shop has not set them aside yet. */
  readonly coming: number;
  /** Why none can be added; undefined where one can. */
  readonly off: string | undefined;
}

/** What stands on a button that adds a product to the cart, and what it is called. */
export interface AddWords {
  readonly icon: "plus" | "check" | undefined;
  readonly text: string;
  /** Has the words on the button in one piece, so that those who speak to their browser can call it by them. */
  readonly label: string;
}

/** The words on the button that adds the product called `title`. */
export function addWords(title: string, { units, coming, off }: AddState): AddWords {
  if (coming > 0) {
    // The shop may be away: nothing is held before it has said so.
    const text = "Setting it aside…";
    return { icon: undefined, text, label: `${text} ${title}` };
  }
  const inCart = `${units} in cart`;
  if (off !== undefined) {
    const label = `${title} is ${off.toLowerCase()}`;
    if (units === 0) return { icon: undefined, text: off, label };
    return { icon: "check", text: inCart, label: `${label}, ${inCart}` };
  }
  if (units === 0) return { icon: "plus", text: "Add to cart", label: `Add to cart: ${title}` };
  return { icon: "check", text: inCart, label: `Add another ${title} to cart, ${inCart}` };
}
