import type { OperationListOptions } from "../ops.ts";
import type { ShardListOptions } from "../shards.ts";
import { accessText, type AdminOptions } from "./admin-options.ts";
import { nodeListText, nodeText } from "./nodes-text.ts";
import { operationsText } from "./operation-text.ts";
import { withCluster } from "./session.ts";
import { shardListText, shardText } from "./shards-text.ts";

/** Prints where shards are. */
export function listShards(options: ShardListOptions): Promise<void> {
  const { node, shard: wanted } = options;
  return withCluster(options, async ({ client, print }) => {
    const answer = await client.shards(node);
    if (wanted === undefined) return print(answer, shardListText);
    // One shard that is not there is refused, and with it the list.
    const last = wanted.at(-1);
    if (last !== undefined) await client.shard(last);
    const shards = answer.shards.filter(({ shard }) => wanted.includes(shard));
    await print({ ...answer, shards }, shardListText);
  });
}

/** Prints one shard. */
export function describeShard(shard: number, options: AdminOptions): Promise<void> {
  return withCluster(options, async ({ client, print }) => print(await client.shard(shard), shardText));
}

/** Prints who is in the cluster. */
export function listNodes(options: AdminOptions): Promise<void> {
  return withCluster(options, async ({ client, print }) => print(await client.nodes(), nodeListText));
}

/** Prints one node and what it has. */
export function describeNode(name: string, options: AdminOptions): Promise<void> {
  return withCluster(options, async ({ client, print }) => {
    const node = await client.node(name);
    const { shards } = await client.shards(name);
    await print({ node, shards }, (shown) => nodeText(shown, accessText(options)));
  });
}

/** Prints what the cluster does and has done. */
export function listOperations(options: OperationListOptions): Promise<void> {
  return withCluster(options, async ({ client, print }) =>
    print(await client.operations(options.limit), ({ operations }) => operationsText(operations)),
  );
}
