// GEOPOS, GEOHASH, GEODIST: where members are, and how far from each other.

import { entryAt } from "../../collections.ts";
import type { Call, OracleCommand } from "../../command.ts";
import { array, bulk, nil, nilArray, type Reply } from "../../reply.ts";
import { syntaxError, wrongType } from "../../strings.ts";
import { cellOf, numberOf, type Place, STEP_MAX } from "./cells.ts";
import { distance, distanceText } from "./distances.ts";
import { placeOfMember, placeReply, unitFrom } from "./places.ts";

export const geopos: OracleCommand = {
  name: "geopos",
  arity: -2,
  class: "exact",
  run: (call) => ofEach(call, (place) => (place === undefined ? nilArray : placeReply(place))),
};

export const geohash: OracleCommand = {
  name: "geohash",
  arity: -2,
  class: "exact",
  run: (call) => ofEach(call, (place) => (place === undefined ? nil : bulk(hashText(place)))),
};

export const geodist: OracleCommand = {
  name: "geodist",
  arity: -4,
  class: "exact",
  run(call) {
    const { words } = call;
    if (words.length > 5) return syntaxError;
    const unit = unitFrom(words[4] ?? "m");
    if (typeof unit !== "number") return unit;
    const entry = entryAt(call, words[1] as string, "zset");
    if (entry === "wrong type") return wrongType;
    const from = entry && placeOfMember(entry, words[2] as string);
    const to = entry && placeOfMember(entry, words[3] as string);
    if (from === undefined || to === undefined) return nil;
    return bulk(distanceText(distance(from, to) / unit));
  },
};

function ofEach(call: Call, show: (place: Place | undefined) => Reply): Reply {
  const { words } = call;
  const entry = entryAt(call, words[1] as string, "zset");
  if (entry === "wrong type") return wrongType;
  return array(words.slice(2).map((member) => show(entry && placeOfMember(entry, member))));
}

const digits = "0123456789bcdefghjkmnpqrstuvwxyz";
const standardLatitudes = { min: -90, max: 90 };

// Ten digits of five bits, the standard's, whose rows divide all latitudes; two bits are left, which an eleventh digit
// does not show.
function hashText(place: Place): string {
  const number = numberOf(cellOf(place, STEP_MAX, standardLatitudes));
  let text = "";
  for (let shift = 47n; shift >= 2n; shift -= 5n) text += digits[Number((number >> shift) & 31n)];
  return `${text}0`;
}
