// Places of members, and what GEO commands read from their words.

import { parseDouble } from "../../doubles.ts";
import { errors, formatted, word } from "../../errors.ts";
import { printLongDouble } from "../../long-double.ts";
import type { SortedSetValue } from "../../model.ts";
import { array, error, type Reply } from "../../reply.ts";
import { isOnTheMap, type Place, placeOf } from "./cells.ts";
import { metersIn, withDecimals } from "./distances.ts";
import { parts } from "./trigonometry.ts";

export function placeOfMember({ value }: SortedSetValue, member: string): Place | undefined {
  const score = value.get(member);
  return score === undefined ? undefined : placeOf(score);
}

/** A place from two words, or the error. */
export function placeFrom(longitudeText: string, latitudeText: string): Place | Reply {
  const longitude = parseDouble(longitudeText);
  const latitude = parseDouble(latitudeText);
  if (longitude === undefined || latitude === undefined) return error(errors.notAFloat);
  const place = { longitude, latitude };
  if (isOnTheMap(place)) return place;
  const texts = [withDecimals(longitude, 6), withDecimals(latitude, 6)] as const;
  return error(errors.geoCoordinates(...texts));
}

/** The metres in a unit, or the error. */
export function unitFrom(text: string): number | Reply {
  return metersIn(word(text)) ?? error(errors.geoUnit);
}

export function placeReply({ longitude, latitude }: Place): Reply {
  const replies = [longitude, latitude].map((degrees): Reply => {
    return { kind: "double", text: printLongDouble(parts(degrees)) };
  });
  return array(replies);
}

/** An error that names the command as the client wrote it. */
export function errorNaming(make: (command: string) => string, command: string): Reply {
  return error(formatted(make(word(command))));
}
