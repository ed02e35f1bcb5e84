import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { realDisk } from "./disk.ts";

const folder = mkdtempSync(join(tmpdir(), "real-disk-"));
const disk = realDisk();
afterAll(() => rmSync(folder, { recursive: true }));

const modeOf = (path: string): number => statSync(path).mode & 0o777;

test("a file that is replaced holds the new text alone, byte for byte", () => {
  const path = join(folder, "text");
  writeFileSync(path, "the old text, which is longer");
  expect(disk.replaceText(path, "new \xff\x00")).toBeUndefined();
  expect(readFileSync(path, "latin1")).toBe("new \xff\x00");
  expect(readdirSync(folder)).toEqual(["text"]);
});

// CONFIG REWRITE and ACL SAVE write passwords.
test.each([0o600, 0o640, 0o666])(
  "a file that is replaced may be read by those who could before: %o",
  (mode) => {
    const path = join(folder, "secret");
    writeFileSync(path, "old");
    chmodSync(path, mode);
    expect(disk.replaceText(path, "new")).toBeUndefined();
    expect(modeOf(path)).toBe(mode);
  },
);

test("a file that cannot be written is told as a fault, and nothing is left beside it", () => {
  const before = readdirSync(folder);
  expect(disk.replaceText(join(folder, "none", "text"), "new")?.code).toBe("ENOENT");
  expect(readdirSync(folder)).toEqual(before);
});
