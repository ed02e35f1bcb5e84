// Cells: the earth as a grid of 2^step by 2^step cells, whose numbers are the scores of places.
//
// A score has the bits of row (latitude) and column (longitude) in turn, 26 of each, the row's lowest first. A place at
// the very end of a range is in the row or column behind the last one, so that its score has bits more.

export const STEP_MAX = 26;
const latitudeMax = 85.05112878;
const longitudeMax = 180;

export type Place = { readonly longitude: number; readonly latitude: number };
export type Cell = { readonly column: number; readonly row: number; readonly step: number };
export type Range = { readonly min: number; readonly max: number };
export type Area = { readonly longitude: Range; readonly latitude: Range };

export const latitudes: Range = { min: -latitudeMax, max: latitudeMax };
export const longitudes: Range = { min: -longitudeMax, max: longitudeMax };

export function isOnTheMap({ longitude, latitude }: Place): boolean {
  return Math.abs(longitude) <= longitudeMax && Math.abs(latitude) <= latitudeMax;
}

/** The cell that a place is in. `rows`: the range that they divide. */
export function cellOf({ longitude, latitude }: Place, step: number, rows: Range = latitudes): Cell {
  return { column: indexOf(longitude, longitudes, step), row: indexOf(latitude, rows, step), step };
}

function indexOf(value: number, { min, max }: Range, step: number): number {
  return Math.trunc(((value - min) / (max - min)) * 2 ** step);
}

/** The cell so many columns and rows further; rows and columns go round. */
export function neighbor(cell: Cell, columns: number, rows: number): Cell {
  const size = 2 ** cell.step;
  return {
    // What does not move keeps what it has too much.
    column: columns === 0 ? cell.column : (cell.column + columns + size) % size,
    row: rows === 0 ? cell.row : (cell.row + rows + size) % size,
    step: cell.step,
  };
}

export function isSameCell(a: Cell, b: Cell): boolean {
  return a.column === b.column && a.row === b.row && a.step === b.step;
}

/** The bits of row and column in turn. */
export function numberOf({ column, row }: Cell): bigint {
  let number = 0n;
  for (let i = 0; i < 32; i++) {
    if (Math.floor(row / 2 ** i) % 2 === 1) number |= 1n << BigInt(2 * i);
    if (Math.floor(column / 2 ** i) % 2 === 1) number |= 1n << BigInt(2 * i + 1);
  }
  return number;
}

export function scoreOf(place: Place): number {
  return Number(numberOf(cellOf(place, STEP_MAX)));
}

/** Scores of places in a cell: from the first on, and below the second. */
export function scoresIn(cell: Cell): Range {
  const shift = BigInt(2 * (STEP_MAX - cell.step));
  const number = numberOf(cell);
  return { min: Number(number << shift), max: Number((number + 1n) << shift) };
}

export function areaOf({ column, row, step }: Cell): Area {
  return { longitude: rangeOf(column, longitudes, step), latitude: rangeOf(row, latitudes, step) };
}

// Indices have 32 bits.
function rangeOf(index: number, { min, max }: Range, step: number): Range {
  const at = (i: number): number => min + (i / 2 ** step) * (max - min);
  return { min: at(index), max: at((index + 1) % 2 ** 32) };
}

/** The middle of a score's cell. Any double may be a score. */
export function placeOf(score: number): Place {
  const number = bitsOf(score);
  let column = 0;
  let row = 0;
  for (let i = 0; i < 32; i++) {
    if (((number >> BigInt(2 * i)) & 1n) === 1n) row += 2 ** i;
    if (((number >> BigInt(2 * i + 1)) & 1n) === 1n) column += 2 ** i;
  }
  const { longitude, latitude } = areaOf({ column, row, step: STEP_MAX });
  return { longitude: middle(longitude, longitudes), latitude: middle(latitude, latitudes) };
}

// As 64-bit processors make an unsigned integer of a double.
function bitsOf(score: number): bigint {
  const half = 1n << 63n;
  if (score === Number.POSITIVE_INFINITY || score >= 2 ** 64) return 0n;
  if (score < -(2 ** 63)) return half;
  return BigInt.asUintN(64, BigInt(Math.trunc(score)));
}

function middle({ min, max }: Range, whole: Range): number {
  return Math.min(Math.max((min + max) / 2, whole.min), whole.max);
}
