// Partial sort: brings what belongs at some places there, and cares little for the rest.
//
// Bentley and McIlroy's quicksort (1993): a median of up to nine as the pivot, and what equals it gathered at both
// ends of a part until the part is done. Parts away from the wanted places are left as they are. Redis sorts like
// this where LIMIT asks for a part of what BY orders; since the sort keeps no order among equals, only the same steps
// bring equals to the same places.

export type Compare = (a: number, b: number) => number;

const INSERTION_COUNT = 7;
const NINE_COUNT = 40;

/** Sorts `items` so far that the places first .. last are right. */
export function partialSort(items: number[], compare: Compare, first: number, last: number): void {
  new PartialSort(items, compare, first, last).sort(0, items.length);
}

class PartialSort {
  private readonly items: number[];
  private readonly compare: Compare;
  private readonly first: number;
  private readonly last: number;

  constructor(items: number[], compare: Compare, first: number, last: number) {
    this.items = items;
    this.compare = compare;
    this.first = first;
    this.last = last;
  }

  /** Sorts the part of `count` items from `from` on. */
  sort(from: number, count: number): void {
    let start = from;
    let size = count;
    while (size >= INSERTION_COUNT) {
      this.swap(start, this.pivot(start, size));
      const end = start + size;
      // start .. equalEnd and behind equalStart: equal to the pivot; low .. high: not looked at yet.
      let equalEnd = start + 1;
      let low = start + 1;
      let high = end - 1;
      let equalStart = end - 1;
      for (;;) {
        for (; low <= high; low++) {
          const order = this.order(low, start);
          if (order > 0) break;
          if (order === 0) this.swap(equalEnd++, low);
        }
        for (; low <= high; high--) {
          const order = this.order(high, start);
          if (order < 0) break;
          if (order === 0) this.swap(high, equalStart--);
        }
        if (low > high) break;
        this.swap(low++, high--);
      }
      const smaller = low - equalEnd;
      const greater = equalStart - high;
      this.swapRanges(start, low, Math.min(equalEnd - start, smaller));
      this.swapRanges(low, end, Math.min(greater, end - equalStart - 1));
      // The shorter part first, so that no input makes this call itself many times over.
      const isLeftShorter = smaller < greater;
      const left = this.isWanted(start, smaller) ? smaller : 0;
      const right = this.isWanted(end - greater, greater) ? greater : 0;
      if (isLeftShorter) this.sort(start, left);
      else this.sort(end - greater, right);
      if (isLeftShorter) start = end - greater;
      size = isLeftShorter ? right : left;
    }
    for (let i = start + 1; i < start + size; i++) {
      for (let at = i; at > start && this.order(at - 1, at) > 0; at--) this.swap(at, at - 1);
    }
  }

  private pivot(start: number, size: number): number {
    const middle = start + (size >>> 1);
    if (size === INSERTION_COUNT) return middle;
    const end = start + size - 1;
    if (size <= NINE_COUNT) return this.median(start, middle, end);
    const step = size >>> 3;
    return this.median(
      this.median(start, start + step, start + 2 * step),
      this.median(middle - step, middle, middle + step),
      this.median(end - 2 * step, end - step, end),
    );
  }

  private median(a: number, b: number, c: number): number {
    if (this.order(a, b) < 0) {
      if (this.order(b, c) < 0) return b;
      return this.order(a, c) < 0 ? c : a;
    }
    if (this.order(b, c) > 0) return b;
    return this.order(a, c) < 0 ? a : c;
  }

  private isWanted(start: number, size: number): boolean {
    return this.first < start + size && this.last >= start;
  }

  private order(a: number, b: number): number {
    return this.compare(this.items[a] as number, this.items[b] as number);
  }

  private swap(a: number, b: number): void {
    const { items } = this;
    const held = items[a] as number;
    items[a] = items[b] as number;
    items[b] = held;
  }

  // Exchanges `count` items from `start` on with those that end before `end`.
  private swapRanges(start: number, end: number, count: number): void {
    for (let i = 0; i < count; i++) this.swap(start + i, end - count + i);
  }
}
