import { expect, test } from "vitest";
import { createTestServer } from "../testing/command-runner.ts";
import { incrementOf, startedWithLog } from "../testing/log-files.ts";
import { MemoryFiles } from "../testing/memory-files.ts";
import { savedBy } from "../testing/snapshot-file.ts";
import { checkFile } from "./check-file.ts";

const server = createTestServer();
server.run("MSET", "a", "1", "b", "2");
server.run("EXPIRE", "a", "10");
server.run("RPUSH", "list", "a", "b");
server.run("SELECT", "3");
server.run("XADD", "stream", "1-1", "a", "b");
const whole = savedBy(server);

function check(bytes: Uint8Array): { readonly text: string; readonly isWhole: boolean } {
  const files = new MemoryFiles();
  files.contents.set("file", bytes);
  return checkFile(files.blocking, "file");
}

test("of a whole file it tells what is in it", () => {
  const { text, isWhole } = check(whole);
  expect(isWhole).toBe(true);
  expect(text.split("\n")).toEqual([
    `file: ${whole.length} bytes, format version 10`,
    '  redis-ver: "7.0.15"',
    '  redis-bits: "64"',
    '  ctime: "1700000000"',
    expect.stringMatching(/^ {2}used-mem: "\d+"$/),
    '  aof-base: "0"',
    "  database 0: 3 keys, 1 with an expiry",
    "  database 3: 1 keys, 0 with an expiry",
    "  2 strings, 1 lists, 1 streams",
    "It is whole: every key and value can be read.",
    "",
  ]);
});

test("of a damaged one it tells where and why, and of one that is not there that it is not", () => {
  const cut = check(whole.subarray(0, whole.length - 40));
  expect(cut.isWhole).toBe(false);
  expect(cut.text).toMatch(
    /\nDamaged at byte \d+: a key or value is malformed or cut off\. Before it 3 keys can be read\.\n$/,
  );
  expect(check(whole.slice().fill(1, whole.length - 3)).text).toContain("RDB CRC error");
  expect(check(new Uint8Array(0)).text).toContain("Damaged at byte 0: it does not begin as a snapshot does");
  expect(checkFile(new MemoryFiles().blocking, "none")).toEqual({
    text: "none: No such file or directory\n",
    isWhole: false,
  });
});

test("of a log it tells how many requests there are, and how much is whole of one that was cut off", () => {
  const files = new MemoryFiles();
  const { server: logging } = startedWithLog(files);
  logging.run("SET", "a", "1");
  logging.run("MULTI");
  logging.run("SET", "b", "1");
  logging.run("SET", "c", "1");
  logging.run("EXEC");
  const manifest = "appendonlydir/appendonly.aof.manifest";
  const checked = checkFile(files.blocking, manifest);
  expect(checked.isWhole).toBe(true);
  expect(checked.text).toContain(`${manifest}: a base, 1 increments\n`);
  expect(checked.text).toContain("  6 requests, 1 transactions\nIt is whole: every request can be read.\n");
  const path = incrementOf(files);
  const bytes = files.contents.get(path) as Uint8Array;
  files.contents.set(path, bytes.slice(0, -3));
  const multiAt = Buffer.from(bytes).indexOf("*1\r\n$5\r\nMULTI");
  expect(checkFile(files.blocking, path)).toEqual({
    text: expect.stringContaining(`Cut off: it is whole up to byte ${multiAt}, of ${bytes.length - 3}.`),
    isWhole: false,
  });
  files.contents.set(path, bytes.slice().fill(65, 30, 31));
  expect(checkFile(files.blocking, manifest).text).toMatch(/Damaged at byte \d+: /);
  files.contents.set(path, new Uint8Array(0));
  expect(checkFile(files.blocking, path).isWhole).toBe(true);
  files.contents.set(path, Buffer.concat([whole, bytes]));
  expect(checkFile(files.blocking, path).text).toContain("behind the snapshot:\n  6 requests");
});
