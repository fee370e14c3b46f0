/**
 * The places of a type, as {@link shapeOf} writes them: so the compiler finds a field, a type of event or an optional mark
 * that a golden file does not have, or has and should not.
 */
export type Places<T, At extends string = ""> = T extends T
  ? unknown extends T
    ? At
    : T extends readonly (infer Entry)[]
      ? Named<At> | Places<Entry, `${At}[]`>
      : T extends { readonly type: infer Type extends string }
        ? string extends Type
          ? Named<At> | FieldPlaces<T, At>
          : Variants<T, Type, At>
        : T extends object
          ? Named<At> | FieldPlaces<T, At>
          : Named<At>
  : never;

/** Places that only one of two sets has: `never` when they are the same. */
export type Unmatched<Left, Right> = Exclude<Left, Right> | Exclude<Right, Left>;

/**
 * Compiles only when the golden file has every place of the type and no other:
 * `sameAsGolden<Unmatched<keyof typeof golden, Places<CartEvent>>>()`. The place that the compiler names has changed
 * without a new version: see docs/event-versions.md.
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- what the compiler says about it is all there is to it
export function sameAsGolden<_Changed extends never>(): true {
  return true;
}

type Named<At extends string> = At extends "" ? never : At;

type Variants<T, Type extends string, At extends string> = Type extends string
  ? Variant<T, Type, At extends "" ? Type : `${At}<${Type}>`>
  : never;

type Variant<T, Type extends string, At extends string> =
  T extends Readonly<Record<"type", infer Own>>
    ? Type extends Own
      ? At | FieldPlaces<Omit<T, "type">, At>
      : never
    : never;

type FieldPlaces<T, At extends string> = {
  [Field in keyof T & string]-?: string extends Field
    ? never
    : Places<Exclude<T[Field], undefined>, `${Prefix<At>}${Field}${IsOptional<T, Field>}`>;
}[keyof T & string];

type Prefix<At extends string> = At extends "" ? "" : `${At}.`;

type IsOptional<T, Field extends keyof T> = object extends Pick<T, Field> ? "?" : "";
