// Search area: a circle or a box around a place, and the cells of the geohash grid that cover it.
//
// Role: from the area follow nine cells, the one in the middle and its neighbours, in Redis's order, which shows in
// replies that are not sorted. Cells that the area does not reach are left out.

import { degreesOf, distance, radians } from "./distance.ts";
import {
  coordinateBits,
  edgeOf,
  type GeoPoint,
  interleave,
  LATITUDE_MAX,
  LONGITUDE_MAX,
  STEP_MAX,
} from "./geohash.ts";

const MERCATOR_MAX_METERS = 20037726.37;
// The middle, then north, south, east, west, north-east, north-west, south-east, south-west.
const EASTWARD = [0, 0, 0, 1, -1, 1, -1, 1, -1];
const NORTHWARD = [0, 1, -1, 0, 0, 1, 1, -1, -1];

export type Shape =
  | { readonly kind: "circle"; readonly radiusMeters: number }
  | { readonly kind: "box"; readonly widthMeters: number; readonly heightMeters: number };

/** Scores min <= score < max. */
export type Cell = { readonly min: number; readonly max: number };

/** Meters from the centre to a place, or NaN when it lies outside the shape. */
export function distanceWithin(shape: Shape, centre: GeoPoint, { longitude, latitude }: GeoPoint): number {
  if (shape.kind === "box") {
    const across = distance(longitude, latitude, centre.longitude, latitude);
    const along = distance(longitude, latitude, longitude, centre.latitude);
    if (across > shape.widthMeters / 2 || along > shape.heightMeters / 2) return Number.NaN;
    return distance(centre.longitude, centre.latitude, longitude, latitude);
  }
  const meters = distance(centre.longitude, centre.latitude, longitude, latitude);
  return meters > shape.radiusMeters ? Number.NaN : meters;
}

/** The cells to search, in order. The same cell can come twice when the area is most of the earth. */
export function cellsOf(shape: Shape, centre: GeoPoint): Cell[] {
  const radius =
    shape.kind === "circle" ? shape.radiusMeters : Math.hypot(shape.widthMeters / 2, shape.heightMeters / 2);
  const bounds = boundsOf(shape, centre);
  let step = estimatedStep(radius, centre.latitude);
  let grid = new Grid(centre, step);
  if (step > 1 && !grid.covers(bounds)) grid = new Grid(centre, --step);

  const cells: Cell[] = [];
  let last = -1;
  for (let i = 0; i < EASTWARD.length; i++) {
    const east = EASTWARD[i] as number;
    const north = NORTHWARD[i] as number;
    if (step >= 2 && grid.isUseless(east, north, bounds)) continue;
    const bits = grid.bitsOf(east, north);
    // Redis compares each with the one before, but for the first: around the whole earth they repeat.
    if (last >= 0 && cells.length > 1 && bits === last) continue;
    const size = 2 ** (2 * (STEP_MAX - step));
    cells.push({ min: bits * size, max: (bits + 1) * size });
    last = bits;
  }
  return cells;
}

type Bounds = {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
};

function boundsOf(shape: Shape, { longitude, latitude }: GeoPoint): Bounds {
  const height = shape.kind === "circle" ? shape.radiusMeters : shape.heightMeters / 2;
  const width = shape.kind === "circle" ? shape.radiusMeters : shape.widthMeters / 2;
  const up = degreesOf(height);
  // The edge nearer to the pole spans more degrees.
  const edge = latitude < 0 ? latitude - up : latitude + up;
  const aside = degreesOf(width / Math.cos(radians(edge)));
  return { west: longitude - aside, south: latitude - up, east: longitude + aside, north: latitude + up };
}

// Bits of each coordinate at which a cell is about as large as the area.
function estimatedStep(radiusMeters: number, latitude: number): number {
  if (radiusMeters === 0) return STEP_MAX;
  let step = 1;
  for (let range = radiusMeters; range < MERCATOR_MAX_METERS; range *= 2) step++;
  step -= 2;
  // Cells are narrower towards the poles.
  if (Math.abs(latitude) > 66) step--;
  if (Math.abs(latitude) > 80) step--;
  return Math.max(1, Math.min(STEP_MAX, step));
}

class Grid {
  private readonly step: number;
  private readonly longitudeBits: number;
  private readonly latitudeBits: number;

  constructor({ longitude, latitude }: GeoPoint, step: number) {
    this.step = step;
    this.longitudeBits = coordinateBits(longitude, LONGITUDE_MAX, step);
    this.latitudeBits = coordinateBits(latitude, LATITUDE_MAX, step);
  }

  /** The bits of a cell next to the middle one; the grid goes around. */
  bitsOf(east: number, north: number): number {
    return interleave(this.moved(this.longitudeBits, east), this.moved(this.latitudeBits, north));
  }

  /** Whether the neighbours reach as far as the area does. */
  covers(bounds: Bounds): boolean {
    return (
      this.latitudeEdge(1, 1) >= bounds.north &&
      this.latitudeEdge(-1, 0) <= bounds.south &&
      this.longitudeEdge(1, 1) >= bounds.east &&
      this.longitudeEdge(-1, 0) <= bounds.west
    );
  }

  /** Whether a neighbour lies on a side where the middle cell itself reaches beyond the area. */
  isUseless(east: number, north: number, bounds: Bounds): boolean {
    return (
      (north < 0 && this.latitudeEdge(0, 0) < bounds.south) ||
      (north > 0 && this.latitudeEdge(0, 1) > bounds.north) ||
      (east < 0 && this.longitudeEdge(0, 0) < bounds.west) ||
      (east > 0 && this.longitudeEdge(0, 1) > bounds.east)
    );
  }

  // The lower (0) or upper (1) edge of the cell `by` cells away.
  private latitudeEdge(by: number, upper: number): number {
    return edgeOf(this.moved(this.latitudeBits, by) + upper, LATITUDE_MAX, this.step);
  }

  private longitudeEdge(by: number, upper: number): number {
    return edgeOf(this.moved(this.longitudeBits, by) + upper, LONGITUDE_MAX, this.step);
  }

  private moved(bits: number, by: number): number {
    if (by === 0) return bits;
    const cells = 2 ** this.step;
    return (bits + by + cells) % cells;
  }
}
