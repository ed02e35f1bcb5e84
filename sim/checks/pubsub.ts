// pubsub: a subscriber receives what was published while it was subscribed: all of it, once, and in order.
//
// Role: the observer says in which order publishers and subscriptions ran; that makes the stream each connection must
// see. What arrives is held against it message by message. A connection that is still there at the end must have
// the whole stream; one that was lost, a beginning of it. PUBLISH answers how many received.
// Channels by pattern count once for each pattern, as in Redis. Messages of the server itself about its keys
// (notify-keyspace-events) are counted and not judged: what must be told of each command is compared elsewhere.

import type { Check, CheckContext } from "../check.ts";
import type { Lost, NodeExecuted, Pushed } from "../events.ts";
import { globMatches } from "./glob.ts";
import { placeOf } from "./pairing.ts";
import { integerReply, quoted, ReplyCursor } from "./reply-grammar.ts";

export const pubsub: Check = {
  name: "pubsub",
  promises: ["P7"],
  begin: (context) => new PubsubChecking(context),
};

type Subscriber = {
  readonly client: number;
  readonly place: number;
  readonly channels: Set<string>;
  readonly patterns: Set<string>;
  readonly shardChannels: Set<string>;
  /** Sent and not arrived, oldest first. */
  readonly expected: Expected[];
};

/** Messages of one call of PUBLISH that reach one client by several patterns may come in any order. */
type Expected = { readonly text: string; readonly call: number };

const SHOWN = "\u0000"; // Parts a message's fields in the texts that are compared.

class PubsubChecking {
  private readonly context: CheckContext;
  private readonly sessions = new Map<string, Subscriber>();
  private readonly byPlace = new Map<number, Subscriber>();
  private readonly gone = new Set<number>();
  private published = 0;
  private arrived = 0;
  private keyEvents = 0;

  constructor(context: CheckContext) {
    this.context = context;
  }

  readonly executed = (event: NodeExecuted): void => {
    const { words, reply, transaction } = event.call;
    const name = words[0] ?? "";
    // All names end in "subscribe" or "publish", or clear a session; nothing else is looked at.
    if (name.length < 5 || !/^([ps]?(un)?subscribe|s?publish|reset)$/i.test(name)) return;
    if (reply.startsWith("-") || transaction === "queued") return;
    this.step(event, name.toLowerCase());
  };

  readonly pushed = (event: Pushed): void => {
    const fields = messageIn(event.bytes);
    if (fields === undefined) return; // An acknowledgement, or not for subscribers.
    const channel = fields.at(-2) ?? "";
    if (channel.startsWith("__keyspace@") || channel.startsWith("__keyevent@")) {
      this.keyEvents++;
      return;
    }
    this.arrived++;
    const subscriber = this.byPlace.get(placeOf(event));
    const got = fields.join(SHOWN);
    const report = (kind: string, text: string): void => {
      const who = `client ${event.client}, connection ${event.connection}`;
      this.context.report({ kind, text: `${who} received ${shown(got)}; ${text}`, client: event.client });
    };
    if (subscriber === undefined) return report("a message nobody asked for", "it has subscribed to nothing");
    const next = subscriber.expected[0];
    const at = subscriber.expected.findIndex(({ text }) => text === got);
    const found = subscriber.expected[at];
    if (next === undefined || found === undefined) {
      const shownNext = next === undefined ? "nothing" : shown(next.text);
      report("a message nobody sent, or sent again", `next is ${shownNext}`);
    } else if (next.call === found.call && (at === 0 || isByPattern(next.text))) {
      subscriber.expected.splice(at, 1);
    } else {
      report("messages left out, or out of order", `${at} before it, the first ${shown(next.text)}`);
      subscriber.expected.splice(0, at + 1);
    }
  };

  readonly lost = (event: Lost): void => {
    this.gone.add(placeOf(event));
  };

  readonly sessionClosed = (event: { node: number; generation: number; session: number }): void => {
    this.sessions.delete(`${event.node}.${event.generation}.${event.session}`);
  };

  readonly finished = (): void => {
    for (const subscriber of this.sessions.values()) {
      const next = subscriber.expected[0];
      if (next === undefined || this.gone.has(subscriber.place)) continue;
      const text = `client ${subscriber.client}: ${subscriber.expected.length} messages never arrived, the first ${shown(next.text)}`;
      this.context.report({ kind: "messages that never arrived", text, client: subscriber.client });
    }
  };

  readonly counts = (): Record<string, number> => ({
    "messages published": this.published,
    "messages arrived": this.arrived,
    "key events?": this.keyEvents,
  });

  private step(event: NodeExecuted, name: string): void {
    const { words, reply } = event.call;
    const key = `${event.node}.${event.generation}.${event.session}`;
    if (name.endsWith("publish")) {
      this.publish(event, name === "spublish");
      return;
    }
    const subscriber = this.subscriberOf(event, key);
    const { channels, patterns, shardChannels } = subscriber;
    const isSharded = name === "ssubscribe" || name === "sunsubscribe";
    const set = name.startsWith("p") ? patterns : isSharded ? shardChannels : channels;
    if (name === "reset") {
      for (const each of [channels, patterns, shardChannels]) each.clear();
    } else if (name.endsWith("unsubscribe")) {
      if (words.length === 1) set.clear();
      for (const channel of words.slice(1)) set.delete(channel);
    } else for (const channel of words.slice(1)) set.add(channel);
    const count = set === shardChannels ? set.size : channels.size + patterns.size;
    if (name !== "reset") this.judgeCounts(event, count, reply);
  }

  private publish(event: NodeExecuted, isSharded: boolean): void {
    const [, channel = "", message = ""] = event.call.words;
    const call = this.published++;
    let receivers = 0;
    const node = `${event.node}.${event.generation}.`;
    for (const [key, { channels, patterns, shardChannels, expected }] of this.sessions) {
      if (!key.startsWith(node)) continue;
      if (isSharded) {
        if (!shardChannels.has(channel)) continue;
        receivers++;
        expected.push({ text: ["smessage", channel, message].join(SHOWN), call });
        continue;
      }
      if (channels.has(channel)) {
        receivers++;
        expected.push({ text: ["message", channel, message].join(SHOWN), call });
      }
      for (const pattern of patterns) {
        // No pattern fits an empty channel, not even "*".
        if (channel === "" ? pattern !== "" : !globMatches(pattern, channel)) continue;
        receivers++;
        expected.push({ text: ["pmessage", pattern, channel, message].join(SHOWN), call });
      }
    }
    const told = integerReply(event.call.reply);
    if (told === undefined || told === receivers) return;
    const text = `PUBLISH ${quoted(channel)} is answered ${told}; ${receivers} have subscribed`;
    this.context.report({ kind: "a wrong count of receivers", text, client: event.client });
  }

  private subscriberOf(event: NodeExecuted, key: string): Subscriber {
    let subscriber = this.sessions.get(key);
    if (subscriber === undefined) {
      const place = placeOf(event);
      subscriber = {
        client: event.client,
        place,
        channels: new Set(),
        patterns: new Set(),
        shardChannels: new Set(),
        expected: [],
      };
      this.sessions.set(key, subscriber);
      this.byPlace.set(place, subscriber);
    }
    return subscriber;
  }

  // The last acknowledgement of a call says how many channels and patterns there are now.
  private judgeCounts({ client, call }: NodeExecuted, count: number, reply: string): void {
    const told = /:(\d+)\r\n$/.exec(reply)?.[1];
    if (told === undefined || Number(told) === count) return;
    const text = `client ${client}: ${quoted(call.words.join(" "))} is answered ${quoted(reply)}; it has ${count}`;
    this.context.report({ kind: "a wrong count of channels", text, client });
  }
}

// The fields of a message, or undefined when the bytes are something else.
function messageIn(bytes: string): readonly string[] | undefined {
  const tree = new ReplyCursor(bytes, 3).tree() ?? new ReplyCursor(bytes, 2).tree();
  const fields = tree?.items.map(({ text }) => text);
  const kind = fields?.[0];
  return kind === "message" || kind === "pmessage" || kind === "smessage" ? fields : undefined;
}

function isByPattern(message: string): boolean {
  return message.startsWith(`pmessage${SHOWN}`);
}

function shown(message: string): string {
  return quoted(message.replaceAll(SHOWN, " "));
}
