// Who asks the admin API keeps to what it takes: what is typed wrongly is told before anybody is asked.

/** The largest number of a shard. */
export const SHARD_MAX = 65_535;

/** Shards of one change. */
export const SHARDS_NAMED_MAX = 4_096;

/** Products of one change of selling that are named by their SKU. */
export const SKUS_NAMED_MAX = 500;

/** Operations of one list. */
export const OPERATIONS_SHOWN_MAX = 500;

/** Dead letters of one list. */
export const FAILED_SHOWN_MAX = 1_000;

/** Characters of the id of a plan. */
export const PLAN_ID_LENGTH_MAX = 64;

/** Who asks for a change, as it is kept with the operation: 1 to 128 characters, none of which controls a terminal. */
export const ASKER = /^[^\p{Cc}\p{Cf}]{1,128}$/u;

/** The id of an operation. */
export const OPERATION_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
