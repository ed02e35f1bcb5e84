import { expect, test } from "vitest";
import type { File, FileFault } from "../../src/env/files.ts";
import type { Result } from "../../src/env/net.ts";
import { type DiskUser, SimulatedDisk } from "./disk.ts";
import { PlainGround } from "./plain-ground.ts";

class User implements DiskUser {
  readonly id = 0;
  generation = 0;
  isUp = true;
  spentUs = 0;
  private readonly ground: PlainGround;

  constructor(ground: PlainGround) {
    this.ground = ground;
  }

  get localUs(): number {
    return this.ground.queue.nowUs;
  }

  post(_channel: number, work: { fire(): void }): void {
    work.fire();
  }

  channelOf(): number {
    return 0;
  }

  spend(us: number): void {
    this.spentUs += us;
  }
}

function make(seed = 1): { ground: PlainGround; user: User; disk: SimulatedDisk } {
  const ground = new PlainGround(seed);
  const user = new User(ground);
  return { ground, user, disk: new SimulatedDisk(ground, user) };
}

// Runs until an operation has completed, and gives its result.
function wait<T>(
  ground: PlainGround,
  begin: (done: (result: Result<T, FileFault>) => void) => void,
): Result<T, FileFault> {
  const box: { result?: Result<T, FileFault> } = {};
  begin((result) => {
    box.result = result;
  });
  expect(box.result).toBeUndefined(); // Never before the call has returned.
  ground.runUntil(ground.queue.nowUs + 60_000_000);
  if (box.result === undefined) throw new Error("it never completed");
  return box.result;
}

function opened(ground: PlainGround, disk: SimulatedDisk, path = "/d/log"): File {
  const result = wait<File>(ground, (done) => disk.open(path, "append", done));
  if (!result.ok) throw new Error(result.fault);
  return result.value;
}

const some = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]);

test("what was appended can be read, and operations on one file complete in order", () => {
  const { ground, disk } = make();
  const file = opened(ground, disk);
  const order: string[] = [];
  file.append(some, () => order.push("append"));
  file.sync(() => order.push("sync"));
  file.readAt(2, 3, (result) => order.push(`read ${result.ok ? result.value.join("") : result.fault}`));
  file.close(() => order.push("close"));
  ground.runUntil(1e9);
  expect(order).toEqual(["append", "sync", "read 345", "close"]);
});

test("a failed sync is told once, drops its pages, and the next one says that all is well", () => {
  const { ground, disk } = make();
  const file = opened(ground, disk);
  wait(ground, (done) => disk.syncDirectory("/d", done));
  wait(ground, (done) => file.append(some, done));
  ground.rates["disk.sync-fails-once"] = 10_000;
  expect(wait(ground, (done) => file.sync(done))).toEqual({ ok: false, fault: "EIO" });
  ground.rates["disk.sync-fails-once"] = 0;
  expect(wait(ground, (done) => file.sync(done))).toEqual({ ok: true, value: undefined });
  expect(ground.firedNames).toEqual(["disk.sync-fails-once"]);
});

test("an append may take fewer bytes, and says how many", () => {
  const { ground, disk } = make();
  const file = opened(ground, disk);
  ground.rates["disk.short-append"] = 10_000;
  const result = wait<number>(ground, (done) => file.append(some, done));
  expect(result.ok && result.value > 0 && result.value < some.length).toBe(true);
  expect(disk.store.get("/d/log")?.length).toBe(result.ok ? result.value : -1);
});

test("a full disk refuses to grow, until there is space again", () => {
  const { ground, disk } = make();
  const file = opened(ground, disk);
  disk.fill(ground.queue.nowUs + 1_000_000);
  expect(wait(ground, (done) => file.append(some, done))).toEqual({ ok: false, fault: "ENOSPC" });
  expect(disk.replaceText("/d/conf", "a")?.code).toBeUndefined(); // Time has passed while that completed.
  disk.fill(ground.queue.nowUs + 1_000_000);
  expect(disk.replaceText("/d/conf", "b")?.code).toBe("ENOSPC");
  expect(disk.readText("/d/conf")).toEqual({ ok: true, text: "a" });
});

test("a stalled disk completes nothing until the stall is over, and calls that block take as long", () => {
  const { ground, disk, user } = make();
  const file = opened(ground, disk);
  const untilUs = ground.queue.nowUs + 5_000_000;
  disk.stall(untilUs);
  let doneUs = 0;
  file.append(some, () => {
    doneUs = ground.queue.nowUs;
  });
  disk.readText("/d/log");
  ground.runUntil(1e9);
  expect(doneUs).toBeGreaterThanOrEqual(untilUs);
  expect(user.spentUs).toBeGreaterThanOrEqual(5_000_000);
});

test("single reads and writes fail where the plan says so, and leave the file as it was", () => {
  const { ground, disk } = make();
  expect(disk.replaceText("/d/conf", "before")).toBeUndefined();
  ground.rates["disk.write-eio"] = 10_000;
  expect(disk.replaceText("/d/conf", "after")?.code).toBe("EIO");
  ground.rates["disk.write-eio"] = 0;
  ground.rates["disk.read-eio"] = 10_000;
  expect(disk.readText("/d/conf")).toMatchObject({ ok: false, fault: { code: "EIO" } });
  ground.rates["disk.read-eio"] = 0;
  expect(disk.readText("/d/conf")).toEqual({ ok: true, text: "before" });
  expect(disk.readText("/d/none")).toMatchObject({ ok: false, fault: { code: "ENOENT" } });
});

test("a file replaced whole is the old or the new one after a loss of power, never a mixture", () => {
  for (let n = 0; n < 50; n++) {
    const { ground, disk } = make(n);
    Object.assign(ground.rates, { "disk.torn-on-power-loss": 8000, "disk.rename-lost": 9000 });
    disk.replaceText("/d/conf", "old ".repeat(3000));
    if (n % 2 === 0) disk.replaceText("/d/conf", "new ".repeat(3000));
    disk.losePower();
    const read = disk.readText("/d/conf");
    expect(read.ok && read.text).toBe((n % 2 === 0 ? "new " : "old ").repeat(3000));
  }
});

test("a process that has ended is told nothing more, and what it had written stays", () => {
  const { ground, disk, user } = make();
  const file = opened(ground, disk);
  let told = 0;
  file.append(some, () => told++);
  user.generation++;
  ground.runUntil(1e9);
  expect(told).toBe(0);
});

test("opening says what is wrong: made twice, or not there", () => {
  const { ground, disk } = make();
  opened(ground, disk);
  const fault = (how: "create" | "read", path: string): unknown =>
    wait<File>(ground, (done) => disk.open(path, how, done));
  expect(fault("create", "/d/log")).toEqual({ ok: false, fault: "EEXIST" });
  expect(fault("read", "/d/none")).toEqual({ ok: false, fault: "ENOENT" });
  const listed = wait<readonly string[]>(ground, (done) => disk.list("/d", done));
  expect(listed).toEqual({ ok: true, value: ["log"] });
});

test("rot changes one bit of what is read, and healing takes it back", () => {
  const { disk } = make();
  disk.install("/d/data", "aaaa");
  expect(disk.rot("/d/data")).toBe(true);
  expect(disk.readText("/d/data")).not.toEqual({ ok: true, text: "aaaa" });
  disk.heal();
  expect(disk.readText("/d/data")).toEqual({ ok: true, text: "aaaa" });
  expect(disk.rot("/d/none")).toBe(false);
});
