import { expect, test } from "vitest";
import { targets } from "../generator/declared.ts";
import type { RawConnection } from "../resp/raw-connection.ts";
import { encodeRequest } from "../resp/request.ts";
import { answer, ask, bothServers, hasStock } from "./both.ts";

const { onBoth } = bothServers(7580);
const isThere = targets.some(({ fullName }) => fullName === "subscribe");
const compared = test.skipIf(!hasStock || !isThere);

/** The next messages or replies. */
async function next(connection: RawConnection, count: number): Promise<string[]> {
  const found: string[] = [];
  for (let i = 0; i < count; i++) found.push(await answer(connection));
  return found;
}

async function say(connection: RawConnection, count: number, ...words: string[]): Promise<string[]> {
  connection.send(encodeRequest(words));
  return next(connection, count);
}

compared.each(["2", "3"])(
  "RESP%s: a subscriber gets what is published, in order, until it unsubscribes",
  async (protocol) => {
    const { stock, shadis } = await onBoth(async (_, open) => {
      const subscriber = await open();
      const publisher = await open();
      await ask(subscriber, "HELLO", protocol);
      return [
        await say(subscriber, 2, "SUBSCRIBE", "a", "b"),
        await say(subscriber, 1, "PSUBSCRIBE", "b*"),
        await say(subscriber, 1, "SSUBSCRIBE", "a"),
        await say(publisher, 1, "PUBLISH", "a", "\r\n\0"),
        await say(publisher, 1, "PUBLISH", "b", "second"),
        await say(publisher, 1, "SPUBLISH", "a", ""),
        await next(subscriber, 4),
        await say(subscriber, 1, "PING"),
        await say(subscriber, 1, "GET", "k"),
        await say(publisher, 1, "PUBSUB", "NUMSUB", "a", "b"),
        await say(subscriber, 1, "UNSUBSCRIBE", "a"),
        await say(subscriber, 1, "UNSUBSCRIBE"),
        await say(subscriber, 1, "PUNSUBSCRIBE", "none"),
        await say(subscriber, 1, "PUNSUBSCRIBE"),
        await say(subscriber, 1, "SUNSUBSCRIBE"),
        await say(publisher, 1, "PUBLISH", "a", "unheard"),
        await say(subscriber, 1, "GET", "k"),
      ];
    });
    expect(shadis).toEqual(stock);
  },
);

compared("key events reach a subscriber", async () => {
  const { stock, shadis } = await onBoth(async (_, open) => {
    const subscriber = await open();
    const client = await open();
    await ask(client, "CONFIG", "SET", "notify-keyspace-events", "KEA");
    const heard = [await say(subscriber, 1, "PSUBSCRIBE", "__key*")];
    await say(client, 1, "SET", "k", "v", "EX", "100");
    heard.push(await next(subscriber, 4));
    await say(client, 1, "RENAME", "k", "l");
    heard.push(await next(subscriber, 4));
    await say(client, 1, "DEL", "l");
    heard.push(await next(subscriber, 2));
    await ask(client, "CONFIG", "SET", "notify-keyspace-events", "");
    return heard;
  });
  expect(shadis).toEqual(stock);
});
