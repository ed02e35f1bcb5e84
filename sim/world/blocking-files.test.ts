import { expect, test } from "vitest";
import type { BlockingFile, BlockingFiles, FileFault } from "../../src/env/files.ts";
import { SimulatedDisk } from "./disk.ts";
import type { FaultName } from "./faults.ts";
import { PlainGround } from "./plain-ground.ts";

const log = "/d/log";
const some = Uint8Array.from({ length: 100 }, (_, i) => i + 1);

function make(
  rates: Partial<Record<FaultName, number>> = {},
  hasFaults = true,
): { ground: PlainGround; disk: SimulatedDisk; files: BlockingFiles; awaited: FaultName[] } {
  const ground = new PlainGround(1);
  Object.assign(ground.rates, rates);
  const awaited: FaultName[] = [];
  const disk = new SimulatedDisk(ground, {
    id: 0,
    generation: 0,
    isUp: true,
    localUs: 0,
    post: (_channel, work) => work.fire(),
    channelOf: () => 0,
    spend: () => {},
    awaitRun: (name) => awaited.push(name),
  });
  return { ground, disk, files: disk.blocking(hasFaults), awaited };
}

function opened(files: BlockingFiles, how: "append" | "read" = "append"): BlockingFile {
  const result = files.open(log, how);
  if (!result.ok) throw new Error(result.fault);
  return result.value;
}

test("an append that fails says so, and may leave a part behind that can be cut off", () => {
  const { ground, files, awaited } = make();
  const file = opened(files);
  expect(file.append(some, 0, 100)).toBeUndefined();
  ground.rates["disk.short-append"] = 10_000;
  expect(file.append(some, 0, 100)).toBe("ENOSPC");
  expect(awaited).toEqual(["disk.short-append"]);
  ground.rates["disk.short-append"] = 0;
  const { sizeBytes } = opened(files, "read");
  expect(sizeBytes).toBeGreaterThanOrEqual(100);
  expect(sizeBytes).toBeLessThan(200);
  expect(file.truncate(100)).toBeUndefined();
  expect(opened(files, "read").sizeBytes).toBe(100);
});

test.each([
  ["disk.write-eio", "EIO", (file: BlockingFile) => file.append(some, 0, 9)],
  ["disk.write-eio", "EIO", (file: BlockingFile) => file.truncate(0)],
  ["disk.sync-fails-once", "EIO", (file: BlockingFile) => file.sync()],
] as const)("with %s it answers %s, and where faults are not wanted nothing", (name, fault, act) => {
  for (const [hasFaults, expected] of [
    [true, fault],
    [false, undefined],
  ] as const) {
    const { ground, files } = make({}, hasFaults);
    const file = opened(files);
    file.append(some, 0, 100);
    ground.rates[name] = 10_000;
    expect(act(file)).toBe(expected);
  }
});

test("a full disk takes some of what is written, and makes no file", () => {
  const { disk, files } = make();
  const file = opened(files);
  disk.fill(1e9);
  expect(file.append(some, 0, 100)).toBe("ENOSPC");
  expect(files.open("/d/other", "create")).toEqual({ ok: false, fault: "ENOSPC" });
  disk.heal();
  expect(file.append(some, 0, 100)).toBeUndefined();
});

test("a read that fails is told, and remembered for whoever asks why a start failed", () => {
  const { ground, disk, files } = make();
  opened(files).append(some, 0, 100);
  const file = opened(files, "read");
  ground.rates["disk.read-eio"] = 10_000;
  expect(file.readAt(0, new Uint8Array(9), 0, 9)).toEqual({ ok: false, fault: "EIO" });
  expect([disk.takeFault(), disk.takeFault()]).toEqual([true, false]);
});

test("a sync that does not block completes later, and covers what there was when it was asked for", () => {
  const { ground, disk, files } = make();
  const file = opened(files);
  files.syncDirectory("/d");
  const results: (FileFault | "done")[] = [];
  file.append(some, 0, 10);
  file.syncLater((result) => results.push(result.ok ? "done" : result.fault));
  file.append(some, 10, 20);
  expect(results).toEqual([]);
  ground.runUntil(1e9);
  expect(results).toEqual(["done"]);
  ground.rates["disk.torn-on-power-loss"] = 10_000;
  disk.losePower();
  const kept = new Uint8Array(20);
  opened(files, "read").readAt(0, kept, 0, 20);
  expect([...kept.subarray(0, 10)]).toEqual([...some.subarray(0, 10)]);
  expect(ground.firedNames).toContain("disk.torn-on-power-loss");
});

test("who has closed a file hears nothing of its sync any more", () => {
  const { ground, files } = make();
  const file = opened(files);
  let told = 0;
  file.syncLater(() => told++);
  file.close();
  ground.runUntil(1e9);
  expect(told).toBe(0);
});

test("a log that was torn can be cut by whoever repairs it, one that was not cannot", () => {
  const { disk, files } = make();
  opened(files).append(some, 0, 100);
  expect(disk.repair(log, 10)).toBe(false);
  files.syncDirectory("/d");
  disk.losePower();
  const length = opened(files, "read").sizeBytes;
  expect(disk.repair(log, Math.min(10, length))).toBe(true);
  expect(opened(files, "read").sizeBytes).toBe(Math.min(10, length));
});
