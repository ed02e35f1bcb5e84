// Steps: what the clients of a kill round write, each call with what it does to the model.
//
// Role: a table of calls over all types. Values are unique within a run, so that no lost write is hidden by an equal one.
// Invariants:
//   - Which calls are drawn follows from the chance alone, never from replies, so that a pipeline needs no waiting.
//   - A key with a short time to live is only ever replaced as a whole: no later call depends on whether it is over.

import type { Chance } from "../generator/chance.ts";
import type { Frame } from "../resp/reply-frame.ts";
import type { Words } from "../resp/request.ts";
import { dropIfEmpty, type Expiry, type Group, type Keys, valueAt, valueFor } from "./model.ts";
import type { Call, Moment, Step } from "./step.ts";

/** The numbers of the client's two databases. */
export type Place = { readonly dbs: readonly [number, number] };

/** What the server offers beyond Redis 7.0. */
export type Offer = { readonly hasFieldExpiry: boolean; readonly hasFunction: boolean };

export const libraryCode = `#!lua name=durable
redis.register_function('three_writes', function(keys, args)
  redis.call('SET', keys[1], args[1])
  redis.call('RPUSH', keys[2], args[1])
  return redis.call('HSET', keys[3], args[2], args[1])
end)`;

const scriptCode = `redis.call('SET', KEYS[1], ARGV[1])
redis.call('RPUSH', KEYS[2], ARGV[1])
return redis.call('HSET', KEYS[3], ARGV[2], ARGV[1])`;

const longMs = 3_600_000;
const keysOfType = 3;

/** Draws a client's steps, one after the other. */
export class StepDrawing {
  private readonly chance: Chance;
  private readonly place: Place;
  private readonly offer: Offer;
  private drawn: number;

  /** Values are numbered from `first` on. */
  constructor(chance: Chance, place: Place, offer: Offer, first: number) {
    this.chance = chance;
    this.place = place;
    this.offer = offer;
    this.drawn = first;
  }

  /** How many values were drawn. */
  get count(): number {
    return this.drawn;
  }

  next(): Step {
    const { chance } = this;
    if (chance.oneIn(8)) {
      const calls = Array.from({ length: chance.between(2, 6) }, () => this.call());
      return { kind: chance.oneIn(8) ? "discarded" : "transaction", calls };
    }
    return { kind: "call", calls: [this.call()] };
  }

  private call(): Call {
    const { chance } = this;
    if (chance.oneIn(10)) return this.script();
    if (chance.oneIn(400)) return this.rare();
    const kinds = [
      () => this.string(),
      () => this.list(),
      () => this.hash(),
      () => this.set(),
      () => this.sortedSet(),
      () => this.stream(),
      () => this.expiring(),
      () => this.generic(),
    ];
    return chance.pick(kinds)();
  }

  private key(type: string): string {
    return `${type}${this.chance.below(keysOfType)}`;
  }

  private number(): number {
    return this.drawn++;
  }

  // Some values are longer than any buffer on the way.
  private value(): string {
    const { chance } = this;
    const name = `v${this.number()}`;
    if (chance.oneIn(300)) return name.padEnd(chance.between(60_000, 100_000), "L");
    return chance.oneIn(20) ? name.padEnd(chance.between(100, 6000), "m") : name;
  }

  private string(): Call {
    const { chance } = this;
    const key = this.key("string");
    const value = this.value();
    switch (chance.below(8)) {
      case 0:
        return call(["APPEND", key, value.slice(0, 40)], ([keys]) => {
          const held = valueFor(keys, key, "string");
          // Without a bound the values of a long run would grow to megabytes.
          held.text += value.slice(0, 40);
        });
      case 1:
        return call(["GETSET", key, value], ([keys]) => put(keys, key, value));
      case 2:
        return call(["INCRBY", "counter", `${1 + chance.below(1000)}`], ([keys], _reply, words) => {
          const held = valueFor(keys, "counter", "string");
          held.text = `${Number(held.text) + Number(words[2])}`;
        });
      case 3:
        return call(["INCRBYFLOAT", "float", "0.5"], ([keys]) => {
          const held = valueFor(keys, "float", "string");
          held.text = `${Number(held.text) + 0.5}`;
        });
      case 4: {
        const other = `string${keysOfType}`;
        return call(["MSET", key, value, other, value], ([keys]) => {
          put(keys, key, value);
          put(keys, other, value);
        });
      }
      case 5: {
        const offset = chance.below(50);
        return call(["SETRANGE", key, `${offset}`, "range"], ([keys]) => {
          const held = valueFor(keys, key, "string");
          const padded = held.text.padEnd(offset, "\0");
          held.text = `${padded.slice(0, offset)}range${padded.slice(offset + 5)}`;
        });
      }
      case 6:
        return call(["GETDEL", key], ([keys]) => keys.delete(key));
      default:
        return call(["SET", key, value], ([keys]) => put(keys, key, value));
    }
  }

  private list(): Call {
    const { chance } = this;
    const key = this.key("list");
    const value = this.value();
    const other = this.key("list");
    switch (chance.below(8)) {
      case 0:
      case 1:
        return call(["LPUSH", key, value], ([keys]) => valueFor(keys, key, "list").items.unshift(value));
      case 2:
      case 3: {
        const more = this.value();
        return call(["RPUSH", key, value, more], ([keys]) =>
          valueFor(keys, key, "list").items.push(value, more),
        );
      }
      case 4:
        return call(["LPOP", key, "2"], ([keys]) => {
          valueAt(keys, key, "list")?.items.splice(0, 2);
          dropIfEmpty(keys, key);
        });
      case 5:
        // Where something is to be had, a blocking pop is an ordinary one.
        return call(["BRPOP", key, "0.001"], ([keys]) => {
          valueAt(keys, key, "list")?.items.pop();
          dropIfEmpty(keys, key);
        });
      case 6:
        return call(["LMOVE", key, other, "LEFT", "RIGHT"], ([keys]) => {
          const item = valueAt(keys, key, "list")?.items.shift();
          if (item === undefined) return;
          valueFor(keys, other, "list").items.push(item);
          dropIfEmpty(keys, key);
        });
      default:
        return call(["LTRIM", key, "0", "60"], ([keys]) => {
          valueAt(keys, key, "list")?.items.splice(61);
        });
    }
  }

  private hash(): Call {
    const { chance } = this;
    const key = this.key("hash");
    const value = this.value();
    const field = `f${chance.below(40)}`;
    switch (chance.below(this.offer.hasFieldExpiry ? 7 : 6)) {
      case 0:
        return call(["HDEL", key, field], ([keys]) => {
          const held = valueAt(keys, key, "hash");
          held?.fields.delete(field);
          held?.times.delete(field);
          dropIfEmpty(keys, key);
        });
      case 1:
        return call(["HINCRBY", key, "count", "7"], ([keys]) => {
          const { fields } = valueFor(keys, key, "hash");
          fields.set("count", `${Number(fields.get("count") ?? 0) + 7}`);
        });
      case 2:
        return call(["HINCRBYFLOAT", key, "float", "0.25"], ([keys]) => {
          const { fields } = valueFor(keys, key, "hash");
          fields.set("float", `${Number(fields.get("float") ?? 0) + 0.25}`);
        });
      case 6:
        return call(
          ["HPEXPIRE", key, `${longMs}`, "FIELDS", "1", field],
          ([keys], _reply, _words, moment) => {
            const held = valueAt(keys, key, "hash");
            if (held?.fields.has(field) === true) held.times.set(field, after(moment, longMs));
          },
        );
      default:
        return call(["HSET", key, field, value], ([keys]) => {
          const held = valueFor(keys, key, "hash");
          held.fields.set(field, value);
          held.times.delete(field);
        });
    }
  }

  private set(): Call {
    const { chance } = this;
    const key = this.key("set");
    const member = `m${chance.below(60)}`;
    switch (chance.below(7)) {
      case 0:
        return call(["SREM", key, member], ([keys]) => {
          valueAt(keys, key, "set")?.members.delete(member);
          dropIfEmpty(keys, key);
        });
      case 1: {
        const numbers = [this.number(), this.number()].map(String);
        return call(["SADD", "intset", ...numbers], ([keys]) => {
          for (const each of numbers) valueFor(keys, "intset", "set").members.add(each);
        });
      }
      case 2: {
        const other = this.key("set");
        return call(["SMOVE", key, other, member], ([keys]) => {
          if (valueAt(keys, key, "set")?.members.has(member) !== true) return;
          valueFor(keys, key, "set").members.delete(member);
          valueFor(keys, other, "set").members.add(member);
          dropIfEmpty(keys, key);
        });
      }
      case 3:
      case 4: {
        // A set of its own, whose members are never added twice: what was drawn is known from the reply alone.
        const fresh = [`u${this.number()}`, `u${this.number()}`];
        if (chance.oneIn(2))
          return call(["SADD", "drawn", ...fresh], ([keys]) => {
            for (const each of fresh) valueFor(keys, "drawn", "set").members.add(each);
          });
        return call(["SPOP", "drawn"], ([keys], reply) => {
          const held = valueAt(keys, "drawn", "set");
          if (held === undefined) return;
          if (reply === undefined) held.unknownLost++;
          else held.members.delete(reply.text);
          dropIfEmpty(keys, "drawn");
        });
      }
      default:
        return call(["SADD", key, member, `w${chance.below(300)}`], ([keys], _reply, words) => {
          for (const each of words.slice(2)) valueFor(keys, key, "set").members.add(each);
        });
    }
  }

  private sortedSet(): Call {
    const { chance } = this;
    const key = this.key("zset");
    const member = `m${chance.below(200)}`;
    const score = chance.below(1000) / 4;
    switch (chance.below(7)) {
      case 0:
        return call(["ZREM", key, member], ([keys]) => {
          valueAt(keys, key, "zset")?.scores.delete(member);
          dropIfEmpty(keys, key);
        });
      case 1:
        return call(["ZINCRBY", key, "2.5", member], ([keys]) => {
          const { scores } = valueFor(keys, key, "zset");
          scores.set(member, (scores.get(member) ?? 0) + 2.5);
        });
      case 2:
        return call(["ZPOPMIN", key], ([keys]) => {
          const scores = valueAt(keys, key, "zset")?.scores;
          if (scores === undefined) return;
          const [first] = [...scores].sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1));
          if (first !== undefined) scores.delete(first[0]);
          dropIfEmpty(keys, key);
        });
      case 3: {
        const target = this.key("zset");
        const source = this.key("zset");
        return call(["ZUNIONSTORE", target, "2", key, source, "AGGREGATE", "MAX"], ([keys]) => {
          const united = new Map<string, number>();
          for (const name of [key, source]) {
            for (const [each, value] of valueAt(keys, name, "zset")?.scores ?? [])
              united.set(each, Math.max(united.get(each) ?? value, value));
          }
          keys.delete(target);
          if (united.size > 0)
            keys.set(target, { value: { type: "zset", scores: united }, expiry: undefined });
        });
      }
      default:
        return call(["ZADD", key, `${score}`, member], ([keys]) => {
          valueFor(keys, key, "zset").scores.set(member, score);
        });
    }
  }

  private stream(): Call {
    const { chance } = this;
    const key = this.key("stream");
    const fields = ["f", this.value()];
    const group = `g${chance.below(2)}`;
    switch (chance.below(8)) {
      case 0:
        return call(["XGROUP", "CREATE", key, group, "0", "MKSTREAM"], ([keys]) => {
          const { groups } = valueFor(keys, key, "stream");
          if (!groups.has(group)) groups.set(group, { delivered: 0, pending: new Map() });
        });
      case 1:
      case 2:
        return call(["XREADGROUP", "GROUP", group, "c", "COUNT", "3", "STREAMS", key, ">"], ([keys]) => {
          const held = valueAt(keys, key, "stream");
          const read = held?.groups.get(group);
          if (held === undefined || read === undefined) return;
          deliver(held, read, 3);
        });
      case 3:
        return call(["XTRIM", key, "MAXLEN", "40"], ([keys]) => {
          const held = valueAt(keys, key, "stream");
          if (held === undefined) return;
          const live = held.added.map((_, number) => number).filter((number) => !held.gone.has(number));
          for (const number of live.slice(0, Math.max(0, live.length - 40))) held.gone.add(number);
        });
      default:
        return call(["XADD", key, "*", ...fields], ([keys], reply) => {
          valueFor(keys, key, "stream").added.push({ id: reply?.text, fields });
        });
    }
  }

  private expiring(): Call {
    const { chance } = this;
    const key = this.key("brief");
    const value = this.value();
    const forMs = chance.oneIn(2) ? chance.between(1, 400) : longMs + chance.below(10_000);
    const atMs = Date.now() + forMs;
    switch (chance.below(5)) {
      case 0:
        return call(["SET", key, value, "PXAT", `${atMs}`], ([keys]) => put(keys, key, value, at(atMs)));
      case 1:
        return call(["PSETEX", key, `${forMs}`, value], ([keys], _reply, _words, moment) =>
          put(keys, key, value, after(moment, forMs)),
        );
      case 2: {
        const forLongMs = longMs + chance.below(100_000);
        const target = this.key("hash");
        return call(["PEXPIRE", target, `${forLongMs}`], ([keys], _reply, _words, moment) => {
          const entry = keys.get(target);
          if (entry !== undefined) entry.expiry = after(moment, forLongMs);
        });
      }
      case 3: {
        const target = this.key("hash");
        return call(["PERSIST", target], ([keys]) => {
          const entry = keys.get(target);
          if (entry !== undefined) entry.expiry = undefined;
        });
      }
      default:
        return call(["SET", key, value, "PX", `${forMs}`], ([keys], _reply, _words, moment) =>
          put(keys, key, value, after(moment, forMs)),
        );
    }
  }

  private generic(): Call {
    const { chance } = this;
    const type = chance.pick(["string", "list", "hash", "set", "zset"]);
    const [from, to] = [this.key(type), `${type}${keysOfType}`];
    switch (chance.below(4)) {
      case 0:
        return call(["COPY", from, to, "REPLACE"], ([keys]) => copyEntry(keys, from, keys, to));
      case 1:
        return call(["DEL", from, to], ([keys]) => {
          keys.delete(from);
          keys.delete(to);
        });
      case 2:
        return call(["COPY", from, to, "DB", `${this.place.dbs[1]}`, "REPLACE"], ([keys, others]) =>
          copyEntry(keys, from, others, to),
        );
      default:
        return call(["MOVE", from, `${this.place.dbs[1]}`], ([keys, others]) => {
          const entry = keys.get(from);
          if (entry === undefined || others.has(from)) return;
          others.set(from, entry);
          keys.delete(from);
        });
    }
  }

  private script(): Call {
    const { chance } = this;
    const keys = [this.key("string"), this.key("list"), this.key("hash")];
    const args = [this.value(), `f${chance.below(40)}`];
    const isFunction = this.offer.hasFunction && chance.oneIn(2);
    const start = isFunction ? ["FCALL", "three_writes"] : ["EVAL", scriptCode];
    return call([...start, "3", ...keys, ...args], ([held]) => {
      const [text, list, hash] = keys as [string, string, string];
      const [value, field] = args as [string, string];
      put(held, text, value);
      valueFor(held, list, "list").items.push(value);
      const target = valueFor(held, hash, "hash");
      target.fields.set(field, value);
      target.times.delete(field);
    });
  }

  private rare(): Call {
    const [first, second] = this.place.dbs;
    switch (this.chance.below(3)) {
      case 0:
        return call(["FLUSHDB"], ([keys]) => keys.clear());
      case 1:
        return { words: ["SWAPDB", `${first}`, `${second}`], apply: (model) => model.dbs.reverse() };
      default:
        return call(["UNLINK", "drawn", "intset"], ([keys]) => {
          keys.delete("drawn");
          keys.delete("intset");
        });
    }
  }
}

type Change = (dbs: readonly [Keys, Keys], reply: Frame | undefined, words: Words, moment: Moment) => unknown;

function call(words: Words, change: Change): Call {
  return {
    words,
    apply: (model, reply, moment) => {
      // What was refused, such as a group that exists, changed nothing; the model does the same by itself.
      change(model.dbs, reply, words, moment);
    },
  };
}

function put(keys: Keys, key: string, text: string, expiry?: Expiry): void {
  keys.set(key, { value: { type: "string", text }, expiry });
}

function copyEntry(from: Keys, key: string, into: Keys, target: string): void {
  const entry = from.get(key);
  if (entry !== undefined) into.set(target, structuredClone(entry));
}

function deliver(
  stream: { readonly added: readonly unknown[]; readonly gone: ReadonlySet<number> },
  group: Group,
  count: number,
): void {
  let left = count;
  let lastDelivered = group.delivered;
  for (let number = group.delivered; number < stream.added.length && left > 0; number++) {
    if (stream.gone.has(number)) continue;
    group.pending.set(number, "c");
    lastDelivered = number + 1;
    left--;
  }
  group.delivered = lastDelivered;
}

function after({ sentMs, doneMs }: Moment, ms: number): Expiry {
  return { lowMs: sentMs + ms, highMs: doneMs + ms };
}

function at(ms: number): Expiry {
  return { lowMs: ms, highMs: ms };
}
