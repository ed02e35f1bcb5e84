import fc from "fast-check";
import { expect, test } from "vitest";
import { Chance } from "../../sim/world/chance.ts";
import { Store, type StoredFile } from "../../sim/world/store.ts";
import type { File, FileFault, Files } from "../env/files.ts";
import type { Result } from "../env/net.ts";
import { createTestServer } from "../testing/command-runner.ts";
import { MemoryFiles } from "../testing/memory-files.ts";
import { savedBy } from "../testing/snapshot-file.ts";

const fine: Result<void, FileFault> = { ok: true, value: undefined };

/** A disk that loses power before its n-th operation, and what it then holds. */
class FailingDisk extends MemoryFiles implements Files {
  readonly store = new Store();
  private left: number;

  constructor(operations: number) {
    super();
    this.left = operations;
  }

  get isOff(): boolean {
    return this.left < 0;
  }

  override open(
    path: string,
    how: "append" | "read" | "create",
    done: (r: Result<File, FileFault>) => void,
  ): void {
    this.perform(() => {
      if (how === "create" && this.store.get(path) !== undefined) return done({ ok: false, fault: "EEXIST" });
      done({ ok: true, value: this.handle(this.store.get(path) ?? this.store.create(path)) });
    });
  }

  override rename(from: string, to: string, done: (r: Result<void, FileFault>) => void): void {
    this.perform(() => done(this.store.rename(from, to) ? fine : { ok: false, fault: "ENOENT" }));
  }

  override unlink(path: string, done: (r: Result<void, FileFault>) => void): void {
    this.perform(() => done(this.store.unlink(path) ? fine : { ok: false, fault: "ENOENT" }));
  }

  override syncDirectory(directory: string, done: (r: Result<void, FileFault>) => void): void {
    this.perform(() => {
      this.store.syncDirectory(directory);
      done(fine);
    });
  }

  private handle(file: StoredFile): File {
    return {
      append: (bytes, done) =>
        this.perform(() => {
          file.append(bytes, bytes.length);
          done({ ok: true, value: bytes.length });
        }),
      readAt: (offset, length, done) =>
        this.perform(() => done({ ok: true, value: file.read(offset, length) })),
      truncate: (length, done) =>
        this.perform(() => {
          file.truncate(length);
          done(fine);
        }),
      sync: (done) =>
        this.perform(() => {
          file.sync();
          done(fine);
        }),
      close: (done) => this.perform(() => done(fine)),
    };
  }

  private perform(work: () => void): void {
    this.later(() => {
      if (this.left-- > 0) work();
      else this.left = -1;
    });
  }
}

// What a server with these keys has on its disk after the power failed before one of its operations.
function afterPowerFailure(
  operations: number,
  seed: number,
): { found: Uint8Array | undefined; isDone: boolean } {
  const disk = new FailingDisk(operations);
  const old = disk.store.create("dump.rdb");
  old.append(before, before.length);
  old.sync();
  disk.store.syncDirectory(".");
  const server = createTestServer({ files: disk });
  fill(server);
  server.run("BGSAVE");
  server.advance(1000);
  const isDone = server.run("INFO", "persistence").includes("rdb_bgsave_in_progress:0");
  disk.store.losePower(new Chance(1, seed), { tornPages: 7000, lostNames: 9000 });
  const file = disk.store.get("dump.rdb");
  return { found: file?.read(0, file.length), isDone };
}

function fill(server: ReturnType<typeof createTestServer>): void {
  // More than two chunks, so that the file is appended to several times.
  for (let i = 0; i < 3000; i++) server.run("SET", `key:${i}`, `${"abcdefghij".repeat(6)}${i * 7919}`);
}

const first = createTestServer({ config: { rdbcompression: "no" } });
first.run("SET", "old", "1");
const before = savedBy(first);
const second = createTestServer();
fill(second);
const after = savedBy(second);
const [sizeOld, sizeNew] = [before.length, after.length];

test("whenever the power fails, the old snapshot or the new one is there, whole, and the new one once it is told", () => {
  const seen = { old: 0, fresh: 0, unfinished: 0 };
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 24 }), fc.integer({ min: 1 }), (operations, seed) => {
      const { found, isDone } = afterPowerFailure(operations, seed);
      expect([sizeOld, sizeNew]).toContain(found?.length);
      const isNew = found?.length === sizeNew;
      if (isDone) expect(isNew).toBe(true);
      // The order of keys is that of equal seeds, so the bytes are the same but for the memory in use.
      if (!isNew) expect(Buffer.compare(found ?? new Uint8Array(0), before)).toBe(0);
      else expect(loads(found)).toBe(true);
      seen[isNew ? "fresh" : "old"]++;
      if (!isDone) seen.unfinished++;
    }),
    { numRuns: 40 },
  );
  expect(Math.min(seen.old, seen.fresh, seen.unfinished)).toBeGreaterThan(0);
});

function loads(bytes: Uint8Array | undefined): boolean {
  const files = new MemoryFiles();
  if (bytes !== undefined) files.contents.set("dump.rdb", bytes);
  const server = createTestServer({ files });
  let failure: string | undefined = "it is still loading";
  server.server.persistence.loadAtStart((reason) => {
    failure = reason;
  });
  while (server.server.persistence.isLoading) server.advance(0);
  return failure === undefined && server.run("DBSIZE") === ":3000\r\n";
}
