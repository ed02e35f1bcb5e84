// GEOADD: adds members to a sorted set with scores that stand for places.

import { EVENT_ZSET } from "../../keyspace/key-events.ts";
import { PUT_ADDED, PUT_UPDATED } from "../../keyspace/sorted-set-view.ts";
import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { block, double, introduced, key, oneOf, optional, repeated, string, word } from "../syntax.ts";
import { readPoint } from "./distance.ts";
import { encode, GeoPoint } from "./geohash.ts";

const point = new GeoPoint();

export const geoadd = defineCommand({
  name: "geoadd",
  summary: "Adds members with their places to a sorted set.",
  since: "3.2.0",
  group: "geo",
  complexity: "O(log(N)) for each member, in a set of N.",
  flags: ["write", "denyoom"],
  syntax: [
    key("RW update"),
    introduced("6.2.0", optional(oneOf("condition", word("NX"), word("XX")))),
    introduced("6.2.0", optional(word("CH", "change"))),
    repeated(block("longitude_latitude_member", double("longitude"), double("latitude"), string("member"))),
  ],
  class: "exact",
  history: [["6.2.0", "`CH`, `NX` and `XX`."]],
  run({ keyspace, args, reply }) {
    let isNew = false;
    let isOld = false;
    let hasChange = false;
    let at = 2;
    for (; at < args.count; at++) {
      if (args.is(at, "nx")) isNew = true;
      else if (args.is(at, "xx")) isOld = true;
      else if (args.is(at, "ch")) hasChange = true;
      else break;
    }
    const words = args.count - at;
    if (words === 0 || words % 3 !== 0 || (isNew && isOld)) return reply.error(errors.syntax);
    for (let i = at; i < args.count; i += 3) {
      const error = readPoint(args, i, point);
      if (error !== undefined) return reply.error(error);
    }
    const set = keyspace.sortedSetForUpdate(args, 1);
    if (set === undefined) return reply.error(errors.wrongType);
    let added = 0;
    let updated = 0;
    for (let i = at; i < args.count; i += 3) {
      if ((isNew || isOld) && set.find(args, i + 2) === isNew) continue;
      readPoint(args, i, point);
      const done = set.put(args, i + 2, encode(point.longitude, point.latitude));
      if (done === PUT_ADDED) added++;
      else if (done === PUT_UPDATED) updated++;
    }
    if (added + updated > 0) keyspace.notify(EVENT_ZSET, "zadd", args, 1);
    reply.int(hasChange ? added + updated : added);
  },
});
