// Found points: what a search by place has found, until it is sorted and either becomes a reply or a key.
//
// One list serves every command of a thread, since no two run at once.

import type { Element } from "../../store/element.ts";
import { Gathered } from "../sorted-set/gathered.ts";
import type { GeoPoint } from "./geohash.ts";

export class FoundPoints {
  /** Members with the scores they have in the set. */
  readonly members = new Gathered();
  readonly meters: number[] = [];
  readonly longitudes: number[] = [];
  readonly latitudes: number[] = [];
  /** Indexes in the order of the reply, after `sort`. */
  readonly order: number[] = [];

  get count(): number {
    return this.members.count;
  }

  clear(): void {
    this.members.clear();
    this.meters.length = 0;
    this.longitudes.length = 0;
    this.latitudes.length = 0;
    this.order.length = 0;
  }

  add(member: Element, score: number, meters: number, { longitude, latitude }: GeoPoint): void {
    this.order.push(this.members.count);
    this.members.add(member, score);
    this.meters.push(meters);
    this.longitudes.push(longitude);
    this.latitudes.push(latitude);
  }

  /** By distance; points equally far stay as they were found. */
  sort(isNearestFirst: boolean): void {
    const { meters } = this;
    const sign = isNearestFirst ? 1 : -1;
    this.order.sort((a, b) => sign * ((meters[a] as number) - (meters[b] as number)));
  }
}
