// Arena: blocks of memory outside the garbage-collected heap, named by 32-bit references.
//
//   segment (8 MiB of an ArrayBuffer) = 512 pages of 16 KiB; a page = 2048 cells of 8 bytes
//   span = 1..64 consecutive pages carved into equal blocks of one size class
//
//   reference  31        20 19          11 10         0
//              | segment   | page        | cell       |      cell size 8 bytes, so 32 GiB in all
//
// A block of up to 128 KiB comes from a span of its class. A longer one, up to 4 MiB, is a run of
// whole pages. One longer still has a segment of its own with just its length.
// A free block holds the reference of the next free block of its span in its first four bytes.
// A segment's buffer is 32 MiB long because the C library then always maps it apart and gives it back whole; pages that
// are never touched cost nothing. Only 8 MiB are used, because to unmap more takes too long at a time.
//
// Invariants:
//   - reference 0 is "none": page 0 of segment 0 is never handed out.
//   - blocks in use + blocks on the span's free list = blocks carved (`BUMP`).
//   - `usedBytes` is the sum of the sizes (by class) of the blocks in use.
//   - a block never moves by itself; only its owner moves it (see keyspace/defrag.ts).

import { assert } from "../lib/assert.ts";

/** A block's name: an int32 that may be negative; 0 is none. */
export type Ref = number;

export const SEGMENT_BYTES = 8 * 1024 * 1024;
const BUFFER_BYTES = 32 * 1024 * 1024; // of a segment
export const PAGE_BYTES = 16 * 1024;
const CELL_SHIFT = 3;
const PAGES_PER_SEGMENT = SEGMENT_BYTES / PAGE_BYTES;
const SEGMENT_SHIFT = 20; // of a reference
const SEGMENT_CELL_MASK = (1 << SEGMENT_SHIFT) - 1;
const PAGE_SHIFT = 11; // of a reference
const SEGMENT_OF_PAGE = SEGMENT_SHIFT - PAGE_SHIFT; // a shift of page numbers, which count through all segments
const SEGMENTS_MAX = 4096;
const FILL_TARGET = 0.9; // of a segment, by blocks that an evacuation packs
const RENEWAL_GAIN_BYTES = SEGMENT_BYTES / 4;

const CLASS_COUNT = 129; // classes 1..128
const CLASS_CELLS_MAX = 16_384; // 128 KiB
const RUN_BYTES_MAX = 4 * 1024 * 1024;
const CLASS_RUN = 200; // a run of pages that is one block

// A page's row of eight int32s. HEAD is on every page of a span, the rest on its first page.
const ROW_SHIFT = 3;
const HEAD = 0; // page number of the span's first page + 1; 0 = page is free
const CLASS = 1;
const FREE = 2; // first free block
const BUMP = 3; // blocks carved so far
const LIVE = 4; // blocks in use
const PREV = 5; // partial list of the class, by page number
const NEXT = 6;
const PAGES = 7; // span length, negative while the span stands in the partial list

const NONE = new Uint8Array(0);
const NO_DATA = new DataView(NONE.buffer);

export class Arena {
  /** Views of each segment, indexed by `ref >>> 20`. */
  readonly u8: Uint8Array[] = [];
  readonly i32: Int32Array[] = [];
  readonly f64: Float64Array[] = [];
  readonly data: DataView[] = [];
  /** Sum of the sizes of the blocks in use. */
  usedBytes = 0;
  /** Bytes of address space in segments; what was touched of it is resident. */
  mappedBytes = 0;
  /** Bytes in pages that belong to spans, runs and dedicated blocks. */
  pageBytes = 0;
  /** Bytes up to the last page of each segment that was ever handed out: what the system has lent us. */
  residentBytes = 0;

  private readonly rows: Int32Array[] = [];
  private readonly freePages: number[] = [];
  private readonly pageHint: number[] = []; // no page before it is free
  private readonly touched: number[] = []; // no page from here on was ever handed out
  private readonly runMax: number[] = []; // no longer run of pages is free: spares a search in vain
  private readonly dedicated: boolean[] = [];
  private readonly evacuating: boolean[] = []; // nothing new is put into these
  private readonly vacant: number[] = []; // segment indexes given back
  private readonly dropped: ArrayBuffer[] = [];
  private dedicatedBytes = 0;
  private readonly current = new Int32Array(CLASS_COUNT); // page number, 0 = none
  private readonly partial = new Int32Array(CLASS_COUNT);
  private readonly classBytes = new Int32Array(CLASS_COUNT);
  private readonly classBlocks = new Int32Array(CLASS_COUNT);
  private readonly classPages = new Int32Array(CLASS_COUNT);

  constructor() {
    for (let index = 1; index < CLASS_COUNT; index++) {
      const bytes = cellsOfClass(index) << CELL_SHIFT;
      const pages = Math.max(1, Math.ceil((bytes * 8) / PAGE_BYTES));
      this.classBytes[index] = bytes;
      this.classPages[index] = pages;
      this.classBlocks[index] = Math.floor((pages * PAGE_BYTES) / bytes);
    }
  }

  /** A block of at least `sizeBytes` (1 .. 4 GiB); its contents are whatever was there before. */
  alloc(sizeBytes: number): Ref {
    const cells = (sizeBytes + 7) >>> CELL_SHIFT;
    if (cells > CLASS_CELLS_MAX) return this.allocLarge(sizeBytes);
    const index = classOfCells(cells);
    const page = this.current[index] as number;
    if (page !== 0) {
      const rows = this.rows[page >>> SEGMENT_OF_PAGE] as Int32Array;
      const row = (page & (PAGES_PER_SEGMENT - 1)) << ROW_SHIFT;
      const free = rows[row + FREE] as number;
      if (free !== 0) {
        const words = this.i32[free >>> SEGMENT_SHIFT] as Int32Array;
        rows[row + FREE] = words[(free & SEGMENT_CELL_MASK) << 1] as number;
        rows[row + LIVE] = (rows[row + LIVE] as number) + 1;
        this.countIn(index);
        return free;
      }
      const bump = rows[row + BUMP] as number;
      if (bump < (this.classBlocks[index] as number)) {
        rows[row + BUMP] = bump + 1;
        rows[row + LIVE] = (rows[row + LIVE] as number) + 1;
        this.countIn(index);
        return ((page << PAGE_SHIFT) + bump * ((this.classBytes[index] as number) >>> CELL_SHIFT)) | 0;
      }
    }
    this.replaceCurrent(index);
    return this.alloc(sizeBytes);
  }

  /** Gives a block back. */
  free(ref: Ref): void {
    const segment = ref >>> SEGMENT_SHIFT;
    if (this.dedicated[segment] === true) {
      const bytes = (this.u8[segment] as Uint8Array).length;
      this.usedBytes -= bytes;
      this.pageBytes -= bytes;
      this.dedicatedBytes -= bytes;
      this.releaseSegment(segment);
      return;
    }
    const rows = this.rows[segment] as Int32Array;
    const head = (rows[((ref >>> PAGE_SHIFT) & (PAGES_PER_SEGMENT - 1)) << ROW_SHIFT] as number) - 1;
    if (head < 0) assert(false, `freeing ref ${ref} in a free page`);
    const row = (head & (PAGES_PER_SEGMENT - 1)) << ROW_SHIFT;
    const index = rows[row + CLASS] as number;
    if (index === CLASS_RUN) {
      const pages = rows[row + PAGES] as number;
      this.usedBytes -= pages * PAGE_BYTES;
      this.freeSpan(head, pages);
      return;
    }
    const words = this.i32[segment] as Int32Array;
    words[(ref & SEGMENT_CELL_MASK) << 1] = rows[row + FREE] as number;
    rows[row + FREE] = ref;
    const live = (rows[row + LIVE] as number) - 1;
    rows[row + LIVE] = live;
    this.usedBytes -= this.classBytes[index] as number;
    if (head === this.current[index]) return;
    if (live === 0) {
      this.unlinkPartial(index, head);
      this.freeSpan(head, this.classPages[index] as number);
    } else if ((rows[row + PAGES] as number) > 0 && this.evacuating[segment] !== true) {
      this.linkPartial(index, head);
    }
  }

  /** The usable size of a block in bytes: at least what was asked for. */
  capacityOf(ref: Ref): number {
    const segment = ref >>> SEGMENT_SHIFT;
    if (this.dedicated[segment] === true) return (this.u8[segment] as Uint8Array).length;
    const rows = this.rows[segment] as Int32Array;
    const head = (rows[((ref >>> PAGE_SHIFT) & (PAGES_PER_SEGMENT - 1)) << ROW_SHIFT] as number) - 1;
    const row = (head & (PAGES_PER_SEGMENT - 1)) << ROW_SHIFT;
    const index = rows[row + CLASS] as number;
    return index === CLASS_RUN
      ? (rows[row + PAGES] as number) * PAGE_BYTES
      : (this.classBytes[index] as number);
  }

  /** The size a block asked for with `sizeBytes` gets. */
  static roundUp(sizeBytes: number): number {
    const cells = (sizeBytes + 7) >>> CELL_SHIFT;
    if (cells <= CLASS_CELLS_MAX) return cellsOfClass(classOfCells(cells)) << CELL_SHIFT;
    return Math.ceil(sizeBytes / PAGE_BYTES) * PAGE_BYTES;
  }

  /** True while the block's segment is being emptied: its owner should `move` it. */
  shouldMove(ref: Ref): boolean {
    return this.evacuating[ref >>> SEGMENT_SHIFT] === true;
  }

  /**
   * Chooses the emptiest segments, as many as the blocks in use leave spare when the rest is filled
   * to nine tenths, and stops putting anything into them; when none is spare, one segment whose blocks
   * would fill much less of a new one. Returns how many were chosen; their owners then move the
   * blocks for which `shouldMove` holds. `always`: one segment even if it would not pay. Cost: one look at each
   * page's row.
   */
  beginEvacuation(always = false): number {
    const fill: { segment: number; liveBytes: number }[] = [];
    let sharedBytes = 0;
    for (let segment = 0; segment < this.u8.length; segment++) {
      if ((this.rows[segment] as Int32Array).length === 0) continue;
      const liveBytes = this.liveBytesOf(segment);
      sharedBytes += liveBytes;
      fill.push({ segment, liveBytes });
    }
    const needed = Math.max(1, Math.ceil(sharedBytes / (SEGMENT_BYTES * FILL_TARGET)));
    fill.sort((a, b) => a.liveBytes - b.liveBytes || b.segment - a.segment);
    const spare = fill.length - needed;
    const chosen =
      spare > 0
        ? fill.slice(0, spare)
        : fill.filter((each) => always || this.isWorthRenewing(each)).slice(0, 1);
    for (const { segment } of chosen) this.evacuating[segment] = true;
    for (let index = 1; index < CLASS_COUNT; index++) this.withdraw(index);
    // Others go with their last block; the first one may have been without any for long.
    if (this.evacuating[0] === true && this.freePages[0] === PAGES_PER_SEGMENT - 1) this.releaseSegment(0);
    return chosen.length;
  }

  /** Ends an evacuation: segments that could not be emptied serve allocations again. */
  endEvacuation(): void {
    for (let segment = 0; segment < this.evacuating.length; segment++) {
      if (this.evacuating[segment] !== true) continue;
      this.evacuating[segment] = false;
      const rows = this.rows[segment] as Int32Array;
      for (let page = 0; page << ROW_SHIFT < rows.length; page++) {
        const row = page << ROW_SHIFT;
        const number = segment * PAGES_PER_SEGMENT + page;
        const index = rows[row + CLASS] as number;
        if (rows[row] !== number + 1 || index >= CLASS_COUNT || number === 0) continue;
        const isFull = rows[row + LIVE] === this.classBlocks[index];
        if (!isFull && (rows[row + PAGES] as number) > 0) this.linkPartial(index, number);
      }
    }
  }

  /** Share of the shared segments' resident bytes that blocks in use fill, 0..1: low means sparse. */
  get fillRatio(): number {
    const sharedBytes = this.residentBytes - this.dedicatedBytes;
    return sharedBytes === 0 ? 1 : (this.usedBytes - this.dedicatedBytes) / sharedBytes;
  }

  /** Moves a block to a new place of the same capacity; returns its new name. The old name is dead. */
  move(ref: Ref): Ref {
    const to = this.copy(ref);
    this.free(ref);
    return to;
  }

  /** Copies a block to a new one of the same capacity. */
  copy(ref: Ref): Ref {
    const bytes = this.capacityOf(ref);
    const to = this.alloc(bytes);
    const fromAt = (ref & SEGMENT_CELL_MASK) << CELL_SHIFT;
    const toAt = (to & SEGMENT_CELL_MASK) << CELL_SHIFT;
    const source = this.u8[ref >>> SEGMENT_SHIFT] as Uint8Array;
    (this.u8[to >>> SEGMENT_SHIFT] as Uint8Array).set(source.subarray(fromAt, fromAt + bytes), toAt);
    return to;
  }

  /** Segments in use, for tests and reports. */
  get segmentCount(): number {
    return this.u8.length - this.vacant.length - (this.isFirstGone ? 1 : 0);
  }

  /**
   * Forgets every block at once. The memory itself goes back a segment at a time by
   * `releaseDropped`, since unmapping many touched gigabytes takes long.
   */
  dropAll(): void {
    for (const segment of this.u8) {
      if (segment.length > 0) this.dropped.push(segment.buffer as ArrayBuffer);
    }
    this.u8.length = 0;
    this.i32.length = 0;
    this.f64.length = 0;
    this.data.length = 0;
    this.rows.length = 0;
    this.freePages.length = 0;
    this.pageHint.length = 0;
    this.touched.length = 0;
    this.runMax.length = 0;
    this.dedicated.length = 0;
    this.evacuating.length = 0;
    this.vacant.length = 0;
    this.current.fill(0);
    this.partial.fill(0);
    this.usedBytes = 0;
    this.pageBytes = 0;
    this.mappedBytes = 0;
    this.residentBytes = 0;
    this.dedicatedBytes = 0;
  }

  /** Gives one dropped segment back to the system; false when none is left. */
  releaseDropped(): boolean {
    const buffer = this.dropped.pop();
    if (buffer === undefined) return false;
    buffer.transfer(0); // Now, not when a collection finds the buffer.
    return true;
  }

  // Segment 0 may go back during an evacuation, but its number only serves a shared segment again.
  private get isFirstGone(): boolean {
    return this.u8[0]?.length === 0;
  }

  private isWorthRenewing({ segment, liveBytes }: { segment: number; liveBytes: number }): boolean {
    return (this.touched[segment] as number) * PAGE_BYTES - liveBytes / FILL_TARGET >= RENEWAL_GAIN_BYTES;
  }

  private liveBytesOf(segment: number): number {
    const rows = this.rows[segment] as Int32Array;
    let bytes = 0;
    for (let row = 0; row < rows.length; row += 1 << ROW_SHIFT) {
      if (rows[row + HEAD] !== segment * PAGES_PER_SEGMENT + (row >>> ROW_SHIFT) + 1) continue;
      const index = rows[row + CLASS] as number;
      if (index < CLASS_COUNT) bytes += (rows[row + LIVE] as number) * (this.classBytes[index] as number);
      else bytes += Math.abs(rows[row + PAGES] as number) * PAGE_BYTES;
    }
    return bytes;
  }

  // Takes the spans of segments under evacuation out of the places allocations come from.
  private withdraw(index: number): void {
    const current = this.current[index] as number;
    if (current !== 0 && this.evacuating[current >>> SEGMENT_OF_PAGE] === true) {
      this.current[index] = 0;
      const rows = this.rows[current >>> SEGMENT_OF_PAGE] as Int32Array;
      const row = (current & (PAGES_PER_SEGMENT - 1)) << ROW_SHIFT;
      if (rows[row + LIVE] === 0) {
        this.freeSpan(current, this.classPages[index] as number);
      }
    }
    let page = this.partial[index] as number;
    while (page !== 0) {
      const rows = this.rows[page >>> SEGMENT_OF_PAGE] as Int32Array;
      const next = rows[((page & (PAGES_PER_SEGMENT - 1)) << ROW_SHIFT) + NEXT] as number;
      if (this.evacuating[page >>> SEGMENT_OF_PAGE] === true) this.unlinkPartial(index, page);
      page = next;
    }
  }

  private countIn(index: number): void {
    this.usedBytes += this.classBytes[index] as number;
  }

  // The current span is full: take the fullest of the first few partial spans, else carve a new one.
  private replaceCurrent(index: number): void {
    let best = 0;
    let bestLive = -1;
    let page = this.partial[index] as number;
    for (let looked = 0; page !== 0 && looked < 8; looked++) {
      const rows = this.rows[page >>> SEGMENT_OF_PAGE] as Int32Array;
      const row = (page & (PAGES_PER_SEGMENT - 1)) << ROW_SHIFT;
      if ((rows[row + LIVE] as number) > bestLive) {
        best = page;
        bestLive = rows[row + LIVE] as number;
      }
      page = rows[row + NEXT] as number;
    }
    if (best !== 0) {
      this.unlinkPartial(index, best);
      this.current[index] = best;
      return;
    }
    const pages = this.classPages[index] as number;
    const head = this.allocPages(pages);
    const rows = this.rows[head >>> SEGMENT_OF_PAGE] as Int32Array;
    const row = (head & (PAGES_PER_SEGMENT - 1)) << ROW_SHIFT;
    rows[row + CLASS] = index;
    rows[row + FREE] = 0;
    rows[row + BUMP] = 0;
    rows[row + LIVE] = 0;
    this.current[index] = head;
  }

  private allocLarge(sizeBytes: number): Ref {
    if (sizeBytes > RUN_BYTES_MAX) {
      const bytes = Math.ceil(sizeBytes / PAGE_BYTES) * PAGE_BYTES;
      const segment = this.addSegment(bytes, true);
      this.usedBytes += bytes;
      this.pageBytes += bytes;
      this.dedicatedBytes += bytes;
      // A reference to segment 0 cell 0 would be "none"; segment 0 is never a dedicated one.
      return (segment << SEGMENT_SHIFT) | 0;
    }
    const pages = Math.ceil(sizeBytes / PAGE_BYTES);
    const head = this.allocPages(pages);
    const rows = this.rows[head >>> SEGMENT_OF_PAGE] as Int32Array;
    rows[((head & (PAGES_PER_SEGMENT - 1)) << ROW_SHIFT) + CLASS] = CLASS_RUN;
    this.usedBytes += pages * PAGE_BYTES;
    return (head << PAGE_SHIFT) | 0;
  }

  // `pages` consecutive pages, lowest segment first so that the last ones empty themselves.
  private allocPages(pages: number): number {
    for (let segment = 0; segment < this.u8.length; segment++) {
      if ((this.runMax[segment] as number) < pages || this.evacuating[segment] === true) continue;
      const first = this.findRun(segment, pages);
      if (first >= 0) return this.takePages(segment, first, pages);
      this.runMax[segment] = pages - 1;
    }
    const segment = this.addSegment(SEGMENT_BYTES, false);
    return this.takePages(segment, this.findRun(segment, pages), pages);
  }

  private findRun(segment: number, pages: number): number {
    const rows = this.rows[segment] as Int32Array;
    let run = 0;
    for (let page = this.pageHint[segment] as number; page < PAGES_PER_SEGMENT; page++) {
      run = rows[page << ROW_SHIFT] === 0 ? run + 1 : 0;
      if (run === pages) return page - pages + 1;
    }
    return -1;
  }

  private takePages(segment: number, first: number, pages: number): number {
    const rows = this.rows[segment] as Int32Array;
    const head = segment * PAGES_PER_SEGMENT + first;
    for (let page = first; page < first + pages; page++) rows[page << ROW_SHIFT] = head + 1;
    rows[(first << ROW_SHIFT) + PAGES] = pages;
    this.freePages[segment] = (this.freePages[segment] as number) - pages;
    this.pageBytes += pages * PAGE_BYTES;
    const untouched = first + pages - (this.touched[segment] as number);
    if (untouched > 0) {
      this.touched[segment] = first + pages;
      this.residentBytes += untouched * PAGE_BYTES;
    }
    if (first === this.pageHint[segment]) this.pageHint[segment] = first + pages;
    return head;
  }

  private freeSpan(head: number, pages: number): void {
    const segment = head >>> SEGMENT_OF_PAGE;
    const rows = this.rows[segment] as Int32Array;
    const first = head & (PAGES_PER_SEGMENT - 1);
    for (let page = first; page < first + pages; page++) rows[page << ROW_SHIFT] = 0;
    this.pageHint[segment] = Math.min(this.pageHint[segment] as number, first);
    this.runMax[segment] = PAGES_PER_SEGMENT;
    this.pageBytes -= pages * PAGE_BYTES;
    const free = (this.freePages[segment] as number) + pages;
    this.freePages[segment] = free;
    if (segment !== 0 && free === PAGES_PER_SEGMENT) this.releaseSegment(segment);
    else if (segment === 0 && free === PAGES_PER_SEGMENT - 1 && this.evacuating[0] === true) {
      this.releaseSegment(0);
    }
  }

  private addSegment(bytes: number, dedicated: boolean): number {
    // Segment 0 always is a shared one, since reference 0 must stay free.
    if (dedicated && this.u8.length === 0) this.addSegment(SEGMENT_BYTES, false);
    const segment = this.isFirstGone && !dedicated ? 0 : (this.vacant.pop() ?? this.u8.length);
    assert(segment < SEGMENTS_MAX, `arena is full: ${SEGMENTS_MAX} segments`);
    this.releaseDropped(); // Never more waiting than is made in one slice.
    const buffer = new ArrayBuffer(dedicated ? bytes : BUFFER_BYTES);
    this.u8[segment] = new Uint8Array(buffer, 0, bytes);
    this.i32[segment] = new Int32Array(buffer, 0, bytes >>> 2);
    this.f64[segment] = new Float64Array(buffer, 0, bytes >>> 3);
    this.data[segment] = new DataView(buffer, 0, bytes);
    this.dedicated[segment] = dedicated;
    this.evacuating[segment] = false;
    this.rows[segment] = new Int32Array(dedicated ? 0 : PAGES_PER_SEGMENT << ROW_SHIFT);
    this.freePages[segment] = dedicated ? 0 : PAGES_PER_SEGMENT;
    this.pageHint[segment] = 0;
    this.runMax[segment] = dedicated ? 0 : PAGES_PER_SEGMENT;
    this.touched[segment] = dedicated ? bytes / PAGE_BYTES : 0;
    if (dedicated) this.residentBytes += bytes;
    this.mappedBytes += bytes;
    if (segment === 0) {
      (this.rows[0] as Int32Array)[HEAD] = 1;
      this.freePages[0] = PAGES_PER_SEGMENT - 1;
      this.pageHint[0] = 1;
    }
    return segment;
  }

  private releaseSegment(segment: number): void {
    const buffer = (this.u8[segment] as Uint8Array).buffer as ArrayBuffer;
    this.mappedBytes -= (this.u8[segment] as Uint8Array).length;
    this.residentBytes -= (this.touched[segment] as number) * PAGE_BYTES;
    // To unmap a segment takes most of a millisecond, which is not that of the command that freed the last block.
    this.dropped.push(buffer);
    this.u8[segment] = NONE;
    this.i32[segment] = new Int32Array(0);
    this.f64[segment] = new Float64Array(0);
    this.data[segment] = NO_DATA;
    this.rows[segment] = new Int32Array(0);
    this.freePages[segment] = 0;
    this.runMax[segment] = 0;
    this.touched[segment] = 0;
    this.dedicated[segment] = false;
    this.evacuating[segment] = false;
    if (segment !== 0) this.vacant.push(segment);
  }

  private linkPartial(index: number, page: number): void {
    const rows = this.rows[page >>> SEGMENT_OF_PAGE] as Int32Array;
    const row = (page & (PAGES_PER_SEGMENT - 1)) << ROW_SHIFT;
    const first = this.partial[index] as number;
    rows[row + PAGES] = -(rows[row + PAGES] as number);
    rows[row + PREV] = 0;
    rows[row + NEXT] = first;
    if (first !== 0) this.setRow(first, PREV, page);
    this.partial[index] = page;
  }

  private unlinkPartial(index: number, page: number): void {
    const rows = this.rows[page >>> SEGMENT_OF_PAGE] as Int32Array;
    const row = (page & (PAGES_PER_SEGMENT - 1)) << ROW_SHIFT;
    if ((rows[row + PAGES] as number) > 0) return; // Not in the list: it was full until now.
    rows[row + PAGES] = -(rows[row + PAGES] as number);
    const previous = rows[row + PREV] as number;
    const next = rows[row + NEXT] as number;
    if (previous !== 0) this.setRow(previous, NEXT, next);
    else this.partial[index] = next;
    if (next !== 0) this.setRow(next, PREV, previous);
  }

  private setRow(page: number, field: number, value: number): void {
    const rows = this.rows[page >>> SEGMENT_OF_PAGE] as Int32Array;
    rows[((page & (PAGES_PER_SEGMENT - 1)) << ROW_SHIFT) + field] = value;
  }
}

/** The byte offset of a block inside its segment. */
export function byteOffset(ref: Ref): number {
  return (ref & SEGMENT_CELL_MASK) << CELL_SHIFT;
}

/** The index of a block's segment in `Arena.u8`, `i32` and `f64`. */
export function segmentOf(ref: Ref): number {
  return ref >>> SEGMENT_SHIFT;
}

// Classes 1..64 are exact numbers of cells; above, eight steps to each doubling (waste <= 11 %).
function classOfCells(cells: number): number {
  if (cells <= 64) return cells === 0 ? 1 : cells;
  const log = 31 - Math.clz32(cells - 1);
  return 65 + ((log - 6) << 3) + (((cells - 1) >>> (log - 3)) - 8);
}

function cellsOfClass(index: number): number {
  if (index <= 64) return index;
  const step = index - 65;
  return (9 + (step & 7)) << ((step >>> 3) + 3);
}

assert(cellsOfClass(CLASS_COUNT - 1) === CLASS_CELLS_MAX, "the last class is the longest span block");
