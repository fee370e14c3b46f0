import type { Check } from "../../verify/check.ts";
import { keyName, tenantOf, type History } from "../history.ts";

/** Nothing happens to anybody's actors that nobody has asked for, and nothing happens in another tenant. */
export function requests({ operations, observations }: History): Check {
  return {
    name: "requests",
    sentence: "Whatever has a client's key was asked for by that client, of that actor, in that tenant.",
    subject: "keys and views",
    begin({ findings }) {
      const asked = new Set(operations.map(({ actor, key }) => keyName(actor, key)));
      const actorsOfKey = new Map(operations.map(({ actor, key }) => [key, actor]));
      const actors = new Set(operations.map(({ actor }) => actor));
      const tenants = new Map<string, string>();
      for (const { client, actor } of operations) {
        const home = tenants.get(client) ?? tenantOf(actor);
        tenants.set(client, home);
        if (home === tenantOf(actor)) continue;
        findings.violation({
          address: actor,
          detail: `${client} of ${home} gives commands to another tenant`,
        });
      }
      for (const { client, topic } of observations) {
        findings.checked();
        const home = tenants.get(client) ?? tenantOf(topic);
        if (home === tenantOf(topic)) continue;
        findings.violation({
          address: topic,
          detail: `${client} of ${home} was shown another tenant's actor`,
        });
      }
      return {
        entry(entry, address, { shard, seq }) {
          for (const { key } of entry.keys) {
            const owner = actorsOfKey.get(key);
            if (owner === undefined && !actors.has(address)) continue;
            findings.checked();
            if (asked.has(keyName(address, key))) continue;
            const detail = owner === undefined ? "nobody sent it" : `it was sent to ${owner}`;
            findings.violation({ address, shard, seq, detail: `key ${key} took effect here, but ${detail}` });
          }
        },
      };
    },
  };
}
