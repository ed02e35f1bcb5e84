// Both: black-box cases run against a stock redis-server and against Shadis, and their results are compared.
//
// Role: what a case may do is talk over sockets. What it returns from each server must be equal, so that the
// expectation is what Redis answers and never a guess. Without a stock server the cases are skipped and say so;
// REQUIRE_STOCK_REDIS=1 makes that a failure.

import { afterAll, beforeAll } from "vitest";
import { RawConnection } from "../resp/raw-connection.ts";
import { encodeRequest, type Words } from "../resp/request.ts";
import { findStock, type Pair, type Server, startPair, stopPair } from "../servers/pair.ts";

export const hasStock = findStock() !== undefined;
if (!hasStock) {
  if (process.env["REQUIRE_STOCK_REDIS"] === "1")
    throw new Error("redis-server is required and not on the PATH");
  console.log("skipped: black-box cases compare with a stock Redis, and redis-server is not on the PATH");
}

/** `npm run compat -- --shards N` says it this way, as a test file takes no arguments. */
const shardsWanted =
  process.env["COMPAT_SHARDS"] === undefined ? undefined : Number(process.env["COMPAT_SHARDS"]);

export type Both = {
  /** Runs a case on both servers and gives what each run returned. */
  readonly onBoth: <T>(
    run: (server: Server, open: () => Promise<RawConnection>) => Promise<T>,
  ) => Promise<{ stock: T; shadis: T }>;
  readonly pair: () => Pair;
};

/** Starts both servers for one test file, on `portBase` and the port after it. */
export function bothServers(portBase: number, flags: readonly string[] = []): Both {
  let started: Pair | undefined;
  const pair = (): Pair => {
    if (started === undefined) throw new Error("the servers are not running");
    return started;
  };
  beforeAll(async () => {
    if (hasStock) started = await startPair({ portBase, flags, shards: shardsWanted });
  });
  afterAll(async () => {
    if (started !== undefined) await stopPair(started);
  });
  const onOne = async <T>(
    server: Server,
    run: (server: Server, open: () => Promise<RawConnection>) => Promise<T>,
  ): Promise<T> => {
    const opened: RawConnection[] = [];
    try {
      return await run(server, async () => {
        const connection = await RawConnection.open({ port: server.port });
        opened.push(connection);
        return connection;
      });
    } finally {
      for (const connection of opened) connection.close();
    }
  };
  return {
    pair,
    onBoth: async (run) => ({
      stock: await onOne(pair().stock, run),
      shadis: await onOne(pair().candidate, run),
    }),
  };
}

/** The reply to one call, as it stood on the wire, in Latin-1; "closed" when the connection ended instead. */
export async function ask(connection: RawConnection, ...words: Words): Promise<string> {
  connection.send(encodeRequest(words));
  return answer(connection);
}

/** The next reply, as it stood on the wire, in Latin-1; "closed" when the connection ended instead. */
export async function answer(connection: RawConnection): Promise<string> {
  const [reply] = await connection.take(1, 10_000);
  if (reply !== undefined) return reply.toString("latin1");
  return connection.ending === undefined ? "nothing" : "closed";
}

/** The replies to several calls, one after the other. */
export async function converse(connection: RawConnection, ...calls: readonly Words[]): Promise<string[]> {
  const replies: string[] = [];
  for (const words of calls) replies.push(await ask(connection, ...words));
  return replies;
}

/** Asks again until the reply satisfies `isDone`; gives up, and fails, after ten seconds. */
export async function askUntil(
  connection: RawConnection,
  words: Words,
  isDone: (reply: string) => boolean,
): Promise<string> {
  const endsBy = performance.now() + 10_000;
  for (;;) {
    const reply = await ask(connection, ...words);
    if (isDone(reply)) return reply;
    if (performance.now() > endsBy)
      throw new Error(`${words.join(" ")} still answers ${reply.slice(0, 2000)}`);
  }
}
