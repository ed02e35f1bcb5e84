// Geo query: the arguments of GEOSEARCH, GEORADIUS and their relatives, read in Redis's order of checks.

import type { SortedSetView } from "../../keyspace/sorted-set-view.ts";
import type { Args } from "../../resp/args.ts";
import { errors } from "../../resp/errors.ts";
import { readScore } from "../sorted-set/score-text.ts";
import { readIndex } from "../string/index-range.ts";
import { readPoint, readUnit } from "./distance.ts";
import { GeoPoint } from "./geohash.ts";
import type { Shape } from "./search-area.ts";

/** Which command it is. */
export type GeoForm = {
  /** Where the centre is given: in fixed arguments, or by options. */
  readonly centre: "coordinates" | "member" | "options";
  /** Argument 1 is a key to store the result at, and argument 2 the one to search. */
  readonly isStore?: boolean;
  /** STORE and STOREDIST are options. */
  readonly mayStore?: boolean;
};

export class GeoQuery {
  readonly centre = new GeoPoint();
  shape: Shape = { kind: "circle", radiusMeters: 0 };
  unitMeters = 1;
  hasDistance = false;
  hasHash = false;
  hasCoordinates = false;
  sorting: "none" | "ascending" | "descending" = "none";
  /** 0: all. */
  count = 0;
  isAny = false;
  /** The argument that names the key to store at, or 0. */
  storeAt = 0;
  isStoringDistance = false;
  private isCentred = false;
  private isShaped = false;

  /** Reads the arguments; the error when they are refused. `set` is the key searched, which may be missing. */
  read(args: Args, form: GeoForm, set: SortedSetView): string | undefined {
    this.reset(form);
    return (
      this.readPlace(args, form, set) ?? this.readOptions(args, form, set) ?? this.checkTogether(args, form)
    );
  }

  private reset(form: GeoForm): void {
    this.hasDistance = false;
    this.hasHash = false;
    this.hasCoordinates = false;
    this.sorting = "none";
    this.count = 0;
    this.isAny = false;
    this.storeAt = form.isStore === true ? 1 : 0;
    this.isStoringDistance = false;
    this.isCentred = false;
  }

  // What stands in fixed arguments.
  private readPlace(args: Args, form: GeoForm, set: SortedSetView): string | undefined {
    if (form.centre === "options") return undefined;
    if (form.centre === "coordinates") return readPoint(args, 2, this.centre) ?? this.readRadius(args, 4);
    // Without a key nobody looks at the member, nor at the radius.
    if (!set.exists) return undefined;
    return this.readMember(args, 2, set) ?? this.readRadius(args, 3);
  }

  private readOptions(args: Args, form: GeoForm, set: SortedSetView): string | undefined {
    const isSearch = form.centre === "options";
    let from: "none" | "member" | "coordinates" = "none";
    let by: "none" | "circle" | "box" = "none";
    let i = isSearch ? (form.isStore === true ? 3 : 2) : form.centre === "coordinates" ? 6 : 5;
    for (; i < args.count; i++) {
      const behind = args.count - i - 1;
      let error: string | undefined;
      if (args.is(i, "withdist")) this.hasDistance = true;
      else if (args.is(i, "withhash")) this.hasHash = true;
      else if (args.is(i, "withcoord")) this.hasCoordinates = true;
      else if (args.is(i, "any")) this.isAny = true;
      else if (args.is(i, "asc")) this.sorting = "ascending";
      else if (args.is(i, "desc")) this.sorting = "descending";
      else if (behind >= 1 && args.is(i, "count")) error = this.readCount(args, ++i);
      else if (behind >= 1 && form.mayStore === true && args.is(i, "store")) this.storeInto(++i, false);
      else if (behind >= 1 && form.mayStore === true && args.is(i, "storedist")) this.storeInto(++i, true);
      else if (behind >= 1 && isSearch && from !== "coordinates" && args.is(i, "frommember")) {
        from = "member";
        i++;
        if (set.exists) error = this.readMember(args, i, set);
      } else if (behind >= 2 && isSearch && from !== "member" && args.is(i, "fromlonlat")) {
        from = "coordinates";
        error = readPoint(args, i + 1, this.centre);
        i += 2;
      } else if (behind >= 2 && isSearch && by !== "box" && args.is(i, "byradius")) {
        by = "circle";
        error = this.readRadius(args, i + 1);
        i += 2;
      } else if (behind >= 3 && isSearch && by !== "circle" && args.is(i, "bybox")) {
        by = "box";
        error = this.readBox(args, i + 1);
        i += 3;
      } else if (form.isStore === true && args.is(i, "storedist")) this.isStoringDistance = true;
      else error = errors.syntax;
      if (error !== undefined) return error;
    }
    this.isCentred = from !== "none";
    this.isShaped = by !== "none";
    return undefined;
  }

  private checkTogether(args: Args, form: GeoForm): string | undefined {
    if (this.storeAt > 0 && (this.hasDistance || this.hasHash || this.hasCoordinates)) {
      return errors.geoStore(form.isStore === true ? "GEOSEARCHSTORE" : "STORE option in GEORADIUS");
    }
    if (form.centre === "options" && !this.isCentred) return errors.geoFrom(args.textBeforeNul(0));
    if (form.centre === "options" && !this.isShaped) return errors.geoBy(args.textBeforeNul(0));
    return this.isAny && this.count === 0 ? errors.geoAny : undefined;
  }

  private readMember(args: Args, i: number, set: SortedSetView): string | undefined {
    if (!set.find(args, i)) return errors.geoMember;
    this.centre.decode(set.score);
    return undefined;
  }

  private readRadius(args: Args, i: number): string | undefined {
    const radius = readScore(args, i);
    if (radius === undefined) return errors.geoRadius;
    if (radius < 0) return errors.geoRadiusNegative;
    this.unitMeters = readUnit(args, i + 1);
    this.shape = { kind: "circle", radiusMeters: radius * this.unitMeters };
    return Number.isNaN(this.unitMeters) ? errors.geoUnit : undefined;
  }

  private readBox(args: Args, i: number): string | undefined {
    const width = readScore(args, i);
    if (width === undefined) return errors.geoWidth;
    const height = readScore(args, i + 1);
    if (height === undefined) return errors.geoHeight;
    if (width < 0 || height < 0) return errors.geoBoxNegative;
    const unit = readUnit(args, i + 2);
    this.unitMeters = unit;
    this.shape = { kind: "box", widthMeters: width * unit, heightMeters: height * unit };
    return Number.isNaN(unit) ? errors.geoUnit : undefined;
  }

  private readCount(args: Args, i: number): string | undefined {
    this.count = readIndex(args, i);
    if (Number.isNaN(this.count)) return errors.notAnInteger;
    return this.count <= 0 ? errors.geoCount : undefined;
  }

  private storeInto(keyAt: number, isStoringDistance: boolean): void {
    this.storeAt = keyAt;
    this.isStoringDistance = isStoringDistance;
  }
}
