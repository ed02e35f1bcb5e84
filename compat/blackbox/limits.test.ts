import { expect, test } from "vitest";
import { RawConnection } from "../resp/raw-connection.ts";
import { encodeRequest } from "../resp/request.ts";
import { answer, ask, askUntil, bothServers, hasStock } from "./both.ts";

const { onBoth } = bothServers(7566);
const compared = test.skipIf(!hasStock);

compared(
  "requests beyond the limits of the protocol are refused with one error and a closed connection",
  async () => {
    const requests = [
      "x".repeat(300_000),
      `*${"1".repeat(300_000)}`,
      `*1\r\n$${"1".repeat(300_000)}`,
      "*2147483648\r\n",
      "*1\r\n$536870913\r\n",
      "*1\r\n$-1\r\n",
      "*1\r\n:1\r\n",
      '"unbalanced\r\n',
    ];
    const { stock, shadis } = await onBoth(async (_, open) => {
      const endings: (readonly [string, string])[] = [];
      for (const request of requests) {
        const connection = await open();
        connection.send(Buffer.from(request));
        // A reset may take the error with it; then only that the connection ended is known.
        const reply = await answer(connection);
        endings.push([
          reply === "closed" ? "" : reply,
          (await connection.waitForEnd(10_000)) ? "ended" : "open",
        ]);
      }
      return endings;
    });
    expect(shadis.map(([, end]) => end)).toEqual(stock.map(([, end]) => end));
    for (const [i, [reply]] of shadis.entries()) {
      const expected = stock[i]?.[0] ?? "";
      if (reply !== "" && expected !== "")
        expect([requests[i]?.slice(0, 30), reply]).toEqual([requests[i]?.slice(0, 30), expected]);
    }
    expect(shadis.at(-1)?.[0]).toBe("-ERR Protocol error: unbalanced quotes in request\r\n");
  },
);

compared("proto-max-bulk-len is obeyed from the moment it is set", async () => {
  const { stock, shadis } = await onBoth(async (_, open) => {
    const [admin, client] = [await open(), await open()];
    const replies = [await ask(client, "SET", "k", "x".repeat(1_048_577))];
    replies.push(await ask(admin, "CONFIG", "SET", "proto-max-bulk-len", "1mb"));
    replies.push(await ask(client, "SET", "k", "x".repeat(1_048_576)), await ask(client, "APPEND", "k", "x"));
    replies.push(
      await ask(client, "SETRANGE", "k", "1048576", "x"),
      await ask(client, "SETBIT", "k", "8388608", "1"),
    );
    client.send(Buffer.from("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1048577\r\n"));
    replies.push(await answer(client), await answer(client));
    return [...replies, await ask(admin, "CONFIG", "SET", "proto-max-bulk-len", "512mb")];
  });
  expect(shadis).toEqual(stock);
  expect(shadis).toContain("-ERR Protocol error: invalid bulk length\r\n");
});

compared(
  "a client beyond maxclients is told so and closed, and a place that is freed is given again",
  async () => {
    const { stock, shadis } = await onBoth(async (_, open) => {
      const admin = await open();
      const isAlone = (reply: string): boolean => reply.includes("connected_clients:1\r\n");
      await askUntil(admin, ["INFO", "clients"], isAlone);
      const set = await ask(admin, "CONFIG", "SET", "maxclients", "2");
      const second = await open();
      const first = await ask(second, "PING");
      const third = await open();
      const refused = [await answer(third), await answer(third)];
      second.close();
      await askUntil(admin, ["INFO", "clients"], isAlone);
      const fourth = await ask(await open(), "PING");
      return [set, first, refused, fourth, await ask(admin, "CONFIG", "SET", "maxclients", "10000")];
    });
    expect(shadis).toEqual(stock);
    expect(shadis[2]).toEqual(["-ERR max number of clients reached\r\n", "closed"]);
  },
);

compared("a request larger than client-query-buffer-limit closes its connection alone", async () => {
  const { stock, shadis } = await onBoth(async (_, open) => {
    const [admin, client] = [await open(), await open()];
    const set = await ask(admin, "CONFIG", "SET", "client-query-buffer-limit", "1mb");
    client.send(Buffer.from("*3\r\n$3\r\nSET\r\n$1\r\nq\r\n$100000000\r\n"));
    client.send(Buffer.alloc(8 * 1_048_576, "x"));
    const ended = await client.waitForEnd(10_000);
    return [
      set,
      ended,
      client.unread.toString("latin1"),
      await ask(admin, "EXISTS", "q"),
      await ask(admin, "PING"),
    ];
  });
  expect(shadis).toEqual(stock);
  expect(shadis[1]).toBe(true);
});

compared(
  "a client that lets its output grow beyond client-output-buffer-limit is closed, others are served",
  async () => {
    const { stock, shadis } = await onBoth(async (server, open) => {
      const admin = await open();
      const set = await ask(admin, "CONFIG", "SET", "client-output-buffer-limit", "normal 2mb 0 0");
      await ask(admin, "SET", "big", "x".repeat(1_000_000));
      const greedy = await RawConnection.open({ port: server.port });
      await ask(greedy, "CLIENT", "SETNAME", "greedy");
      greedy.pause();
      greedy.send(Buffer.concat(Array.from({ length: 100 }, () => encodeRequest(["GET", "big"]))));
      const list = await askUntil(admin, ["CLIENT", "LIST"], (reply) => !reply.includes("name=greedy"));
      const after = await ask(admin, "STRLEN", "big");
      greedy.close();
      return [set, list.includes("name=greedy"), after];
    });
    expect(shadis).toEqual(stock);
  },
);

compared("the Unix socket serves like TCP and shows its path as the address", async () => {
  const { stock, shadis } = await onBoth(async ({ socketPath }) => {
    const connection = await RawConnection.open({ path: socketPath });
    const pong = await ask(connection, "PING");
    const info = await ask(connection, "CLIENT", "INFO");
    const address = /(?<= addr=)\S+/.exec(info)?.[0];
    const flags = /(?<= flags=)\S+/.exec(info)?.[0];
    connection.close();
    return [pong, address === `${socketPath}:0`, flags];
  });
  expect(shadis).toEqual(stock);
  expect(shadis[1]).toBe(true);
});
