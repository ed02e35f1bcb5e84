import { expect, test } from "vitest";
import { Snapshot } from "../../persistence/snapshot.ts";
import { createTestServer, type TestServer } from "../../testing/command-runner.ts";
import { stateOf } from "../../testing/data-state.ts";
import { startedWith } from "../../testing/snapshot-file.ts";

function streamServer(): TestServer {
  const server = createTestServer();
  for (const id of ["1-1", "2-1", "3-1", "4-1"]) server.run("XADD", "x", id, "f", id);
  server.run("XGROUP", "CREATE", "x", "g", "0");
  server.run("XREADGROUP", "GROUP", "g", "c", "COUNT", "2", "STREAMS", "x", ">");
  server.run("XDEL", "x", "1-1");
  return server;
}

/** What a snapshot holds that was begun before `change` and written after it. */
function savedDuring(server: TestServer, change: () => void): string[] {
  const snapshot = new Snapshot({
    shards: server.server.coordinator.shards.map(({ databases }) => databases),
    libraries: [],
    aux: [],
    isCompressed: false,
    hasChecksum: true,
    use: "none",
  });
  snapshot.attach();
  change();
  while (snapshot.step());
  snapshot.detach();
  const { bytes, sizeBytes } = snapshot.take(new Uint8Array(64));
  const { server: other, failure } = startedWith(bytes.slice(0, sizeBytes), {
    nowMs: server.server.everything.nowMs,
  });
  expect(failure).toBeUndefined();
  return stateOf(other);
}

// Those that look a stream up as readers do, and then change its groups.
const changes: readonly (readonly string[])[] = [
  ["XREADGROUP", "GROUP", "g", "c", "STREAMS", "x", ">"],
  ["XREADGROUP", "GROUP", "g", "new", "STREAMS", "x", ">"],
  ["XREADGROUP", "GROUP", "g", "c", "STREAMS", "x", "0"],
  ["XACK", "x", "g", "2-1"],
  ["XCLAIM", "x", "g", "other", "0", "2-1"],
  ["XCLAIM", "x", "g", "other", "0", "9-1", "LASTID", "8-1"],
  ["XAUTOCLAIM", "x", "g", "other", "0", "0"],
];

test.each(changes)("a snapshot has a stream as it was before %s", (...words) => {
  const server = streamServer();
  const before = stateOf(server);
  expect(savedDuring(server, () => server.run(...words))).toEqual(before);
  expect(stateOf(server)).not.toEqual(before);
});

test("a snapshot has a stream as it was before one who waited for it was served", () => {
  const server = streamServer();
  server.run("XREADGROUP", "GROUP", "g", "c", "STREAMS", "x", ">");
  const waiter = server.connect();
  waiter.run("XREADGROUP", "GROUP", "g", "c", "BLOCK", "0", "STREAMS", "x", ">");
  const before = stateOf(server);
  expect(savedDuring(server, () => server.run("XADD", "x", "9-1", "f", "9"))).toEqual(before);
});
