// Pinger: a client on the side that sends PING at a fixed rate and remembers the longest wait for an answer.
//
// Role: a program of its own, started by pauses.ts, because the loader keeps its own thread busy and would delay
// what it measures. It sends whether or not earlier answers have come (open loop), so a pause of the server is
// seen whole and not once per answer.
// Talk: a line "reset" on stdin starts a new period; "read" prints one line of JSON about the period so far.

import net from "node:net";
import os from "node:os";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";

/** Times in milliseconds. `clientLatenessMs` is how late this client itself was at worst: the noise floor. */
export type PingFigures = {
  readonly count: number;
  readonly longestPingMs: number;
  readonly pingP99Ms: number;
  readonly clientLatenessMs: number;
};

type Period = { waitsMs: number[]; latenessMs: number };

const { values: options } = parseArgs({
  options: { port: { type: "string", default: "7300" }, "interval-ms": { type: "string", default: "2" } },
});
const intervalMs = Number(options["interval-ms"]);
const answerBytes = "+PONG\r\n".length;
const state: { period: Period; dueMs: number; unread: number } = { period: empty(), dueMs: 0, unread: 0 };
const sentMs: number[] = [];

// It shares a core with the loader; without precedence it would mostly measure the loader. Needs root.
try {
  os.setPriority(-15);
} catch {
  // Then clientLatenessMs shows how much that costs.
}

const socket = net.connect({ host: "127.0.0.1", port: Number(options.port) }, () => {
  state.dueMs = performance.now() + intervalMs;
  tick();
  console.log("ready");
});
socket.setNoDelay(true);
socket.on("data", (chunk) => {
  const nowMs = performance.now();
  state.unread += chunk.length;
  for (; state.unread >= answerBytes; state.unread -= answerBytes) {
    const sent = sentMs.shift();
    if (sent !== undefined) state.period.waitsMs.push(nowMs - sent);
  }
});
socket.on("error", () => process.exit(1));
socket.on("close", () => process.exit(0));

const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => {
  if (line === "reset") state.period = empty();
  else console.log(JSON.stringify(read()));
});
lines.on("close", () => process.exit(0));

function tick(): void {
  const nowMs = performance.now();
  const lateMs = nowMs - state.dueMs;
  if (lateMs >= 0) {
    state.period.latenessMs = Math.max(state.period.latenessMs, lateMs);
    sentMs.push(nowMs);
    socket.write("PING\r\n");
    // A client that fell behind skips what it missed rather than send a burst.
    state.dueMs = Math.max(state.dueMs + intervalMs, nowMs);
  }
  setTimeout(tick, Math.max(0, state.dueMs - performance.now()));
}

function read(): PingFigures {
  const { waitsMs, latenessMs } = state.period;
  const sorted = Float64Array.from(waitsMs).sort();
  // A PING that still waits has waited at least until now.
  const pendingMs = sentMs.length === 0 ? 0 : performance.now() - (sentMs[0] as number);
  return {
    count: sorted.length,
    longestPingMs: Math.max(sorted[sorted.length - 1] ?? 0, pendingMs),
    pingP99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
    clientLatenessMs: latenessMs,
  };
}

function empty(): Period {
  return { waitsMs: [], latenessMs: 0 };
}
