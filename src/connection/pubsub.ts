// Pub/sub: who has subscribed to what, and messages on their way to them.
//
// Role: three kinds of subscriptions: channels, patterns, shard channels. A message is encoded once for each protocol
// and handed to the hub, which knows when it may be sent. Names are kept as Latin-1 texts.
// Invariants:
//   - a client stands under a name exactly when the name stands in its own subscriptions.
//   - a name without subscribers is not kept.
//   - receivers get messages in the order of publishing; of one message, in the order in which they subscribed.

import type { ChannelKind, ClientView, PubsubView } from "../commands/context.ts";
import { latin1Bytes, latin1Text } from "../lib/bytes.ts";
import { globMatch } from "../lib/glob.ts";
import type { Client } from "./client.ts";

/** Sends bytes to a client that did not ask for them. They may be shared with others. */
export type Deliver = (client: Client, bytes: Uint8Array) => void;

/** One client's subscriptions. */
export type Subscriptions = Readonly<Record<ChannelKind, Set<string>>>;

/** What a subscription costs beside its name, on both sides. */
const SUBSCRIPTION_STATE_BYTES = 120;

type Subscribers = { readonly name: Uint8Array; readonly clients: Set<Client> };

export class Pubsub implements PubsubView {
  private readonly deliver: Deliver;
  private readonly subscribers: Readonly<Record<ChannelKind, Map<string, Subscribers>>> = {
    channel: new Map(),
    pattern: new Map(),
    shard: new Map(),
  };

  constructor(deliver: Deliver) {
    this.deliver = deliver;
  }

  subscribe(view: ClientView, kind: ChannelKind, name: string): void {
    const client = view as Client;
    client.subscriptions ??= { channel: new Set(), pattern: new Set(), shard: new Set() };
    client.subscriptions[kind].add(name);
    client.isSubscriber = true;
    client.updateListener();
    let found = this.subscribers[kind].get(name);
    if (found === undefined) {
      found = { name: latin1Bytes(name), clients: new Set() };
      this.subscribers[kind].set(name, found);
    }
    found.clients.add(client);
  }

  unsubscribe(view: ClientView, kind: ChannelKind, name: string): void {
    const client = view as Client;
    const { subscriptions } = client;
    if (subscriptions === undefined || !subscriptions[kind].delete(name)) return;
    const found = this.subscribers[kind].get(name);
    found?.clients.delete(client);
    if (found?.clients.size === 0) this.subscribers[kind].delete(name);
    if (subscriptions.channel.size + subscriptions.pattern.size + subscriptions.shard.size > 0) return;
    client.subscriptions = undefined;
    client.isSubscriber = false;
    client.updateListener();
  }

  /** Ends all subscriptions of a client. */
  forget(client: ClientView): void {
    for (const kind of ["channel", "pattern", "shard"] as const) {
      for (const name of this.namesOf(client, kind)) this.unsubscribe(client, kind, name);
    }
  }

  namesOf(client: ClientView, kind: ChannelKind): readonly string[] {
    const { subscriptions } = client as Client;
    return subscriptions === undefined ? [] : [...subscriptions[kind]];
  }

  countOf(client: ClientView, kind: ChannelKind): number {
    const { subscriptions } = client as Client;
    if (subscriptions === undefined) return 0;
    if (kind === "shard") return subscriptions.shard.size;
    return subscriptions.channel.size + subscriptions.pattern.size;
  }

  publish(kind: "channel" | "shard", channel: Uint8Array, message: Uint8Array): number {
    const { pattern } = this.subscribers;
    const named = this.subscribers[kind];
    if (named.size === 0 && (kind === "shard" || pattern.size === 0)) return 0;
    let receivers = 0;
    const found = named.get(latin1Text(channel));
    if (found !== undefined) {
      receivers += this.send(found, [kind === "shard" ? smessageWord : messageWord, channel, message]);
    }
    if (kind === "shard") return receivers;
    for (const each of pattern.values()) {
      if (!globMatch(each.name, 0, each.name.length, channel, 0, channel.length, false)) continue;
      receivers += this.send(each, [pmessageWord, each.name, channel, message]);
    }
    return receivers;
  }

  names(kind: ChannelKind): Iterable<string> {
    return this.subscribers[kind].keys();
  }

  nameCount(kind: ChannelKind): number {
    return this.subscribers[kind].size;
  }

  subscriberCount(kind: ChannelKind, name: string): number {
    return this.subscribers[kind].get(name)?.clients.size ?? 0;
  }

  /** True while nobody would receive what is published to a channel. */
  get isSilent(): boolean {
    return this.subscribers.channel.size === 0 && this.subscribers.pattern.size === 0;
  }

  /** Bytes held for a client's subscriptions. */
  static bytesOf(subscriptions: Subscriptions): number {
    let bytes = 0;
    for (const names of Object.values(subscriptions)) {
      for (const name of names) bytes += SUBSCRIPTION_STATE_BYTES + name.length;
    }
    return bytes;
  }

  // Receivers that are closed on the way, for what they have not read, drop out of the set.
  private send({ clients }: Subscribers, words: readonly Uint8Array[]): number {
    let resp2: Uint8Array | undefined;
    let resp3: Uint8Array | undefined;
    let count = 0;
    for (const client of clients) {
      count++;
      if (client.protocol === 3) {
        resp3 ??= encoded(PUSH, words);
        this.deliver(client, resp3);
      } else {
        resp2 ??= encoded(ARRAY, words);
        this.deliver(client, resp2);
      }
    }
    return count;
  }
}

const ARRAY = 42;
const PUSH = 62;
const messageWord = latin1Bytes("message");
const pmessageWord = latin1Bytes("pmessage");
const smessageWord = latin1Bytes("smessage");

// An array or push message of bulk strings.
function encoded(mark: number, words: readonly Uint8Array[]): Uint8Array {
  const heads = words.map((word, i) =>
    latin1Bytes(`${i === 0 ? `${String.fromCharCode(mark)}${words.length}\r\n` : ""}$${word.length}\r\n`),
  );
  let length = 0;
  for (let i = 0; i < words.length; i++) {
    length += (heads[i] as Uint8Array).length + (words[i] as Uint8Array).length + 2;
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (let i = 0; i < words.length; i++) {
    const head = heads[i] as Uint8Array;
    const word = words[i] as Uint8Array;
    bytes.set(head, at);
    bytes.set(word, at + head.length);
    at += head.length + word.length;
    bytes[at++] = 13;
    bytes[at++] = 10;
  }
  return bytes;
}
