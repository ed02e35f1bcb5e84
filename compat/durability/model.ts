// Model: what one client's two databases hold after each of its steps, as far as anybody outside can know.
//
// Role: the reference of the kill rounds. A client owns its databases, so their state follows from its own steps
// alone, in order. What the server chose (a member drawn, an id, the moment a time to live began) is taken from the
// reply; where no reply came it stays open, and the comparison lets any choice pass.
// Invariant: `copyOf` shares nothing with its original but values that never change.

/** An absolute expiry, known within bounds: milliseconds since 1970. */
export type Expiry = { readonly lowMs: number; readonly highMs: number };

export type StreamEntry = { id: string | undefined; readonly fields: readonly string[] };
export type Group = {
  /** How many of the stream's entries were ever delivered, counted over all that were added. */
  delivered: number;
  /** Entry (by its number among all that were added) -> consumer. */
  readonly pending: Map<number, string>;
};

export type Value =
  | { readonly type: "string"; text: string }
  | { readonly type: "list"; readonly items: string[] }
  | { readonly type: "hash"; readonly fields: Map<string, string>; readonly times: Map<string, Expiry> }
  /** `unknownLost` members are gone, and nobody was told which. */
  | { readonly type: "set"; readonly members: Set<string>; unknownLost: number }
  | { readonly type: "zset"; readonly scores: Map<string, number> }
  | {
      readonly type: "stream";
      readonly added: StreamEntry[];
      readonly gone: Set<number>;
      readonly groups: Map<string, Group>;
    };

export type Entry = { value: Value; expiry: Expiry | undefined };
export type Keys = Map<string, Entry>;
/** The client's two databases; SWAPDB exchanges them. */
export type Model = { dbs: [Keys, Keys] };

export function emptyModel(): Model {
  return { dbs: [new Map(), new Map()] };
}

export function copyOf(model: Model): Model {
  return { dbs: [copyKeys(model.dbs[0]), copyKeys(model.dbs[1])] };
}

function copyKeys(keys: Keys): Keys {
  return new Map([...keys].map(([key, { value, expiry }]) => [key, { value: copyValue(value), expiry }]));
}

function copyValue(value: Value): Value {
  switch (value.type) {
    case "string":
      return { type: "string", text: value.text };
    case "list":
      return { type: "list", items: [...value.items] };
    case "hash":
      return { type: "hash", fields: new Map(value.fields), times: new Map(value.times) };
    case "set":
      return { type: "set", members: new Set(value.members), unknownLost: value.unknownLost };
    case "zset":
      return { type: "zset", scores: new Map(value.scores) };
    case "stream":
      return {
        type: "stream",
        added: value.added.map(({ id, fields }) => ({ id, fields })),
        gone: new Set(value.gone),
        groups: new Map(
          [...value.groups].map(([name, { delivered, pending }]) => [
            name,
            { delivered, pending: new Map(pending) },
          ]),
        ),
      };
  }
}

type Typed<T extends Value["type"]> = Extract<Value, { type: T }>;

/** The value at `key`; made empty where there is none. Keys are named after their type, so that types never clash. */
export function valueFor<T extends Value["type"]>(keys: Keys, key: string, type: T): Typed<T> {
  let entry = keys.get(key);
  if (entry === undefined) {
    entry = { value: emptyValue(type), expiry: undefined };
    keys.set(key, entry);
  }
  if (entry.value.type !== type) throw new Error(`${key} is a ${entry.value.type}, not a ${type}`);
  return entry.value as Typed<T>;
}

/** The value at `key`, or undefined. */
export function valueAt<T extends Value["type"]>(keys: Keys, key: string, type: T): Typed<T> | undefined {
  return keys.has(key) ? valueFor(keys, key, type) : undefined;
}

/** Removes `key` if its collection has nothing left, as every command does; a stream stays. */
export function dropIfEmpty(keys: Keys, key: string): void {
  const value = keys.get(key)?.value;
  if (value !== undefined && sizeOf(value) === 0) keys.delete(key);
}

function sizeOf(value: Value): number {
  switch (value.type) {
    case "list":
      return value.items.length;
    case "hash":
      return value.fields.size;
    case "set":
      return value.members.size - value.unknownLost;
    case "zset":
      return value.scores.size;
    default:
      return 1;
  }
}

function emptyValue(type: Value["type"]): Value {
  switch (type) {
    case "string":
      return { type, text: "" };
    case "list":
      return { type, items: [] };
    case "hash":
      return { type, fields: new Map(), times: new Map() };
    case "set":
      return { type, members: new Set(), unknownLost: 0 };
    case "zset":
      return { type, scores: new Map() };
    case "stream":
      return { type, added: [], gone: new Set(), groups: new Map() };
  }
}
