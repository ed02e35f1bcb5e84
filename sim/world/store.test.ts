import fc from "fast-check";
import { expect, test } from "vitest";
import { Chance } from "./chance.ts";
import { PAGE_BYTES, Store, StoredFile } from "./store.ts";

const seed = fc.nat();
const worst = { tornPages: 8000, lostNames: 9000 };

const filled = (length: number, byte: number): Uint8Array => new Uint8Array(length).fill(byte);
const appends = fc.array(fc.record({ length: fc.nat({ max: 3 * PAGE_BYTES }), sync: fc.boolean() }), {
  minLength: 1,
  maxLength: 6,
});

test("synced bytes survive every loss of power, and what comes after them was written or is zero", () => {
  let lost = 0;
  fc.assert(
    fc.property(seed, appends, (n, all) => {
      const store = new Store();
      const file = store.create("/d/log");
      store.syncDirectory("/d");
      let synced = 0;
      let written = new Uint8Array(0);
      for (const [i, { length, sync }] of all.entries()) {
        file.append(filled(length, i + 1), length);
        written = file.read(0, file.length) as Uint8Array<ArrayBuffer>;
        if (!sync) continue;
        file.sync();
        synced = file.length;
      }
      store.losePower(new Chance(1, n), worst);
      expect(store.get("/d/log")).toBe(file);
      const bytes = file.read(0, file.length);
      expect(Buffer.compare(bytes.subarray(0, synced), written.subarray(0, synced))).toBe(0);
      expect(bytes.length).toBeLessThanOrEqual(written.length);
      expect(bytes.findIndex((byte, at) => byte !== 0 && byte !== written[at])).toBe(-1);
      if (bytes.length < written.length || bytes.includes(0)) lost++;
    }),
    { seed: 2 },
  );
  expect(lost).toBeGreaterThan(10);
});

test("a second loss of power takes nothing that the first had left", () => {
  fc.assert(
    fc.property(seed, (n) => {
      const file = new StoredFile();
      file.append(filled(5 * PAGE_BYTES, 7), 5 * PAGE_BYTES);
      file.losePower(new Chance(1, n), 2000);
      const first = [...file.read(0, file.length)];
      file.losePower(new Chance(2, n), 0);
      expect([...file.read(0, file.length)]).toEqual(first);
    }),
  );
});

test("killing a process loses nothing that the system has taken", () => {
  const store = new Store();
  const file = store.create("/d/log");
  file.append(filled(3, 1), 3);
  expect(store.get("/d/log")?.length).toBe(3);
});

test("a rename is durable only after the directory was synced", () => {
  const outcomes = new Set<string>();
  for (let n = 0; n < 200; n++) {
    const store = new Store();
    const old = store.create("/d/current");
    old.append(filled(1, 1), 1);
    old.sync();
    store.syncDirectory("/d");
    const next = store.create("/d/next");
    next.append(filled(1, 2), 1);
    next.sync();
    expect(store.rename("/d/next", "/d/current")).toBe(true);
    expect(store.get("/d/current")).toBe(next); // Visible at once.
    const isSynced = n % 2 === 0;
    if (isSynced) store.syncDirectory("/d");
    store.losePower(new Chance(3, n), worst);
    const survivor = store.get("/d/current")?.read(0, 1)[0];
    outcomes.add(`${isSynced ? "synced" : "not synced"}: ${survivor === 2 ? "new" : "old"}`);
    if (isSynced) expect(survivor).toBe(2);
    expect([1, 2]).toContain(survivor);
  }
  expect([...outcomes].sort()).toEqual(["not synced: new", "not synced: old", "synced: new"]);
});

test("of a directory's unsynced changes a prefix survives, in order", () => {
  for (let n = 0; n < 300; n++) {
    const store = new Store();
    for (const name of ["a", "b", "c"]) store.create(`/d/${name}`);
    store.unlink("/d/a");
    store.losePower(new Chance(4, n), worst);
    expect(["", "a", "ab", "abc", "bc"]).toContain(store.list("/d").join(""));
  }
});

test("a sync that failed leaves pages that nobody writes any more, though the next sync says that all is well", () => {
  const file = new StoredFile();
  file.append(filled(10, 1), 10);
  file.forgetDirty();
  const chance = new Chance(1, 1);
  file.losePower(chance, 10_000);
  expect([...file.read(0, 10)].includes(1)).toBe(false);
});

test("rot is laid over what is read, and goes when it is healed", () => {
  const file = new StoredFile();
  file.append(filled(4, 0), 4);
  file.rot.set(2, 8);
  expect([...file.read(0, 4)]).toEqual([0, 0, 8, 0]);
  expect([...file.read(2, 1)]).toEqual([8]);
  file.rot.clear();
  expect([...file.read(0, 4)]).toEqual([0, 0, 0, 0]);
});

test("cutting a file short and letting it grow again brings zeros, not what was there", () => {
  const file = new StoredFile();
  file.append(filled(10, 5), 10);
  file.truncate(4);
  file.truncate(6);
  expect([...file.read(0, 100)]).toEqual([5, 5, 5, 5, 0, 0]);
});

test("a sync covers what there was when it was asked for, and no more", () => {
  let lost = 0;
  for (let n = 0; n < 20; n++) {
    const file = new StoredFile();
    file.append(filled(10, 1), 10);
    file.append(filled(10, 2), 10);
    file.sync(10);
    file.losePower(new Chance(1, n), 0);
    expect([...file.read(0, 10)]).toEqual([...filled(10, 1)]);
    if (!file.read(10, 10).includes(2)) lost++;
  }
  expect(lost).toBeGreaterThan(0);
});

test("a page that a failed sync has dropped stays lost, though later pages of the file are synced", () => {
  const file = new StoredFile();
  file.append(filled(PAGE_BYTES, 1), PAGE_BYTES);
  file.forgetDirty();
  file.append(filled(10, 2), 10);
  file.sync();
  // As long as the system runs, it shows what was written.
  expect(file.read(0, 1)[0]).toBe(1);
  file.losePower(new Chance(1, 1), 10_000);
  expect([file.read(0, 1)[0], file.read(PAGE_BYTES, 1)[0], file.wasTorn]).toEqual([0, 2, true]);
});
