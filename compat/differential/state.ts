// State: compares everything that two servers store, in all 16 databases.
//
// Of each database the number of keys and their names; of each key its type, serialised value, encoding, and
// time to live within a bound. The payload of a stream holds times at which entries were delivered and consumers seen:
// where it differs, all that the stream says of itself is compared, and those times within a bound. Where the payload of
// a list differs, its elements are compared. Control connections speak RESP2 and are used for nothing else.

import type { RawConnection } from "../resp/raw-connection.ts";
import { parseFrame } from "../resp/reply-frame.ts";
import { encodeRequest, quoteBytes, quoteWords, type Words } from "../resp/request.ts";
import { difference, isSameButForTimes } from "./compare.ts";

const databases = 16;
const ttlApartMsMax = 3000;
const settleMsMax = 3000;

/** What differs first, or undefined. */
export async function compareState(
  stock: RawConnection,
  candidate: RawConnection,
): Promise<string | undefined> {
  const listing: Words[] = [];
  for (let db = 0; db < databases; db++) listing.push(["SELECT", `${db}`], ["KEYS", "*"]);
  const [left, right] = await askBoth(stock, candidate, listing);
  if (left.length !== listing.length || right.length !== listing.length) return "state: no answer";
  for (let db = 0; db < databases; db++) {
    const keys = keysOf(left[db * 2 + 1] as Buffer);
    const others = keysOf(right[db * 2 + 1] as Buffer);
    const missing = keys.filter((key) => !others.includes(key));
    const extra = others.filter((key) => !keys.includes(key));
    if (missing.length + extra.length > 0) {
      return `state of db ${db}: missing ${quoteWords(missing, 40)}; extra ${quoteWords(extra, 40)}`;
    }
    const sizes = await settledSizes(stock, candidate, db);
    if (sizes[0] !== sizes[1] || sizes[0] !== keys.length) {
      return `state of db ${db}: ${keys.length} keys, DBSIZE ${sizes[0]} on stock, ${sizes[1]} on the candidate`;
    }
    const found = await compareKeys(stock, candidate, db, keys);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function compareKeys(
  stock: RawConnection,
  candidate: RawConnection,
  db: number,
  keys: readonly string[],
): Promise<string | undefined> {
  const probes = (key: string): Words[] => [
    ["TYPE", key],
    ["OBJECT", "ENCODING", key],
    ["DUMP", key],
    ["PTTL", key],
  ];
  const calls: Words[] = [["SELECT", `${db}`], ...keys.flatMap(probes)];
  if (keys.length === 0) return undefined;
  const [left, right] = await askBoth(stock, candidate, calls);
  for (let i = 1; i < calls.length; i++) {
    const a = left[i];
    const b = right[i];
    if (a === undefined || b === undefined) return "state: no answer";
    if (a.equals(b)) continue;
    const call = calls[i] as Words;
    if (call[0] === "DUMP" && left[i - 2]?.toString("latin1") === "+stream\r\n") {
      if (await areSameStreams(stock, candidate, call[1] as Words[number])) continue;
    }
    if (call[0] === "DUMP" && left[i - 2]?.toString("latin1") === "+list\r\n") {
      if (await areSameLists(stock, candidate, call[1] as Words[number])) continue;
    }
    if (call[0] === "DUMP" && difference(a, b, "payload") === undefined) continue;
    if (call[0] === "PTTL") {
      const apartMs = Math.abs(Number(parseFrame(a).text) - Number(parseFrame(b).text));
      const areBothSet = Number(parseFrame(a).text) >= 0 && Number(parseFrame(b).text) >= 0;
      if (areBothSet && apartMs <= ttlApartMsMax) continue;
    }
    return `state of db ${db}: ${quoteWords(call, 60)}: ${quoteBytes(a, 120)} on stock, ${quoteBytes(b, 120)} on the candidate`;
  }
  return undefined;
}

async function areSameStreams(
  stock: RawConnection,
  candidate: RawConnection,
  key: Words[number],
): Promise<boolean> {
  const [left, right] = await askBoth(stock, candidate, [["XINFO", "STREAM", key, "FULL", "COUNT", "0"]]);
  const [ours, theirs] = [left[0], right[0]].map((raw) => raw?.toString("latin1") ?? "");
  return ours !== undefined && theirs !== undefined && isSameButForTimes(ours, theirs);
}

// A payload tells where a list is cut into nodes: a stock server cut it as it grew, this one as it is written.
async function areSameLists(
  stock: RawConnection,
  candidate: RawConnection,
  key: Words[number],
): Promise<boolean> {
  const [left, right] = await askBoth(stock, candidate, [["LRANGE", key, "0", "-1"]]);
  return left[0] !== undefined && right[0]?.equals(left[0]) === true;
}

async function askBoth(
  stock: RawConnection,
  candidate: RawConnection,
  calls: readonly Words[],
): Promise<readonly [Buffer[], Buffer[]]> {
  const bytes = Buffer.concat(calls.map(encodeRequest));
  const ask = (connection: RawConnection): Promise<Buffer[]> => {
    connection.send(bytes);
    return connection.take(calls.length);
  };
  return Promise.all([ask(stock), ask(candidate)]);
}

function keysOf(reply: Buffer): string[] {
  return parseFrame(reply)
    .items.map((item) => item.text)
    .sort();
}

/**
 * DBSIZE of both in database `db`, once they agree or have had time to. It counts keys whose time is over until
 * they are removed, and when that is differs: SET with EXAT in the past makes such a key.
 */
async function settledSizes(
  stock: RawConnection,
  candidate: RawConnection,
  db: number,
): Promise<readonly [number, number]> {
  const endsBy = performance.now() + settleMsMax;
  for (;;) {
    const [left, right] = await askBoth(stock, candidate, [["SELECT", `${db}`], ["DBSIZE"], ["KEYS", "*"]]);
    const [a, b] = [left[1], right[1]].map((raw) => Number(raw?.toString("latin1", 1)));
    if (a === undefined || b === undefined) return [Number.NaN, Number.NaN];
    const isSettled = a === b && a === keysOf(left[2] as Buffer).length;
    if (isSettled || performance.now() > endsBy) return [a, b];
  }
}
