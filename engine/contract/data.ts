/** Plain data: what can be stored in a segment, put in a frame and compared byte by byte. */
export type Data =
  null | boolean | number | string | readonly Data[] | { readonly [field: string]: Data | undefined };

/** Plain data with named fields. */
export type DataRecord = { readonly [field: string]: Data | undefined };
