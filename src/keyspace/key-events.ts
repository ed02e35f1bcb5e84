// Key events: what notify-keyspace-events publishes about keys: which command changed one, and how one went.
//
// Role: commands say what they did (`Keyspace.notify`); who listens is the owner's (`tell`). All shards of a server
// share one. Costs one comparison of two numbers while the class of the event is switched off.

/** Classes of events, with the bits that the configuration has for their letters. */
export const EVENT_GENERIC = 1 << 2; // g
export const EVENT_STRING = 1 << 3; // $
export const EVENT_LIST = 1 << 4; // l
export const EVENT_SET = 1 << 5; // s
export const EVENT_HASH = 1 << 6; // h
export const EVENT_ZSET = 1 << 7; // z
export const EVENT_EXPIRED = 1 << 8; // x
export const EVENT_EVICTED = 1 << 9; // e
export const EVENT_STREAM = 1 << 10; // t
export const EVENT_MISS = 1 << 11; // m
export const EVENT_NEW = 1 << 14; // n

export class KeyEvents {
  /** The classes that are published; 0 while nothing is. */
  mask = 0;
  /** Told of each event of those classes; `key` is valid during the call. */
  tell: (event: string, db: number, key: Uint8Array, start: number, end: number) => void = () => {};
}
