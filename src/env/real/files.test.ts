import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { File, FileFault } from "../files.ts";
import type { Result } from "../net.ts";
import { realBlockingFiles, realFiles } from "./files.ts";

const folder = mkdtempSync(join(tmpdir(), "shadis-files-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const files = realFiles();

function settled<T>(
  call: (done: (result: Result<T, FileFault>) => void) => void,
): Promise<Result<T, FileFault>> {
  return new Promise((resolve) => call(resolve));
}

async function opened(path: string, how: "append" | "read" | "create"): Promise<File> {
  const result = await settled<File>((done) => files.open(path, how, done));
  if (!result.ok) throw new Error(result.fault);
  return result.value;
}

test("appends of one file are written in the order in which they were given", async () => {
  const path = join(folder, "order");
  const file = await opened(path, "create");
  const parts = Array.from({ length: 50 }, (_, i) => Buffer.from(`${i},`));
  const all = parts.map((part) => settled<number>((done) => file.append(part, done)));
  const synced = settled<void>((done) => file.sync(done));
  expect((await Promise.all(all)).every((each) => each.ok)).toBe(true);
  expect((await synced).ok).toBe(true);
  expect(readFileSync(path, "utf8")).toBe(parts.join(""));
  expect(await settled((done) => file.readAt(3, 4, done))).toMatchObject({ ok: false });
  await settled((done) => file.close(done));
  const reader = await opened(path, "read");
  const read = await settled<Uint8Array>((done) => reader.readAt(2, 4, done));
  expect(read.ok && Buffer.from(read.value).toString()).toBe("1,2,");
  await settled((done) => reader.close(done));
});

test("a file that is renamed is there under its new name alone, and faults have their names", async () => {
  const [from, to] = [join(folder, "from"), join(folder, "to")];
  const file = await opened(from, "append");
  await settled((done) => file.append(Buffer.from("text"), done));
  await settled((done) => file.truncate(2, done));
  await settled((done) => file.close(done));
  expect(await settled((done) => files.open(from, "create", done))).toEqual({ ok: false, fault: "EEXIST" });
  expect(await settled((done) => files.rename(from, to, done))).toEqual({ ok: true, value: undefined });
  expect(await settled((done) => files.syncDirectory(folder, done))).toEqual({ ok: true, value: undefined });
  expect(readFileSync(to, "utf8")).toBe("te");
  expect(await settled((done) => files.open(from, "read", done))).toEqual({ ok: false, fault: "ENOENT" });
  expect(await settled((done) => files.unlink(to, done))).toEqual({ ok: true, value: undefined });
  expect(await settled((done) => files.unlink(to, done))).toEqual({ ok: false, fault: "ENOENT" });
  mkdirSync(join(folder, "directory"));
  expect(await settled((done) => files.list(folder, done))).toEqual({
    ok: true,
    value: ["directory", "order"],
  });
});

test("blocking files do the same before they return", () => {
  const blocking = realBlockingFiles();
  const [from, to] = [join(folder, "now"), join(folder, "later")];
  const made = blocking.open(from, "create");
  if (!made.ok) throw new Error(made.fault);
  expect(made.value.append(Buffer.from("0123456789"), 2, 8)).toBeUndefined();
  expect(made.value.sync()).toBeUndefined();
  made.value.close();
  expect(blocking.rename(from, join(folder, "directory"))).toBe("EEXIST");
  expect(blocking.rename(from, to)).toBeUndefined();
  expect(blocking.syncDirectory(folder)).toBeUndefined();
  const found = blocking.open(to, "read");
  if (!found.ok) throw new Error(found.fault);
  const target = new Uint8Array(10);
  expect(found.value.sizeBytes).toBe(6);
  expect(found.value.readAt(4, target, 1, 9)).toEqual({ ok: true, value: 2 });
  expect(Buffer.from(target.subarray(1, 3)).toString()).toBe("67");
  found.value.close();
  expect(blocking.open(from, "read")).toEqual({ ok: false, fault: "ENOENT" });
  expect(blocking.unlink(to)).toBeUndefined();
});
