// Search: runs GEOSEARCH, GEORADIUS and their relatives: finds the members inside an area, and replies or stores them.

import { EVENT_GENERIC, EVENT_ZSET } from "../../keyspace/key-events.ts";
import type { SortedSetView } from "../../keyspace/sorted-set-view.ts";
import { errors } from "../../resp/errors.ts";
import type { ReplyWriter } from "../../resp/reply-writer.ts";
import type { CommandContext } from "../context.ts";
import { Gathered } from "../sorted-set/gathered.ts";
import { ScoreRange } from "../sorted-set/score-range.ts";
import { coordinateText, distanceText, preciseDistance } from "./distance.ts";
import { FoundPoints } from "./found-points.ts";
import { type GeoForm, GeoQuery } from "./geo-query.ts";
import { GeoPoint } from "./geohash.ts";
import { cellsOf, distanceWithin } from "./search-area.ts";

const query = new GeoQuery();
const points = new FoundPoints();
const stored = new Gathered();
const range = new ScoreRange();
const place = new GeoPoint();

export function runSearch(context: CommandContext, form: GeoForm): void {
  const { keyspace, args, reply } = context;
  const set = keyspace.readSortedSet(args, form.isStore === true ? 2 : 1);
  if (set === undefined) return reply.error(errors.wrongType);
  const error = query.read(args, form, set);
  if (error !== undefined) return reply.error(error);

  points.clear();
  if (set.exists) {
    collect(set, query.isAny ? query.count : 0);
    // The nearest ones are meant, unless any will do.
    if (query.count > 0 && query.sorting === "none" && !query.isAny) query.sorting = "ascending";
    if (query.sorting !== "none") points.sort(query.sorting === "ascending");
  }
  const count = query.count > 0 ? Math.min(query.count, points.count) : points.count;
  if (query.storeAt > 0) store(context, count, form);
  else write(reply, count);
}

function collect(set: SortedSetView, limit: number): void {
  const { centre, shape } = query;
  for (const { min, max } of cellsOf(shape, centre)) {
    range.set(min, max);
    range.excludeMax();
    range.locate(set);
    let left = range.end - range.first;
    if (left === 0) continue;
    set.seek(range.first);
    for (; left > 0; left--) {
      place.decode(set.score);
      const meters = distanceWithin(shape, centre, place);
      if (!Number.isNaN(meters)) points.add(set.member, set.score, meters, place);
      if (limit > 0 && points.count >= limit) return;
      if (left > 1) set.next();
    }
  }
}

function store({ keyspace, args, reply }: CommandContext, count: number, form: GeoForm): void {
  stored.clear();
  for (let k = 0; k < count; k++) {
    const i = points.order[k] as number;
    const score = query.isStoringDistance ? storedDistance(i) : (points.members.scores[i] as number);
    stored.addFrom(points.members, i, score);
  }
  const wasThere = stored.store(keyspace, args, query.storeAt, "members");
  // As Redis counts, each member is a change.
  const owner = keyspace.peek(args, query.storeAt)?.owner;
  if (owner !== undefined) owner.dirty += count - 1;
  const event = form.centre === "options" ? "geosearchstore" : "georadiusstore";
  if (count > 0) keyspace.notify(EVENT_ZSET, event, args, query.storeAt);
  else if (wasThere) keyspace.notify(EVENT_GENERIC, "del", args, query.storeAt);
  reply.int(count);
}

// A score is shown with all its digits, so it is computed again with more care than it takes to find a point.
function storedDistance(i: number): number {
  const { longitude, latitude } = query.centre;
  const meters = preciseDistance(
    longitude,
    latitude,
    points.longitudes[i] as number,
    points.latitudes[i] as number,
  );
  return meters / query.unitMeters;
}

function write(reply: ReplyWriter, count: number): void {
  const { hasDistance, hasHash, hasCoordinates } = query;
  const fields = 1 + (hasDistance ? 1 : 0) + (hasHash ? 1 : 0) + (hasCoordinates ? 1 : 0);
  reply.array(count);
  for (let k = 0; k < count; k++) {
    const i = points.order[k] as number;
    if (fields > 1) reply.array(fields);
    points.members.writeMember(reply, i);
    if (hasDistance) reply.bulkText(distanceText((points.meters[i] as number) / query.unitMeters));
    if (hasHash) writeHash(reply, Math.trunc(points.members.scores[i] as number));
    if (hasCoordinates) writePlace(reply, points.longitudes[i] as number, points.latitudes[i] as number);
  }
}

function writeHash(reply: ReplyWriter, score: number): void {
  if (Number.isSafeInteger(score)) reply.int(score);
  else reply.bigInt(BigInt(score));
}

/** Writes longitude and latitude as an array of two doubles with up to seventeen decimals. */
export function writePlace(reply: ReplyWriter, longitude: number, latitude: number): void {
  reply.array(2);
  reply.doubleText(coordinateText(longitude));
  reply.doubleText(coordinateText(latitude));
}
