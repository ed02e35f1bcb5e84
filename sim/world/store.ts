// Store: the files of one machine, as its system and its platter have them.
//
//   file         visible bytes | durable bytes | dirty pages: written, not synced
//   directory    visible names | durable names | pending: create, rename, unlink, in order
//
// Role: what a crash leaves. Killing a process loses nothing here. When the power goes, each dirty page of 4 KiB is
// kept, lost, or torn at a sector of 512 bytes, each for itself; a file may have grown over zeros; and of a
// directory's pending changes a prefix is kept. What was synced always survives.
// Invariants:
//   - durable bytes change in `sync` and `losePower` alone.
//   - written bytes are kept as they were written: rot is laid over them when they are read.

import type { Chance } from "./chance.ts";

export const PAGE_BYTES = 4096;
const SECTOR_BYTES = 512;

export class StoredFile {
  visible = new Uint8Array(0);
  length = 0;
  durable = new Uint8Array(0);
  readonly dirty = new Set<number>();
  /** Bits that have gone bad, by position of their byte. */
  readonly rot = new Map<number, number>();
  /** The power was lost while some of it was not synced: there may be anything in its place. */
  wasTorn = false;
  private hasHoles = false;

  append(bytes: Uint8Array, count: number): void {
    const end = this.length + count;
    if (end > this.visible.length) {
      const grown = new Uint8Array(Math.max(end, this.visible.length * 2, 256));
      grown.set(this.visible.subarray(0, this.length));
      this.visible = grown;
    }
    this.visible.set(bytes.subarray(0, count), this.length);
    this.touch(this.length, end);
    this.length = end;
  }

  truncate(length: number): void {
    if (length >= this.length) {
      this.append(new Uint8Array(length - this.length), length - this.length);
      return;
    }
    this.visible.fill(0, length, this.length);
    this.touch(length, this.length);
    this.length = length;
  }

  read(offset: number, count: number): Uint8Array {
    const from = Math.min(offset, this.length);
    const bytes = this.visible.slice(from, Math.min(this.length, from + count));
    for (const [at, bit] of this.rot) {
      const place = at - from;
      if (place >= 0 && place < bytes.length) bytes[place] = (bytes[place] as number) ^ bit;
    }
    return bytes;
  }

  /** Up to `length`: how long it was when the sync was asked for. */
  sync(length = this.length): void {
    const end = Math.min(length, this.length);
    const after = new Uint8Array(end);
    after.set(this.durable.subarray(0, end));
    for (const page of this.dirty) {
      const start = page * PAGE_BYTES;
      if (start < end) after.set(this.visible.subarray(start, Math.min(end, start + PAGE_BYTES)), start);
    }
    this.durable = after;
    this.dirty.clear();
    this.touch(end, this.length);
  }

  /** A sync that failed: the pages count as clean from now on, and were never written. */
  forgetDirty(): void {
    this.hasHoles ||= this.dirty.size > 0;
    this.dirty.clear();
  }

  /**
   * `keptPer10k`: how many of 10,000 dirty pages survive whole; a third of the others is torn. Returns how many did not.
   */
  losePower(chance: Chance, keptPer10k: number): number {
    let hurt = 0;
    const hasGrown = this.length > this.durable.length;
    // Length and pages are written apart: the file may be longer than what was written of it.
    const length = hasGrown
      ? this.durable.length + chance.below(this.length - this.durable.length + 1)
      : chance.chance(1, 2) || this.dirty.size === 0
        ? this.durable.length
        : this.length;
    const after = new Uint8Array(length);
    after.set(this.durable.subarray(0, Math.min(length, this.durable.length)));
    for (const page of [...this.dirty].sort((a, b) => a - b)) {
      const start = page * PAGE_BYTES;
      if (start >= length) continue;
      let end = Math.min(length, start + PAGE_BYTES, this.length);
      if (!chance.chance(keptPer10k, 10_000)) {
        hurt++;
        if (!chance.chance(1, 3)) continue;
        end = Math.min(end, start + SECTOR_BYTES * chance.below(PAGE_BYTES / SECTOR_BYTES));
      }
      if (end > start) after.set(this.visible.subarray(start, end), start);
    }
    this.durable = after;
    this.visible = after.slice();
    this.length = length;
    this.dirty.clear();
    this.wasTorn ||= hurt > 0 || hasGrown || this.hasHoles;
    return hurt;
  }

  private touch(from: number, to: number): void {
    for (let page = Math.floor(from / PAGE_BYTES); page * PAGE_BYTES < to; page++) this.dirty.add(page);
  }
}

type Change = { readonly directory: string; apply(names: Map<string, StoredFile>): void };

export class Store {
  readonly visible = new Map<string, StoredFile>();
  private durable = new Map<string, StoredFile>();
  private pending: Change[] = [];

  get(path: string): StoredFile | undefined {
    return this.visible.get(path);
  }

  create(path: string): StoredFile {
    const file = new StoredFile();
    this.change(path, (names) => names.set(path, file));
    return file;
  }

  rename(from: string, to: string): boolean {
    const file = this.visible.get(from);
    if (file === undefined) return false;
    this.change(to, (names) => {
      names.delete(from);
      names.set(to, file);
    });
    return true;
  }

  unlink(path: string): boolean {
    if (!this.visible.has(path)) return false;
    this.change(path, (names) => names.delete(path));
    return true;
  }

  /** Names in a directory, in order of their bytes. */
  list(directory: string): string[] {
    const prefix = `${directory}/`;
    return [...this.visible.keys()]
      .filter((path) => path.startsWith(prefix) && !path.slice(prefix.length).includes("/"))
      .map((path) => path.slice(prefix.length))
      .sort();
  }

  syncDirectory(directory: string): void {
    const rest: Change[] = [];
    for (const each of this.pending) {
      if (each.directory === directory) each.apply(this.durable);
      else rest.push(each);
    }
    this.pending = rest;
  }

  /**
   * Rates as in the catalogue: of 10,000 pages how many are torn or lost, of 10,000 crashes how many lose names. Returns
   * how many pages and changes of names were lost.
   */
  losePower(
    chance: Chance,
    rates: { readonly tornPages: number; readonly lostNames: number },
  ): { readonly pages: number; readonly names: number } {
    const lost = { pages: 0, names: 0 };
    const directories = [...new Set(this.pending.map(({ directory }) => directory))].sort();
    for (const directory of directories) {
      const changes = this.pending.filter((each) => each.directory === directory);
      const isPrefix = chance.chance(rates.lostNames, 10_000);
      const kept = isPrefix ? chance.below(changes.length + 1) : changes.length;
      for (const each of changes.slice(0, kept)) each.apply(this.durable);
      lost.names += changes.length - kept;
    }
    this.pending = [];
    this.visible.clear();
    for (const [path, file] of this.durable) {
      lost.pages += file.losePower(chance, 10_000 - rates.tornPages);
      this.visible.set(path, file);
    }
    return lost;
  }

  /** The disk is replaced by an empty one. */
  wipe(): void {
    this.visible.clear();
    this.durable = new Map();
    this.pending = [];
  }

  private change(path: string, apply: (names: Map<string, StoredFile>) => void): void {
    apply(this.visible);
    this.pending.push({ directory: directoryOf(path), apply });
  }
}

export function directoryOf(path: string): string {
  const at = path.lastIndexOf("/");
  return at < 0 ? "." : path.slice(0, at) || "/";
}
