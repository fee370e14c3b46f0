declare const brand: unique symbol;

/** A value of type `T` that only a parser of its own can make; `Name` keeps one brand from passing as another. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
