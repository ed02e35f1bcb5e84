import { afterAll, expect, test } from "vitest";
import { converseWithStock } from "../../../src/testing/conversation.ts";
import { hasStockRedis } from "../../../src/testing/stock-server.ts";
import { StockWire } from "../../../src/testing/stock-wire.ts";
import { differencesIn } from "../../conversations.ts";
import { Oracle } from "../../oracle.ts";

const wire = hasStockRedis() ? await StockWire.start() : undefined;

afterAll(() => wire?.stop());

const conversations: Readonly<Record<string, string>> = {
  "channels and patterns": `
a: SUBSCRIBE ch
a: SUBSCRIBE ch b c
a: PSUBSCRIBE c* ch b?
b: PUBLISH ch hello
b: PUBLISH none hello
b: PUBLISH ch
b: SUBSCRIBE ch
c: PUBLISH ch x
c: PUBLISH cat x
a: UNSUBSCRIBE b none
a: PUNSUBSCRIBE c*
c: PUBLISH ch y
a: UNSUBSCRIBE
a: UNSUBSCRIBE
a: PUNSUBSCRIBE
a: PUNSUBSCRIBE x y
a: GET k
c: UNSUBSCRIBE
c: SUNSUBSCRIBE
c: PUBLISH ch z
c: SUBSCRIBE
c: PSUBSCRIBE`,
  "shard channels are counted by themselves": `
a: SSUBSCRIBE ch d
a: SUBSCRIBE ch
b: SPUBLISH ch x
b: PUBLISH ch x
b: SPUBLISH none x
a: SUNSUBSCRIBE d
a: UNSUBSCRIBE
a: GET k
a: SUNSUBSCRIBE
a: GET k
a: SSUBSCRIBE p q r
a: SUNSUBSCRIBE
a: SUNSUBSCRIBE p q`,
  "what a subscriber may do in RESP2": `
a: SUBSCRIBE ch
a: GET k
a: PING
a: PING x
a: PING x y
a: NOSUCH
a: GET
a: MULTI
a: EXEC
a: EXEC x
a: PUBLISH ch x
a: PUBSUB CHANNELS
a: HELLO 3
a: CLIENT ID
a: SSUBSCRIBE s
a: RESET
a: GET k
b: PUBLISH ch x
a: SUBSCRIBE ch
a: QUIT
b: PUBLISH ch x`,
  "a subscriber in RESP3 may do everything": `
a: HELLO 3
a: SUBSCRIBE ch d
a: PSUBSCRIBE c*
a: SSUBSCRIBE s
a: GET k
a: PING
a: PUBLISH ch own
a: SPUBLISH s own
b: PUBLISH ch x
b: SPUBLISH s y
a: UNSUBSCRIBE
a: PUNSUBSCRIBE
a: SUNSUBSCRIBE
a: UNSUBSCRIBE
a: SUBSCRIBE ch
a: HELLO 2
a: GET k
b: PUBLISH ch x`,
  "who listens": `
a: SUBSCRIBE ch d
b: SUBSCRIBE ch
b: PSUBSCRIBE x* y*
c: HELLO 3
c: PSUBSCRIBE x*
c: SSUBSCRIBE s ss
d: PUBSUB CHANNELS
d: PUBSUB CHANNELS c*
d: PUBSUB CHANNELS nope
d: PUBSUB CHANNELS a b
d: PUBSUB NUMSUB
d: PUBSUB NUMSUB ch d none ch
d: PUBSUB NUMPAT
d: PUBSUB NUMPAT x
d: PUBSUB SHARDCHANNELS
d: PUBSUB SHARDCHANNELS s
d: PUBSUB SHARDCHANNELS a b
d: PUBSUB SHARDNUMSUB s ss ch
d: PUBSUB
d: PUBSUB NOSUCH
d: PUBSUB HELP
d: PUBSUB HELP x
c: PUBSUB NUMSUB ch
c: PUBSUB CHANNELS
a: QUIT
d: PUBSUB CHANNELS
d: COMMAND GETKEYS SSUBSCRIBE a b
d: COMMAND GETKEYS SPUBLISH a b
d: COMMAND GETKEYSANDFLAGS WATCH a b
d: COMMAND INFO subscribe ssubscribe publish spublish watch multi exec`,
  "CLIENT REPLY keeps nothing of it back": `
a: CLIENT REPLY OFF; SUBSCRIBE c1 c2; GET k; UNSUBSCRIBE c1; PING; PSUBSCRIBE p; PUNSUBSCRIBE; PUNSUBSCRIBE
a: SSUBSCRIBE s; SUNSUBSCRIBE
b: PUBLISH c2 m
b: HELLO 3; CLIENT REPLY OFF; SUBSCRIBE c1 c2; GET k; UNSUBSCRIBE c1; PUBLISH c2 own; PUNSUBSCRIBE
c: CLIENT REPLY SKIP; SUBSCRIBE c1; PING
d: CLIENT REPLY OFF; MULTI; SUBSCRIBE x; GET k; EXEC
e: CLIENT REPLY SKIP; MULTI; SUBSCRIBE x; GET k; EXEC
f: MULTI; CLIENT REPLY SKIP; SUBSCRIBE x; EXEC; SUBSCRIBE y; SUBSCRIBE z`,
  "in a transaction": `
a: MULTI; SUBSCRIBE ch d; PUBLISH other x; EXEC
a: GET k
a: UNSUBSCRIBE
b: HELLO 3
b: MULTI
b: SUBSCRIBE ch d
b: GET k
b: EXEC
b: MULTI; UNSUBSCRIBE ch; PING; EXEC
b: MULTI; PUBLISH none x; PUBSUB NUMSUB d; EXEC
b: MULTI; SSUBSCRIBE s; SUNSUBSCRIBE s; EXEC
c: MULTI
c: PUBLISH d x
c: PUBLISH d y
c: EXEC`,
};

for (const [title, text] of Object.entries(conversations)) {
  test.skipIf(wire === undefined)(`pub/sub as a stock server does it: ${title}`, async () => {
    const steps = text.trim().split("\n");
    const record = await converseWithStock(steps, wire as StockWire);
    expect(record.length).toBe(steps.length);
    expect(differencesIn(new Oracle({ timeToleranceMs: 5000 }), record, Date.now())).toEqual([]);
  });
}
