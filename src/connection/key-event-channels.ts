// Key event channels: an event of a key as messages of pub/sub.
//
//   K  __keyspace@0__:mykey   del         what happened to this key
//   E  __keyevent@0__:del     mykey       to which key this happened

import { latin1Bytes } from "../lib/bytes.ts";
import type { Pubsub } from "./pubsub.ts";

/** The bits of notify-keyspace-events that choose the channels. */
export const TO_KEYSPACE_CHANNELS = 1 << 0;
export const TO_KEYEVENT_CHANNELS = 1 << 1;

/** Publishes an event; `flags` are those of notify-keyspace-events. */
export function publishKeyEvent(
  pubsub: Pubsub,
  flags: number,
  { event, db, key }: { readonly event: string; readonly db: number; readonly key: Uint8Array },
): void {
  if (pubsub.isSilent) return;
  if ((flags & TO_KEYSPACE_CHANNELS) !== 0) {
    const prefix = latin1Bytes(`__keyspace@${db}__:`);
    const channel = new Uint8Array(prefix.length + key.length);
    channel.set(prefix);
    channel.set(key, prefix.length);
    pubsub.publish("channel", channel, latin1Bytes(event));
  }
  if ((flags & TO_KEYEVENT_CHANNELS) !== 0) {
    pubsub.publish("channel", latin1Bytes(`__keyevent@${db}__:${event}`), key);
  }
}
