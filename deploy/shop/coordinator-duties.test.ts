import { expect, test } from "bun:test";
import type { Answer, Dispatcher, Submission } from "../../engine/ports/dispatcher.ts";
import type { Database } from "../../persistence/postgres/database.ts";
import { silentLog } from "../../persistence/testing/silent-log.ts";
import { CoordinatorDuties } from "./coordinator-duties.ts";

function demoDuties(databaseUrl: string, database: Database, dispatcher: Dispatcher): CoordinatorDuties {
  return new CoordinatorDuties({
    databaseUrl,
    database,
    shopId: "shop",
    dispatcher,
    demo: true,
    log: silentLog,
  });
}

test.concurrent(
  "a listing of the demo catalogue that no lane answers any more is given up when the duties end",
  async () => {
    const asked = Promise.withResolvers<void>();
    const dispatcher = {
      read: () => {
        asked.resolve();
        return new Promise<never>(() => undefined);
      },
    } as unknown as Dispatcher;
    const database = { read: () => Promise.resolve([{ unused: true }]) } as unknown as Database;
    // Nobody connects to it: the journal is followed only after the listing.
    const databaseUrl = "postgres://nobody@127.0.0.1:9/nothing";
    const duties = demoDuties(databaseUrl, database, dispatcher);
    duties.begin();
    await asked.promise;
    await duties.end();
    expect(duties.lagSegments).toBeUndefined();
  },
);

test.concurrent(
  "read models that fail while they take the demo catalogue in do so before anybody is let in",
  async () => {
    let listed = 0;
    let looks = 0;
    const looked = Promise.withResolvers<void>();
    const dispatcher = listingDispatcher(() => (listed += 1));
    const database = {
      read: () => {
        looks += 1;
        if (looks === 3) looked.resolve();
        return Promise.resolve([{ unused: listed === 0 }]);
      },
    } as unknown as Database;
    // Nobody is there: read models cannot be read.
    const databaseUrl = "postgres://nobody@127.0.0.1:9/nothing";
    const duties = demoDuties(databaseUrl, database, dispatcher);
    let isBegun = false;
    void duties.begun.then(() => (isBegun = true));
    duties.begin();
    await Promise.race([looked.promise, duties.begun]);
    await duties.end();
    expect(listed).toBeGreaterThan(0);
    expect(isBegun).toBeFalse();
  },
);

/** A database's listener that hangs up on everybody or, once told to, takes everybody in and says nothing. */
function wordlessServer() {
  const connected = Promise.withResolvers<void>();
  let isMute = false;
  let taken = 0;
  const listener = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      open(socket) {
        if (!isMute) {
          socket.terminate();
          return;
        }
        taken += 1;
        connected.resolve();
      },
      data() {},
    },
  });
  return {
    url: `postgres://nobody@127.0.0.1:${listener.port}/nothing`,
    mute: () => void (isMute = true),
    /** Connections that were taken in. */
    taken: () => taken,
    connected: connected.promise,
    [Symbol.dispose]: () => listener.stop(true),
  };
}

/** A shop that lists every product it is told to; `told` hears of each. */
function listingDispatcher(told: () => void = () => undefined): Dispatcher {
  let isListed = false;
  return {
    read: () => Promise.resolve({ view: isListed ? { available: 1 } : null }),
    dispatch: (_submission: Submission, take: (answer: Answer) => void) => {
      isListed = true;
      told();
      take({ type: "done" } as Answer);
    },
  } as unknown as Dispatcher;
}

test.concurrent(
  "duties that end before a second attempt has listed the demo catalogue do not follow the journal",
  async () => {
    using server = wordlessServer();
    const askedAgain = Promise.withResolvers<void>();
    let asked = 0;
    const database = {
      read: () => {
        asked += 1;
        if (asked === 1) return Promise.resolve([{ unused: true }]);
        askedAgain.resolve();
        return new Promise<never>(() => undefined);
      },
    } as unknown as Database;
    const duties = demoDuties(server.url, database, listingDispatcher());
    duties.begin();
    await askedAgain.promise;
    server.mute();
    await duties.end();
    expect(server.taken()).toBe(0);
  },
);

test.concurrent("duties that end while the read models say nothing do not ask them again", async () => {
  using server = wordlessServer();
  server.mute();
  const database = { read: () => Promise.resolve([{ unused: true }]) } as unknown as Database;
  const duties = demoDuties(server.url, database, listingDispatcher());
  duties.begin();
  await server.connected;
  await duties.end();
  expect(server.taken()).toBe(1);
});
