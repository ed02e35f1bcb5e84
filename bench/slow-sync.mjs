// Slow sync: loaded before a server (node --import), makes each fdatasync of it end SLOW_SYNC_MS milliseconds later.
//
// Role: a stand-in for a slower disk, for snapshot.ts, whose plain loop waits as long. A thread of its own keeps the time: a timer
// of the server's event loop would be late by up to a millisecond, and the busier the server is the later.

import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { isMainThread, Worker, workerData } from "node:worker_threads";

const slotCount = 8;
const free = 0;
const asked = 1;
const over = 2;
const lookMsMax = 1000;

// slots[0] counts what has been asked for; each slot behind it has its state.
function keepTime(slots, delayMs) {
  const dueMs = new Array(slotCount + 1).fill(Number.POSITIVE_INFINITY);
  for (;;) {
    const seen = Atomics.load(slots, 0);
    const nowMs = performance.now();
    for (let slot = 1; slot <= slotCount; slot++) {
      if (dueMs[slot] === Number.POSITIVE_INFINITY && Atomics.load(slots, slot) === asked) {
        dueMs[slot] = nowMs + delayMs;
      }
      if (dueMs[slot] > nowMs) continue;
      dueMs[slot] = Number.POSITIVE_INFINITY;
      Atomics.store(slots, slot, over);
      Atomics.notify(slots, slot);
    }
    const waitMs = Math.min(...dueMs) - performance.now();
    Atomics.wait(slots, 0, seen, Math.max(0, Math.min(waitMs, lookMsMax)));
  }
}

function delaySyncs(delayMs) {
  const slots = new Int32Array(new SharedArrayBuffer(4 * (slotCount + 1)));
  new Worker(new URL(import.meta.url), { workerData: { slots, delayMs } }).unref();
  const sync = fs.fdatasync;
  fs.fdatasync = (file, done) =>
    sync(file, (error) => {
      const slot = slots.indexOf(free, 1);
      if (slot < 0) throw new Error("too many syncs at once");
      Atomics.store(slots, slot, asked);
      Atomics.add(slots, 0, 1);
      Atomics.notify(slots, 0);
      const end = () => {
        slots[slot] = free;
        done(error);
      };
      const waiting = Atomics.waitAsync(slots, slot, asked);
      if (waiting.async) waiting.value.then(end);
      else end();
    });
  syncBuiltinESMExports();
}

if (isMainThread) delaySyncs(Number(process.env.SLOW_SYNC_MS));
else if (workerData?.slots !== undefined) keepTime(workerData.slots, workerData.delayMs);
