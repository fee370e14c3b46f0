import { Redis } from "ioredis";
import { HOLD_MINUTES, type Peer, type PeerBooks, type PeerHold } from "../peer.ts";

const STOCK = "stock:hot";
const HOLDS = "holds:hot";
const ORDERS = "orders:hot";

const HOLD = `
if tonumber(redis.call("GET", KEYS[1])) < 1 then return 0 end
redis.call("DECR", KEYS[1])
redis.call("HSET", KEYS[2], ARGV[1], ARGV[2])
return 1`;

const CHECK_OUT = `
if redis.call("HDEL", KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call("HSET", KEYS[2], ARGV[1], ARGV[2])
return 1`;

/** A client that knows both scripts. */
interface ScriptedRedis extends Redis {
  holdUnit(stock: string, holds: string, key: string, expiresAtMs: number): Promise<number>;
  checkOutUnit(holds: string, orders: string, key: string, boughtAtMs: number): Promise<number>;
}

/** The stock is a number in Redis, and each step is one Lua script, which nothing else runs in between. */
export class LuaCounter implements Peer {
  readonly #redis: ScriptedRedis;

  /** `port`: of a server on this machine. */
  constructor(port: number) {
    const redis = new Redis({
      host: "127.0.0.1",
      port,
      lazyConnect: false,
      // What is asked for in one turn goes in one write.
      enableAutoPipelining: true,
      scripts: {
        holdUnit: { lua: HOLD, numberOfKeys: 2 },
        checkOutUnit: { lua: CHECK_OUT, numberOfKeys: 2 },
      },
    });
    // Reported by the commands that fail.
    redis.on("error", () => undefined);
    this.#redis = redis as ScriptedRedis;
  }

  async stock(units: number): Promise<void> {
    await this.#redis.del(HOLDS, ORDERS);
    await this.#redis.set(STOCK, units);
  }

  async hold(key: string): Promise<PeerHold | undefined> {
    const expiresAtMs = Date.now() + HOLD_MINUTES * 60_000;
    const held = await this.#redis.holdUnit(STOCK, HOLDS, key, expiresAtMs);
    return held === 1 ? { key, unit: null } : undefined;
  }

  async checkOut({ key }: PeerHold): Promise<void> {
    const bought = await this.#redis.checkOutUnit(HOLDS, ORDERS, key, Date.now());
    if (bought !== 1) throw new Error(`nothing is held for ${key}`);
  }

  async books(): Promise<PeerBooks> {
    const orders = new Set(await this.#redis.hkeys(ORDERS));
    const heldUnits = await this.#redis.hlen(HOLDS);
    return { orders, heldUnits, unitsLeft: Number(await this.#redis.get(STOCK)) };
  }

  async close(): Promise<void> {
    await this.#redis.quit();
  }
}
