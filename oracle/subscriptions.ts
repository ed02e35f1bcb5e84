// Subscriptions: what one client listens to, and who hears a message.
//
// A client hears a message once for its channel and once for each of its patterns that fits.

import { fits } from "./glob.ts";
import type { Model, Session } from "./model.ts";
import { bulk, integer, type Reply } from "./reply.ts";

export type SubscriptionKind = "channels" | "patterns" | "shardChannels";
export type Subscriptions = Readonly<Record<SubscriptionKind, Set<string>>>;

export function noSubscriptions(): Subscriptions {
  return { channels: new Set(), patterns: new Set(), shardChannels: new Set() };
}

/** What a message of SUBSCRIBE or UNSUBSCRIBE counts: shard channels by themselves, all else together. */
export function countOf({ subscriptions }: Session, kind: SubscriptionKind): number {
  const { channels, patterns, shardChannels } = subscriptions;
  return kind === "shardChannels" ? shardChannels.size : channels.size + patterns.size;
}

export function unsubscribeAll({ subscriptions }: Session): void {
  for (const names of Object.values(subscriptions)) names.clear();
}

/** In RESP2 a subscriber may do little else. */
export function isLimited({ protocol, subscriptions }: Session): boolean {
  const { channels, patterns, shardChannels } = subscriptions;
  return protocol === 2 && channels.size + patterns.size + shardChannels.size > 0;
}

/** Sends a message to whom it concerns, and says how many that were. */
export function publish(model: Model, channel: string, payload: string): number {
  let count = 0;
  const send = (to: Session, ...texts: readonly string[]): void => {
    count++;
    model.deliver(to, message(texts));
  };
  for (const session of model.sessions.values()) {
    if (session.subscriptions.channels.has(channel)) send(session, "message", channel, payload);
  }
  for (const session of model.sessions.values()) {
    for (const pattern of session.subscriptions.patterns) {
      if (fits(pattern, channel)) send(session, "pmessage", pattern, channel, payload);
    }
  }
  return count;
}

export function publishToShard(model: Model, channel: string, payload: string): number {
  let count = 0;
  for (const session of model.sessions.values()) {
    if (!session.subscriptions.shardChannels.has(channel)) continue;
    count++;
    model.deliver(session, message(["smessage", channel, payload]));
  }
  return count;
}

function message(texts: readonly string[]): Reply {
  return { kind: "push", items: texts.map(bulk) };
}

/** How many sessions listen to a name. */
export function listenersOf(model: Model, kind: SubscriptionKind, name: string): number {
  return [...model.sessions.values()].filter(({ subscriptions }) => subscriptions[kind].has(name)).length;
}

/** All names that somebody listens to. */
export function namesOf(model: Model, kind: SubscriptionKind): Set<string> {
  return new Set([...model.sessions.values()].flatMap(({ subscriptions }) => [...subscriptions[kind]]));
}

/** One message of SUBSCRIBE, UNSUBSCRIBE and their like. */
export function confirmation(word: string, name: Reply, count: number): Reply {
  return { kind: "push", items: [bulk(word), name, integer(count)] };
}
