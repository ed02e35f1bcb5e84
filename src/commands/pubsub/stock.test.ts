// Pub/sub answers a stock Redis 7.0's replies and messages byte for byte, with several clients taking turns.

import { testConversations } from "../../testing/stock-stories.ts";

// A client has at most one pattern that matches: the order of several is not the same from one start of Redis to
// the next.
const conversations: Readonly<Record<string, readonly string[]>> = {
  subscribing: [
    "a: SUBSCRIBE; SUBSCRIBE ch; SUBSCRIBE ch other ch",
    "b: PUBLISH ch hello; PUBLISH nobody x; PUBLISH other ; PUBLISH ch a\\nb; PUBLISH ch; SPUBLISH ch x",
    "a: UNSUBSCRIBE none; UNSUBSCRIBE ch ch; PING; PING x; PING x y; GET k; PUBLISH ch x; SUBSCRIBE",
    "b: PUBLISH ch 1; PUBLISH other 2",
    "a: UNSUBSCRIBE; UNSUBSCRIBE; PUNSUBSCRIBE; SUNSUBSCRIBE; GET k; PING; PING x",
    "a: PSUBSCRIBE h?llo hx*o hx*o; SUBSCRIBE hello; SSUBSCRIBE hello",
    "b: PUBLISH hello x; PUBLISH hallo y; PUBLISH hxo z; SPUBLISH hello s; SPUBLISH hallo t",
    "c: PSUBSCRIBE *; SUBSCRIBE hello",
    "b: PUBLISH hello x; PUBSUB NUMPAT; PUBSUB NUMSUB; PUBSUB NUMSUB hello none hello; PUBSUB SHARDNUMSUB hello x",
    "b: PUBSUB CHANNELS; PUBSUB CHANNELS h*; PUBSUB CHANNELS x; PUBSUB SHARDCHANNELS; PUBSUB SHARDCHANNELS x",
    "b: PUBSUB; PUBSUB X; PUBSUB CHANNELS a b; PUBSUB NUMPAT x; PUBSUB HELP x; pubsub channels a b",
    "a: PUNSUBSCRIBE x hx*o; SUNSUBSCRIBE; UNSUBSCRIBE hello; PUNSUBSCRIBE; GET k",
    "b: PUBLISH hello x",
    "c: RESET; GET k",
    "b: PUBLISH hello x; PUBSUB NUMPAT; PUBSUB CHANNELS",
    "a: SUBSCRIBE x; CLIENT ID; CONFIG GET timeout; NOSUCH; MULTI; EXEC; HELLO 3; QUIT; PING",
    "b: PUBLISH x y",
  ],
  "the third protocol": [
    "a: HELLO 3; SUBSCRIBE ch; PSUBSCRIBE c*; SSUBSCRIBE ch; PING; PING x; GET k; SET k v",
    "b: PUBLISH ch m; SPUBLISH ch m",
    "a: PUBLISH ch me; SPUBLISH ch s; GET k; UNSUBSCRIBE; UNSUBSCRIBE; PUNSUBSCRIBE x c*; SUNSUBSCRIBE; PING",
    "a: SUBSCRIBE ch; GET k; PUBLISH ch 1; PUBLISH ch 2; PUBLISH ch 3",
    "a: CLIENT REPLY OFF; PUBLISH ch quiet; SUBSCRIBE more; UNSUBSCRIBE none; PING; CLIENT REPLY ON",
    "b: PUBLISH more x",
    "a: CLIENT REPLY SKIP; UNSUBSCRIBE more; PING",
    "a: HELLO 2; GET k; HELLO 3",
  ],
  "in a transaction": [
    "a: MULTI; SUBSCRIBE ch; PSUBSCRIBE *; PING; GET k; EXEC; GET k",
    "b: MULTI; PUBLISH ch x; SET k v; PUBLISH ch y; EXEC",
    "a: RESET; MULTI; SUBSCRIBE ch; UNSUBSCRIBE ch; UNSUBSCRIBE; GET k; EXEC; GET k",
    "a: SUBSCRIBE ch; MULTI; SUBSCRIBE d; EXEC",
  ],
  "without replies": [
    "a: CLIENT REPLY OFF; SUBSCRIBE ch; UNSUBSCRIBE no; PSUBSCRIBE x",
    "b: PUBLISH ch x; PUBLISH x y",
    "a: PING; UNSUBSCRIBE; PUNSUBSCRIBE; UNSUBSCRIBE; CLIENT REPLY ON; PING",
  ],
};

testConversations(conversations);
