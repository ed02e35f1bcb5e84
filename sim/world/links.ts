// Links: between which places nothing gets through at present. Partitions of every shape, as data.
//
// Places are clients and nodes ("client/3", "node/0"). A cut is a set of directed pairs for a while; several may be
// in force. TCP tries again until a cut ends (pipe.ts), datagrams are lost (datagrams.ts).

import type { Chance } from "./chance.ts";
import type { FaultName } from "./faults.ts";

export type Shape = "isolate" | "halves" | "bridge" | "one-way" | "swizzle" | "flap";

type Cut = {
  readonly name: FaultName;
  /** Directed pairs, "from>to", with the times between which each is cut. */
  readonly pairs: ReadonlyMap<string, readonly [fromUs: number, untilUs: number]>;
  readonly untilUs: number;
  /** On and off, by halves of this period; 0 for always on. */
  readonly periodUs: number;
};

const FLAP_PERIOD_US = 200_000;

export class Links {
  private cuts: Cut[] = [];

  /** The fault that cuts off a directed pair of places ("from>to") at `nowUs`, or undefined. */
  cutBetween(pair: string, nowUs: number): FaultName | undefined {
    for (const { name, pairs, periodUs } of this.cuts) {
      const times = pairs.get(pair);
      if (times === undefined || nowUs < times[0] || nowUs >= times[1]) continue;
      if (periodUs === 0 || Math.floor((nowUs - times[0]) / (periodUs / 2)) % 2 === 0) return name;
    }
    return undefined;
  }

  /**
   * Cuts by `shape` among `places` from `nowUs` for `forUs`; `center` is the node that the fault names. Returns the
   * directed pairs concerned, for the trace.
   */
  cut(
    shape: Shape,
    places: readonly string[],
    center: string,
    times: { readonly nowUs: number; readonly forUs: number },
    chance: Chance,
  ): readonly string[] {
    const { nowUs, forUs } = times;
    const untilUs = nowUs + forUs;
    this.cuts = this.cuts.filter((each) => each.untilUs > nowUs);
    const pairs = new Map<string, readonly [number, number]>();
    const both = (a: string, b: string, from: number, until: number): void => {
      pairs.set(`${a}>${b}`, [from, until]);
      pairs.set(`${b}>${a}`, [from, until]);
    };
    const others = places.filter((place) => place !== center);
    switch (shape) {
      case "isolate": {
        // One of the others, or the center from all of them.
        const lonely = chance.chance(1, 4) ? center : pickOr(chance, others, center);
        for (const place of places) if (place !== lonely) both(place, lonely, nowUs, untilUs);
        break;
      }
      case "halves": {
        const isLeft = new Map(places.map((place) => [place, place !== center && chance.chance(1, 2)]));
        isLeft.set(pickOr(chance, others, center), true);
        for (const a of places)
          for (const b of places) if (isLeft.get(a) && !isLeft.get(b)) both(a, b, nowUs, untilUs);
        break;
      }
      case "bridge": {
        const sides = new Map(others.map((place) => [place, chance.chance(1, 2)]));
        for (const a of others)
          for (const b of others) if (sides.get(a) && !sides.get(b)) both(a, b, nowUs, untilUs);
        break;
      }
      case "one-way": {
        const other = pickOr(chance, others, center);
        const pair = chance.chance(1, 2) ? `${other}>${center}` : `${center}>${other}`;
        pairs.set(pair, [nowUs, untilUs]);
        break;
      }
      case "swizzle": {
        const first = chance.below(Math.max(1, others.length));
        for (const [i, other] of others.entries()) {
          if (i !== first && !chance.chance(1, 2)) continue;
          const from = nowUs + chance.below(Math.max(1, Math.floor(forUs / 2)));
          both(other, center, from, untilUs - chance.below(Math.max(1, Math.floor(forUs / 2))));
        }
        break;
      }
      default:
        both(pickOr(chance, others, center), center, nowUs, untilUs);
    }
    this.cuts.push({
      name: `part.${shape}`,
      pairs,
      untilUs,
      periodUs: shape === "flap" ? FLAP_PERIOD_US : 0,
    });
    return [...pairs.keys()];
  }

  /** Everything gets through again. */
  heal(): void {
    this.cuts = [];
  }
}

function pickOr(chance: Chance, places: readonly string[], otherwise: string): string {
  return places.length === 0 ? otherwise : chance.pick(places);
}
