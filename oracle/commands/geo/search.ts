// Search: members within a circle or a box, in the order in which the cells around its middle are looked through.
//
// Places are looked for in the cell of the middle and in those around it that the shape reaches, of a size that
// follows from the shape's. This order shows where none was asked for, and which cells are looked at shows near the
// poles, where the estimates of that size are wrong.

import type { SortedSetValue } from "../../model.ts";
import { ranked } from "../../sorted-sets.ts";
import {
  areaOf,
  type Cell,
  cellOf,
  isSameCell,
  neighbor,
  type Place,
  placeOf,
  STEP_MAX,
  scoresIn,
} from "./cells.ts";
import {
  distance,
  earthRadiusMeters,
  isFarther,
  latitudeDistance,
  toDegrees,
  toRadians,
} from "./distances.ts";
import { cos } from "./trigonometry.ts";

/** In units of so many metres. */
export type Shape = { readonly unit: number } & (
  | { readonly kind: "circle"; readonly radius: number }
  | { readonly kind: "box"; readonly width: number; readonly height: number }
);

export type FoundPlace = {
  readonly member: string;
  readonly score: number;
  readonly place: Place;
  /** Metres. */
  readonly distance: number;
};

/** Members of a sorted set within the shape, as they are found; `limit`: as many as are enough. */
export function found(set: SortedSetValue, middle: Place, shape: Shape, limit = Infinity): FoundPlace[] {
  const rows = ranked(set.value);
  const places: FoundPlace[] = [];
  let before: Cell | undefined;
  for (const [index, cell] of cellsAround(middle, shape).entries()) {
    if (cell === undefined) continue;
    // One that is the same as the last is left out, but for the first.
    if (before !== undefined && isSameCell(cell, before)) continue;
    const { min, max } = scoresIn(cell);
    for (const [member, score] of rows) {
      if (places.length >= limit) return places;
      if (score < min || score >= max) continue;
      const place = placeOf(score);
      const meters = distanceWithin(middle, place, shape);
      if (meters !== undefined) places.push({ member, score, place, distance: meters });
    }
    if (index > 0) before = cell;
  }
  return places;
}

// undefined: the place is outside.
function distanceWithin(middle: Place, place: Place, shape: Shape): number | undefined {
  const { unit } = shape;
  if (shape.kind === "circle") {
    const radius = shape.radius * unit;
    if (isFarther(middle, place, radius)) return undefined;
    const meters = distance(middle, place);
    return meters > radius ? undefined : meters;
  }
  if (latitudeDistance(place.latitude, middle.latitude) > (shape.height * unit) / 2) return undefined;
  const abeam = { longitude: middle.longitude, latitude: place.latitude };
  if (distance(place, abeam) > (shape.width * unit) / 2) return undefined;
  return distance(middle, place);
}

type Direction = readonly [columns: number, rows: number];

// The middle's cell, then north, south, east, west, and the corners; undefined ones are out of reach.
const directions: readonly Direction[] = [
  [0, 0],
  [0, 1],
  [0, -1],
  [1, 0],
  [-1, 0],
  [1, 1],
  [-1, 1],
  [1, -1],
  [-1, -1],
];

function cellsAround(middle: Place, shape: Shape): (Cell | undefined)[] {
  const estimate = stepOf(reachOf(shape), middle.latitude);
  // Four cells are the whole map.
  if (estimate === 1) return directions.map((direction) => neighbor(cellOf(middle, 1), ...direction));
  const box = boundsOf(middle, shape);
  const step = isCovered(cellOf(middle, estimate), box) ? estimate : estimate - 1;
  const center = cellOf(middle, step);
  const { longitude, latitude } = areaOf(center);
  const isLeftOut = ([columns, rows]: Direction): boolean => {
    if (step < 2) return false;
    if (rows < 0 && latitude.min < box.south) return true;
    if (rows > 0 && latitude.max > box.north) return true;
    if (columns < 0 && longitude.min < box.west) return true;
    return columns > 0 && longitude.max > box.east;
  };
  return directions.map((direction) => (isLeftOut(direction) ? undefined : neighbor(center, ...direction)));
}

type Bounds = {
  readonly west: number;
  readonly east: number;
  readonly south: number;
  readonly north: number;
};

// Its width is right at the edge that is nearer to a pole.
function boundsOf({ longitude, latitude }: Place, shape: Shape): Bounds {
  const { unit } = shape;
  const height = unit * (shape.kind === "circle" ? shape.radius : shape.height / 2);
  const width = unit * (shape.kind === "circle" ? shape.radius : shape.width / 2);
  const rows = toDegrees(height / earthRadiusMeters);
  const edge = latitude < 0 ? latitude - rows : latitude + rows;
  const columns = toDegrees(width / earthRadiusMeters / cos(toRadians(edge)));
  return {
    west: longitude - columns,
    east: longitude + columns,
    south: latitude - rows,
    north: latitude + rows,
  };
}

// How far it is to the end of a shape, metres.
function reachOf(shape: Shape): number {
  if (shape.kind === "circle") return shape.radius * shape.unit;
  const { width, height } = shape;
  return Math.sqrt((width / 2) * (width / 2) + (height / 2) * (height / 2)) * shape.unit;
}

const halfEquator = 20037726.37;

function stepOf(reachMeters: number, latitude: number): number {
  if (reachMeters === 0) return STEP_MAX;
  let step = -1;
  for (let reach = reachMeters; reach < halfEquator; reach *= 2) step++;
  // Cells are narrower towards the poles.
  if (Math.abs(latitude) > 66) step--;
  if (Math.abs(latitude) > 80) step--;
  return Math.min(Math.max(step, 1), STEP_MAX);
}

function isCovered(center: Cell, { west, east, south, north }: Bounds): boolean {
  const above = areaOf(neighbor(center, 0, 1)).latitude;
  const below = areaOf(neighbor(center, 0, -1)).latitude;
  const right = areaOf(neighbor(center, 1, 0)).longitude;
  const left = areaOf(neighbor(center, -1, 0)).longitude;
  return above.max >= north && below.min <= south && right.max >= east && left.min <= west;
}
