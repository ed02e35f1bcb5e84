import { expect, test } from "vitest";
import type { TimerId } from "../env/clock.ts";
import type { Executed, Observer } from "../env/observer.ts";
import { Capture } from "./capture.ts";

const call: Executed = {
  client: 3,
  nowMs: 1000,
  words: ["SET", "\xff\0", "value"],
  isRequestCut: false,
  reply: "+OK\r\n",
  isReplyCut: false,
  protocol: 2,
};

function capture(sizeMax: number, options: { next?: Observer; fault?: string } = {}) {
  const written: string[] = [];
  const timers: (() => void)[] = [];
  const logged: string[] = [];
  const made = new Capture({
    path: "file",
    sizeMax,
    disk: {
      readText: () => ({ ok: true, text: "" }),
      replaceText: () => undefined,
      enterFolder: (path) => ({ ok: true, path }),
      appendText(_path, text) {
        if (options.fault !== undefined) return { code: "ENOSPC", text: options.fault };
        written.push(text);
        return undefined;
      },
    },
    clock: {
      monotonicUs: () => 0,
      wallMs: () => 0,
      wallUs: () => 0,
      after(_delayUs, fire) {
        timers.push(fire);
        return 0 as TimerId;
      },
      cancel() {},
    },
    log: (text) => logged.push(text),
    next: options.next,
  });
  return { made, written, timers, logged };
}

test("a call is written a second later, words and reply in base64", () => {
  const { made, written, timers } = capture(1000);
  made.executed(call);
  made.executed({ ...call, reply: "", isReplyCut: true });
  expect([written, timers.length]).toEqual([[], 1]);
  timers[0]?.();
  const lines = written.join("").trim().split("\n");
  const words = ["U0VU", "/wA=", "dmFsdWU="];
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { c: 3, t: 1000, p: 2, w: words, r: "K09LDQo=" },
    { c: 3, t: 1000, p: 2, w: words, r: "", x: "reply" },
  ]);
});

test("the file ends before its bound, and what was recorded till then is written", () => {
  const { made, written, logged } = capture(1000);
  for (let i = 0; i < 100; i++) made.executed(call);
  const { length } = written.join("");
  expect(length).toBeLessThanOrEqual(1000);
  expect(length).toBeGreaterThan(800);
  expect(logged).toEqual(["The capture of requests in file ends: it has its full size"]);
});

test("a fault ends the capture, and what it passes on goes on", () => {
  const seen: string[] = [];
  const next: Observer = {
    connected: (client) => seen.push(`connected ${client}`),
    disconnected: (client) => seen.push(`disconnected ${client}`),
    executed: ({ words }) => seen.push(words.length.toString()),
    removed: (db, key, why) => seen.push(`${db} ${key} ${why}`),
    figures: () => [["field", 1]],
  };
  const { made, logged } = capture(10 ** 6, { next, fault: "No space left" });
  made.connected(1);
  made.executed(call);
  made.flush();
  made.executed(call);
  made.flush();
  made.removed(2, "key", "expired");
  made.disconnected(1);
  expect(seen).toEqual(["connected 1", "3", "3", "2 key expired", "disconnected 1"]);
  expect(logged).toEqual(["The capture of requests in file ends: No space left"]);
  expect(made.figures()).toEqual([["field", 1]]);
});
