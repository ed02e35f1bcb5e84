import { connect, type Socket } from "node:net";
import { expect, test } from "vitest";
import { encodeRequest, type Words } from "../resp/request.ts";
import type { Server } from "../servers/pair.ts";
import { ask, bothServers, converse, hasStock } from "./both.ts";

const { onBoth } = bothServers(7588, ["--repl-diskless-sync-delay", "0", "--enable-debug-command", "yes"]);
const compared = test.skipIf(!hasStock);

/** What a replica's connection receives, byte for byte. */
class Received {
  private readonly socket: Socket;
  private bytes = Buffer.alloc(0);
  private isOver = false;
  private wake: () => void = () => {};

  constructor(server: Server) {
    this.socket = connect(server.port, "127.0.0.1");
    this.socket.on("data", (bytes) => {
      this.bytes = Buffer.concat([this.bytes, bytes]);
      this.wake();
    });
    this.socket.on("error", () => {});
    this.socket.on("close", () => {
      this.isOver = true;
      this.wake();
    });
  }

  send(...words: Words): void {
    this.socket.write(encodeRequest(words));
  }

  async more(): Promise<boolean> {
    if (this.isOver) return false;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
    });
    return true;
  }

  /** The next line; empty ones keep a connection alive. "closed" at its end. */
  async line(): Promise<string> {
    for (;;) {
      const end = this.bytes.indexOf("\n");
      if (end < 0) {
        if (!(await this.more())) return "closed";
        continue;
      }
      const line = this.bytes.subarray(0, end).toString("latin1").trim();
      this.bytes = this.bytes.subarray(end + 1);
      if (line !== "") return line;
    }
  }

  async take(count: number): Promise<Buffer> {
    while (this.bytes.length < count && (await this.more()));
    const taken = this.bytes.subarray(0, count);
    this.bytes = this.bytes.subarray(count);
    return taken;
  }

  /** The snapshot in its envelope; the form of the envelope. */
  async snapshot(): Promise<{ form: string; bytes: Buffer }> {
    const front = await this.line();
    if (!front.startsWith("$EOF:")) {
      return { form: "length", bytes: await this.take(Number(front.slice(1))) };
    }
    const mark = front.slice(5);
    let end = this.bytes.indexOf(mark);
    while (end < 0 && (await this.more())) end = this.bytes.indexOf(mark);
    const bytes = await this.take(end);
    await this.take(mark.length);
    return { form: `mark of ${mark.length}`, bytes };
  }

  /** Requests up to the one that sets the key `last`, without PINGs. */
  async requests(): Promise<string[]> {
    const found: string[] = [];
    for (;;) {
      const front = await this.line();
      if (front === "closed") return [...found, front];
      const words: string[] = [];
      for (let left = Number(front.slice(1)); left > 0; left--) {
        const length = Number((await this.line()).slice(1));
        words.push((await this.take(length + 2)).subarray(0, -2).toString("latin1"));
      }
      const request = [words[0]?.toLowerCase(), ...words.slice(1)].join(" ");
      if (request !== "ping") found.push(request);
      if (request.startsWith("set last ")) return found;
    }
  }

  close(): void {
    this.socket.destroy();
  }
}

const isRdb = (bytes: Buffer): boolean =>
  bytes.subarray(0, 5).toString() === "REDIS" && bytes.at(-9) === 0xff;

compared("after SYNC both send a snapshot by its length, and then the same requests", async () => {
  const { stock, shadis } = await onBoth(async (server, open) => {
    const client = await open();
    await converse(client, ["FLUSHALL"], ["SET", "before", "1"]);
    const replica = new Received(server);
    replica.send("SYNC");
    const { form, bytes } = await replica.snapshot();
    await converse(
      client,
      ["SET", "a", "1"],
      ["INCRBY", "a", "5"],
      ["SET", "a", "7", "KEEPTTL"],
      ["INCRBYFLOAT", "f", "1.5"],
      ["SET", "p", "v", "PXAT", "99999999999999"],
      ["PEXPIREAT", "a", "99999999999998"],
      ["GETEX", "a", "PERSIST"],
      ["GETDEL", "a"],
      ["GET", "before"],
      ["DEL", "nothing"],
      ["RPUSH", "list", "1", "2", "3", "4"],
      ["LMPOP", "1", "list", "LEFT", "COUNT", "2"],
      ["BLPOP", "list", "1"],
      ["BLMPOP", "1", "1", "list", "RIGHT", "COUNT", "10"],
      ["SADD", "set", "only"],
      ["SPOP", "set"],
      ["SADD", "set", "only"],
      ["SPOP", "set", "5"],
      ["ZADD", "zset", "1", "a", "2", "b"],
      ["ZMPOP", "1", "zset", "MAX", "COUNT", "5"],
      ["HSET", "hash", "f", "1"],
      ["HINCRBYFLOAT", "hash", "f", "0.25"],
      ["XADD", "stream", "1-1", "f", "v"],
      ["SELECT", "3"],
      ["SET", "third", "v"],
      ["MULTI"],
      ["SET", "one", "1"],
      ["SELECT", "4"],
      ["SET", "two", "2"],
      ["PUBLISH", "channel", "in the middle"],
      ["EXEC"],
      ["PUBLISH", "channel", "message"],
      ["SPUBLISH", "shard", "message"],
      ["MULTI"],
      ["PUBLISH", "channel", "alone"],
      ["EXEC"],
      [
        "EVAL",
        "redis.call('set', 'x', '1'); redis.call('get', 'x'); return redis.call('set', 'y', '2')",
        "0",
      ],
      ["SCRIPT", "LOAD", "return 1"],
      ["FUNCTION", "LOAD", "#!lua name=l\nredis.register_function('f', function() return 1 end)"],
      ["SWAPDB", "3", "4"],
      ["COPY", "two", "copied"],
      ["FLUSHDB"],
      ["FLUSHALL"],
      ["SET", "last", "1"],
    );
    const requests = await replica.requests();
    replica.close();
    await ask(client, "FUNCTION", "FLUSH");
    return { form, isRdb: isRdb(bytes), requests };
  });
  expect(shadis).toEqual(stock);
  expect(shadis.isRdb).toBe(true);
  expect(shadis.requests.length).toBeGreaterThan(30);
});

compared(
  "PSYNC is answered with a position, and the stream waits for word that the mark was found",
  async () => {
    const { stock, shadis } = await onBoth(async (server, open) => {
      const client = await open();
      const replica = new Received(server);
      replica.send("REPLCONF", "listening-port", "7777", "capa", "eof", "capa", "psync2");
      const seen = [await replica.line()];
      replica.send("PSYNC", "?", "-1");
      seen.push((await replica.line()).replace(/[0-9a-f]{40} \d+/, "ID OFFSET"));
      const { form, bytes } = await replica.snapshot();
      seen.push(form, String(isRdb(bytes)));
      await ask(client, "SET", "last", "2");
      // Over and over, as replicas do: a stock server may not know yet that its child has ended.
      const again = setInterval(() => replica.send("REPLCONF", "ACK", "0"), 100);
      seen.push(...(await replica.requests()));
      clearInterval(again);
      const info = await ask(client, "INFO", "replication");
      seen.push(/connected_slaves:\d+/.exec(info)?.[0] ?? "", /slave0:.*state=\w+/.exec(info)?.[0] ?? "");
      const list = await ask(client, "CLIENT", "LIST", "TYPE", "replica");
      seen.push(/flags=\w+/.exec(list)?.[0] ?? "", String(list.split("id=").length - 1));
      const role = await ask(client, "ROLE");
      seen.push(String(role.includes("127.0.0.1") && role.includes("7777")));
      // Whatever is answered has no place in the stream: the connection ends.
      replica.send("PING");
      seen.push(await replica.line());
      return seen;
    });
    expect(shadis).toEqual(stock);
  },
);

compared("a snapshot alone, with or without its parts, and refused without the mark", async () => {
  const { stock, shadis } = await onBoth(async (server, open) => {
    const client = await open();
    await converse(client, ["FLUSHALL"], ["SET", "key-in-it", "1"], ["FUNCTION", "FLUSH"]);
    await ask(client, "FUNCTION", "LOAD", "#!lua name=lib\nredis.register_function('g', function() end)");
    const seen: unknown[] = [];
    for (const filter of [undefined, "functions", ""]) {
      const replica = new Received(server);
      replica.send("REPLCONF", "capa", "eof", "rdb-only", "1");
      seen.push(await replica.line());
      if (filter !== undefined) {
        replica.send("REPLCONF", "rdb-filter-only", filter);
        seen.push(await replica.line());
      }
      replica.send("SYNC");
      const { form, bytes } = await replica.snapshot();
      seen.push(form, bytes.includes("key-in-it"), bytes.includes("name=lib"), await replica.line());
    }
    const replica = new Received(server);
    replica.send("REPLCONF", "rdb-filter-only", "functions");
    seen.push(await replica.line());
    replica.send("SYNC");
    seen.push(await replica.line());
    replica.close();
    await ask(client, "FUNCTION", "FLUSH");
    return seen;
  });
  expect(shadis).toEqual(stock);
});

compared("WAIT counts the replicas that have said that they followed", async () => {
  const { stock, shadis } = await onBoth(async (server, open) => {
    const client = await open();
    const seen = await converse(client, ["SET", "x", "1"], ["WAIT", "0", "10"], ["WAIT", "1", "10"]);
    const replica = new Received(server);
    replica.send("SYNC");
    await replica.snapshot();
    await ask(client, "SET", "last", "3");
    await replica.requests();
    // It says so when it is asked: the client waits until then.
    const waited = ask(client, "WAIT", "1", "0");
    while (!(await replica.line()).includes("GETACK"));
    const other = await open();
    const offset = /master_repl_offset:(\d+)/.exec(await ask(other, "INFO", "replication"))?.[1] ?? "";
    replica.send("REPLCONF", "ACK", offset);
    seen.push(await waited);
    seen.push(...(await converse(client, ["MULTI"], ["WAIT", "5", "0"], ["EXEC"])));
    replica.close();
    return seen;
  });
  expect(shadis).toEqual(stock);
});
