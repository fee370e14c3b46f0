import { PeerEntrant } from "../peer-entrant.ts";
import { LuaCounter } from "./lua-counter.ts";
import { RedisServer, type AppendFsync } from "./redis-server.ts";

// A number in memory: any number will do.
const PLENTY_PER_SECOND = 1_000_000;

/** Redis with a server of its own. @throws Error that says what to install, or what the server said. */
export async function redisEntrant(appendFsync: AppendFsync): Promise<PeerEntrant> {
  const server = await RedisServer.start(appendFsync);
  return new PeerEntrant({
    name: `redis-${appendFsync}`,
    isDurable: appendFsync === "always",
    // One thread answers them all in turn; more connections only split what goes in one write.
    connectionChoices: [1],
    open: () => new LuaCounter(server.port),
    serverPid: server.pid,
    plentyPerSecond: PLENTY_PER_SECOND,
    close: () => server.stop(),
  });
}
