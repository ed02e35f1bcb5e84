// GEOPOS, GEOHASH and GEODIST: where members are, and how far from each other.

import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { key, oneOf, optional, repeated, string, word } from "../syntax.ts";
import { distance, distanceText, readUnit } from "./distance.ts";
import { GeoPoint, geohashText } from "./geohash.ts";
import { writePlace } from "./search.ts";

const point = new GeoPoint();
const other = new GeoPoint();

export const geopos = defineCommand({
  name: "geopos",
  summary: "Returns longitude and latitude of members.",
  since: "3.2.0",
  group: "geo",
  complexity: "O(N) for N members.",
  flags: ["readonly"],
  syntax: [key("RO access"), repeated(string("member"))],
  arity: -2,
  class: "exact",
  run({ keyspace, args, reply }) {
    const set = keyspace.readSortedSet(args, 1);
    if (set === undefined) return reply.error(errors.wrongType);
    reply.array(args.count - 2);
    for (let i = 2; i < args.count; i++) {
      if (!set.find(args, i)) {
        reply.nullArray();
        continue;
      }
      point.decode(set.score);
      writePlace(reply, point.longitude, point.latitude);
    }
  },
});

export const geohash = defineCommand({
  name: "geohash",
  summary: "Returns the geohash texts of members.",
  since: "3.2.0",
  group: "geo",
  complexity: "O(log(N)) for each member, in a set of N.",
  flags: ["readonly"],
  syntax: [key("RO access"), repeated(string("member"))],
  arity: -2,
  class: "exact",
  run({ keyspace, args, reply }) {
    const set = keyspace.readSortedSet(args, 1);
    if (set === undefined) return reply.error(errors.wrongType);
    reply.array(args.count - 2);
    for (let i = 2; i < args.count; i++) {
      if (!set.find(args, i)) {
        reply.null();
        continue;
      }
      point.decode(set.score);
      reply.bulkText(geohashText(point));
    }
  },
});

export const geodist = defineCommand({
  name: "geodist",
  summary: "Returns the distance between two members.",
  since: "3.2.0",
  group: "geo",
  complexity: "O(log(N)) in a set of N.",
  flags: ["readonly"],
  syntax: [
    key("RO access"),
    string("member1"),
    string("member2"),
    optional(oneOf("unit", word("M"), word("KM"), word("FT"), word("MI"))),
  ],
  class: "exact",
  run({ keyspace, args, reply }) {
    if (args.count > 5) return reply.error(errors.syntax);
    const unitMeters = args.count === 5 ? readUnit(args, 4) : 1;
    if (Number.isNaN(unitMeters)) return reply.error(errors.geoUnit);
    const set = keyspace.readSortedSet(args, 1);
    if (set === undefined) return reply.error(errors.wrongType);
    if (!set.find(args, 2)) return reply.null();
    point.decode(set.score);
    if (!set.find(args, 3)) return reply.null();
    other.decode(set.score);
    const meters = distance(point.longitude, point.latitude, other.longitude, other.latitude);
    reply.bulkText(distanceText(meters / unitMeters));
  },
});
