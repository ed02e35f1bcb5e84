// LSET, LINSERT, LREM, LTRIM: a list changed in its middle.

import type { OracleCommand } from "../../command.ts";
import { errors } from "../../errors.ts";
import { boundsOf, listAt, rangeOf, storeList } from "../../lists.ts";
import { int64 } from "../../numbers.ts";
import { error, integer, ok } from "../../reply.ts";
import { notAnInteger, syntaxError, wrongType } from "../../strings.ts";

const lset: OracleCommand = {
  name: "lset",
  arity: 4,
  class: "exact",
  run(call) {
    const [, key = "", at = "", element = ""] = call.words;
    const entry = listAt(call, key);
    if (entry === undefined) return error(errors.noSuchKey);
    if (entry === "wrong type") return wrongType;
    const index = int64(at);
    if (index === undefined) return notAnInteger;
    const { length } = entry.value;
    const place = Number(index < 0n ? BigInt(length) + index : index);
    if (place < 0 || place >= length) return error(errors.outOfRange);
    storeList(call, key, [...entry.value].with(place, element), entry);
    return ok;
  },
};

const linsert: OracleCommand = {
  name: "linsert",
  arity: 5,
  class: "exact",
  run(call) {
    const [, key = "", where = "", pivot = "", element = ""] = call.words;
    const side = where.toLowerCase();
    if (side !== "before" && side !== "after") return syntaxError;
    const entry = listAt(call, key);
    if (entry === undefined) return integer(0);
    if (entry === "wrong type") return wrongType;
    const at = [...entry.value].indexOf(pivot);
    if (at < 0) return integer(-1);
    storeList(call, key, [...entry.value].toSpliced(side === "after" ? at + 1 : at, 0, element), entry);
    return integer(entry.value.length + 1);
  },
};

const lrem: OracleCommand = {
  name: "lrem",
  arity: 4,
  class: "exact",
  run(call) {
    const [, key = "", countText = "", element = ""] = call.words;
    const count = int64(countText);
    if (count === undefined) return notAnInteger;
    const entry = listAt(call, key);
    if (entry === undefined) return integer(0);
    if (entry === "wrong type") return wrongType;
    const elements = [...entry.value];
    const found = [...elements.keys()].filter((i) => elements[i] === element);
    const size = Number(count < 0n ? -count : count);
    const removed = new Set(count > 0n ? found.slice(0, size) : size === 0 ? found : found.slice(-size));
    if (removed.size > 0)
      storeList(
        call,
        key,
        elements.filter((_, i) => !removed.has(i)),
        entry,
      );
    return integer(removed.size);
  },
};

const ltrim: OracleCommand = {
  name: "ltrim",
  arity: 4,
  class: "exact",
  run(call) {
    const [, key = "", first = "", last = ""] = call.words;
    const bounds = boundsOf(first, last);
    if ("kind" in bounds) return bounds;
    const entry = listAt(call, key);
    if (entry === undefined) return ok;
    if (entry === "wrong type") return wrongType;
    const range = rangeOf(entry.value.length, ...bounds);
    storeList(call, key, range === undefined ? [] : entry.value.slice(range[0], range[1] + 1), entry);
    return ok;
  },
};

export const editCommands: readonly OracleCommand[] = [linsert, lrem, lset, ltrim];
