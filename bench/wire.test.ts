import net, { type AddressInfo } from "node:net";
import fc from "fast-check";
import { expect, test } from "vitest";
import { datasets, key, list, sortedSet, strings, text } from "./load.ts";
import { type Batch, Client, ErrorReply, parseReply, type Reply, request } from "./wire.ts";

const reply: fc.Arbitrary<Reply> = fc.letrec<{ any: Reply }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    fc.integer(),
    fc.constant(null),
    fc.stringMatching(/^[a-zA-Z0-9 \r\n]{0,12}$/),
    fc.stringMatching(/^ERR [a-z ]{0,12}$/).map((message) => new ErrorReply(message)),
    fc.array(tie("any"), { maxLength: 4 }),
  ),
})).any;

function encode(value: Reply): string {
  if (value === null) return "$-1\r\n";
  if (typeof value === "number") return `:${value}\r\n`;
  if (typeof value === "string") return `$${value.length}\r\n${value}\r\n`;
  if (value instanceof ErrorReply) return `-${value.message}\r\n`;
  return `*${value.length}\r\n${value.map(encode).join("")}`;
}

// A server that answers each chunk as `answer` says.
async function withServer(
  answer: (chunk: Buffer) => string,
  use: (client: Client) => Promise<void>,
): Promise<void> {
  const server = net.createServer((socket) => socket.on("data", (chunk) => socket.write(answer(chunk))));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = await Client.connect((server.address() as AddressInfo).port);
  try {
    await use(client);
  } finally {
    client.close();
    server.close();
  }
}

test("a reply is read whole or not at all, wherever it is cut", () => {
  fc.assert(
    fc.property(reply, (value) => {
      const bytes = Buffer.from(encode(value), "latin1");
      expect(parseReply(bytes, 0)).toEqual({ reply: value, end: bytes.length });
      for (let cut = 0; cut < bytes.length; cut++)
        expect(parseReply(bytes.subarray(0, cut), 0)).toBeUndefined();
    }),
  );
});

test("a request carries the size of each argument", () => {
  expect(request(["SET", "k", ""]).toString()).toBe("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$0\r\n\r\n");
});

test("pipelined calls get their own replies", async () => {
  await withServer(
    (chunk) => chunk.toString().replace(/\*1\r\n\$1\r\n(\d)\r\n/g, ":$1\r\n"),
    async (client) => {
      expect(await Promise.all([client.call("1"), client.call("2"), client.call("3")])).toEqual([1, 2, 3]);
    },
  );
});

test("an error reply fails a call that must succeed, and a flood", async () => {
  await withServer(
    () => "+OK\r\n-OOM full\r\n",
    async (client) => {
      const batch: Batch = { bytes: Buffer.from("x"), replyCount: 2 };
      await expect(client.flood([batch])).rejects.toThrow("OOM full");
    },
  );
  await withServer(
    () => "-ERR no\r\n",
    (client) => expect(client.must("GET", "k")).rejects.toThrow("GET k: ERR no"),
  );
});

test("a flood ends when every reply has come", async () => {
  const seen = { count: 0 };
  await withServer(
    (chunk) => {
      const commands = chunk.toString("latin1").split("*3").length - 1;
      seen.count += commands;
      return ":1\r\n".repeat(commands);
    },
    async (client) => {
      await client.flood(strings(5000, 64));
      expect(seen.count).toBe(5000);
      await client.flood([]); // Nothing sent, nothing to wait for.
    },
  );
});

test("a flood counts a bulk reply once, however the stream is cut", async () => {
  const server = net.createServer((socket) => {
    socket.setNoDelay(true);
    socket.once("data", () => {
      for (const byte of "$3\r\n1-1\r\n:2\r\n$3\r\n1-2\r\n") socket.write(byte);
      socket.on("data", () => socket.write(":7\r\n"));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = await Client.connect((server.address() as AddressInfo).port);
  await client.flood([{ bytes: Buffer.from("x"), replyCount: 3 }]);
  // Had it counted lines, the rest of the flood would answer this.
  expect(await client.call("PING")).toBe(7);
  client.close();
  server.close();
});

test("a server that goes away rejects what waits for it", async () => {
  const server = net.createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = await Client.connect((server.address() as AddressInfo).port);
  await expect(client.call("PING")).rejects.toThrow();
  await expect(client.call("PING")).rejects.toThrow();
  server.close();
});

test("a loaded value has exactly its size, is no integer, and differs from key to key", () => {
  fc.assert(
    fc.property(fc.nat({ max: 5_000_000 }), fc.constantFrom(8, 64, 200, 1000), (index, sizeBytes) => {
      expect(text(index, sizeBytes)).toHaveLength(sizeBytes);
      expect(text(index, sizeBytes)).not.toBe(text(index + 1, sizeBytes));
      expect(text(index, sizeBytes)).toMatch(/^v/);
      expect(key(index)).toHaveLength(16);
    }),
  );
});

test("every dataset sets another key for each index", () => {
  for (const { command } of datasets) expect([command(1)[1], command(2)[1]]).toEqual([key(1), key(2)]);
});

test("grouped loads hold the asked number of elements", () => {
  const elementsOf = (batches: Iterable<Batch>): number =>
    [...batches].flatMap(({ bytes }) => bytes.toString("latin1").match(/\r\n(v0|element:)/g) ?? []).length;
  expect(elementsOf(list(250, 64))).toBe(250);
  expect(elementsOf(sortedSet(101))).toBe(101);
});
