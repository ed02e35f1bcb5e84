import { expect, test } from "vitest";
import type { RawConnection } from "../resp/raw-connection.ts";
import { encodeRequest } from "../resp/request.ts";
import { answer, ask, askUntil, bothServers, converse, hasStock } from "./both.ts";

const { onBoth } = bothServers(7560);
const compared = test.skipIf(!hasStock);

const withoutNumbers = (reply: string): string => reply.replace(/(?<=\r\nid\r\n:)\d+/, "N");

async function idOf(connection: RawConnection): Promise<string> {
  return (await ask(connection, "CLIENT", "ID")).slice(1).trim();
}

compared(
  "HELLO greets in the protocol that was asked for, names the client, and refuses what it does not know",
  async () => {
    const { stock, shadis } = await onBoth(async (_, open) => {
      const connection = await open();
      const replies = await converse(
        connection,
        ["HELLO"],
        ["HELLO", "3"],
        ["GET", "no-such-key"],
        ["HELLO", "3", "SETNAME", "worker"],
        ["CLIENT", "GETNAME"],
        ["HELLO", "2", "AUTH", "default", "anything", "SETNAME", "other"],
        ["CLIENT", "GETNAME"],
        ["GET", "no-such-key"],
        ["HELLO", "4"],
        ["HELLO", "x"],
        ["HELLO", "2", "SETNAME"],
        ["HELLO", "2", "SETNAME", "two words"],
        ["HELLO", "3", "AUTH", "nobody", "x"],
        ["CLIENT", "GETNAME"],
      );
      return replies.map(withoutNumbers);
    });
    expect(shadis).toEqual(stock);
    expect(shadis[1]?.startsWith("%7\r\n")).toBe(true);
  },
);

compared("RESET takes back the database, the name, the protocol and the reply mode", async () => {
  const { stock, shadis } = await onBoth(async (_, open) => {
    const connection = await open();
    const replies = await converse(
      connection,
      ["HELLO", "3", "SETNAME", "worker"],
      ["SELECT", "5"],
      ["SET", "here", "5"],
      ["RESET"],
      ["GET", "here"],
      ["CLIENT", "GETNAME"],
      ["RESET", "x"],
    );
    return replies.map(withoutNumbers);
  });
  expect(shadis).toEqual(stock);
  expect(shadis[3]).toBe("+RESET\r\n");
});

compared("QUIT answers OK and closes, and what was sent after it is not run", async () => {
  const { stock, shadis } = await onBoth(async (_, open) => {
    const connection = await open();
    connection.send(Buffer.concat([["QUIT"], ["SET", "after-quit", "1"]].map(encodeRequest)));
    const replies = [await answer(connection), await answer(connection)];
    return [...replies, await ask(await open(), "EXISTS", "after-quit")];
  });
  expect(shadis).toEqual(stock);
  expect(shadis).toEqual(["+OK\r\n", "closed", ":0\r\n"]);
});

compared("CLIENT REPLY OFF silences all that follows, SKIP the next call, and ON ends it", async () => {
  const { stock, shadis } = await onBoth(async (_, open) => {
    const connection = await open();
    const calls = [
      ["CLIENT", "REPLY", "SKIP"],
      ["ECHO", "skipped"],
      ["ECHO", "one"],
      ["CLIENT", "REPLY", "OFF"],
      ["ECHO", "silent"],
      ["SET", "silent", "1"],
      ["CLIENT", "REPLY", "SKIP"],
      ["NO-SUCH-COMMAND"],
      ["CLIENT", "REPLY", "ON"],
      ["GET", "silent"],
      ["CLIENT", "REPLY", "SKIP"],
      ["CLIENT", "REPLY", "SKIP"],
      ["ECHO", "two"],
      ["ECHO", "three"],
    ];
    connection.send(Buffer.concat(calls.map(encodeRequest)));
    return (await connection.readToEnd())?.toString("latin1");
  });
  expect(shadis).toBe(stock);
  expect(shadis).toContain("+OK\r\n$1\r\n1\r\n");
});

compared("CLIENT KILL ends the connections that its filters meet, and tells how many", async () => {
  const { stock, shadis } = await onBoth(async (_, open) => {
    const killer = await open();
    const [byId, byAddress, spared] = [await open(), await open(), await open()];
    const id = await idOf(byId);
    const address = /(?<= addr=)\S+/.exec(await ask(byAddress, "CLIENT", "INFO"))?.[0] ?? "";
    await ask(spared, "PING");
    const replies = [
      await ask(killer, "CLIENT", "KILL", "ID", id),
      await ask(killer, "CLIENT", "KILL", "ID", id),
      await ask(killer, "CLIENT", "KILL", address),
      await ask(killer, "CLIENT", "KILL", address),
    ];
    const ended = [await byId.waitForEnd(), await byAddress.waitForEnd()];
    return [
      ...replies,
      ended,
      await ask(spared, "PING"),
      // SKIPME no meets the killer as well, which still gets its answer.
      await ask(killer, "CLIENT", "KILL", "ID", await idOf(killer), "SKIPME", "no"),
      await killer.waitForEnd(),
      await ask(spared, "CLIENT", "KILL", "TYPE", "normal"),
    ];
  });
  expect(shadis).toEqual(stock);
  expect(shadis.slice(0, 2)).toEqual([":1\r\n", ":0\r\n"]);
});

compared("CLIENT PAUSE WRITE holds writes back until UNPAUSE, while reads go on", async () => {
  const { stock, shadis } = await onBoth(async (_, open) => {
    const [admin, writer, reader] = [await open(), await open(), await open()];
    await askUntil(admin, ["INFO", "clients"], (reply) => reply.includes("blocked_clients:0"));
    const paused = await ask(admin, "CLIENT", "PAUSE", "60000", "WRITE");
    writer.send(
      Buffer.concat(
        [
          ["SET", "paused", "1"],
          ["GET", "paused"],
        ].map(encodeRequest),
      ),
    );
    await askUntil(admin, ["INFO", "clients"], (reply) => reply.includes("blocked_clients:1"));
    const during = await converse(reader, ["GET", "paused"], ["PING"]);
    const before = writer.unread.toString("latin1");
    const unpaused = await ask(admin, "CLIENT", "UNPAUSE");
    return [paused, during, before, unpaused, await answer(writer), await answer(writer)];
  });
  expect(shadis).toEqual(stock);
  expect(shadis).toEqual(["+OK\r\n", ["$-1\r\n", "+PONG\r\n"], "", "+OK\r\n", "+OK\r\n", "$1\r\n1\r\n"]);
});

compared("CLIENT PAUSE ALL holds back every call and ends by itself", async () => {
  const { stock, shadis } = await onBoth(async (_, open) => {
    const [admin, reader] = [await open(), await open()];
    await ask(admin, "CLIENT", "UNPAUSE"); // A longer pause that is still on would win.
    const startedMs = performance.now();
    const paused = await ask(admin, "CLIENT", "PAUSE", "150");
    const pong = await ask(reader, "PING");
    return [paused, pong, performance.now() - startedMs >= 140];
  });
  expect(shadis).toEqual(stock);
  expect(shadis).toEqual(["+OK\r\n", "+PONG\r\n", true]);
});
