import fc from "fast-check";
import { expect, test } from "vitest";
import { type Cutting, cuttings, Pipe, type PipeOptions } from "./pipe.ts";
import { PlainGround } from "./plain-ground.ts";

class Sink {
  pipe: Pipe | undefined = undefined;
  received = "";
  how = "";
  readonly sizes: number[] = [];
  isReading = true;

  arrived(): void {
    const { pipe } = this;
    if (pipe === undefined || !this.isReading) return;
    const into = new Uint8Array(64);
    for (;;) {
      const length = pipe.read(into);
      if (length === 0) break;
      this.sizes.push(length);
      this.received += Buffer.from(into.buffer, 0, length).toString("latin1");
    }
    if (pipe.hasFinished) this.how = "finished";
    if (pipe.hasBroken) this.how = "broken";
  }
}

function make(ground: PlainGround, changes: Partial<PipeOptions> = {}): { pipe: Pipe; sink: Sink } {
  const sink = new Sink();
  const options: PipeOptions = {
    from: "client/0",
    to: "node/0",
    node: 0,
    latency: "loopback",
    cutting: "whole",
    bandwidth: 0,
    capacity: 1 << 20,
    order: 0,
    ...changes,
  };
  const pipe = new Pipe(ground, sink, ground.stream("pipe"), options);
  sink.pipe = pipe;
  return { pipe, sink };
}

const bytes = (text: string): Uint8Array => Buffer.from(text, "latin1");
const writes = fc.array(
  fc.string({ minLength: 1, maxLength: 200 }).map((text) => text.replace(/[^ -~]/g, "*")),
);
const anyCutting = fc.constantFrom<Cutting>("whole", ...cuttings);
const seed = fc.nat();

test("all bytes arrive in the order they were written, however they are cut, and then the end", () => {
  fc.assert(
    fc.property(
      seed,
      anyCutting,
      fc.constantFrom("loopback", "long-tail"),
      writes,
      (n, cutting, latency, all) => {
        const ground = new PlainGround(n);
        Object.assign(ground.rates, { "tcp.chunk": 9000, "tcp.latency-spike": 500 });
        const { pipe, sink } = make(ground, { cutting, latency: latency as "loopback" });
        for (const [i, text] of all.entries()) {
          ground.runUntil(i * 50);
          pipe.send(bytes(text), 0, text.length, ground.queue.nowUs);
        }
        pipe.finish(ground.queue.nowUs);
        ground.runUntil(1e9);
        expect(sink.received).toBe(all.join(""));
        expect(sink.how).toBe("finished");
        expect(pipe.outstanding).toBe(0);
      },
    ),
  );
});

test("what is read before a reset is a prefix of what was written, and the reset comes last", () => {
  let short = 0;
  fc.assert(
    fc.property(seed, anyCutting, writes, fc.nat({ max: 400 }), (n, cutting, all, resetUs) => {
      const ground = new PlainGround(n);
      ground.rates["tcp.chunk"] = 5000;
      const { pipe, sink } = make(ground, { cutting, latency: "lan" });
      for (const text of all) pipe.send(bytes(text), 0, text.length, ground.queue.nowUs);
      ground.runUntil(resetUs);
      pipe.reset(ground.queue.nowUs);
      pipe.send(bytes("after"), 0, 5, ground.queue.nowUs);
      ground.runUntil(1e9);
      expect(all.join("").startsWith(sink.received)).toBe(true);
      expect(sink.how).toBe("broken");
      if (sink.received.length < all.join("").length) short++;
    }),
    { seed: 1 },
  );
  expect(short).toBeGreaterThan(0);
});

test("one byte at a time is one byte for each read, and CR and LF come apart", () => {
  const ground = new PlainGround(1);
  ground.rates["tcp.chunk"] = 10_000;
  const one = make(ground, { cutting: "one-byte" });
  one.pipe.send(bytes("PING\r\n"), 0, 6, 0);
  ground.runUntil(1e6);
  expect(one.sink.sizes).toEqual([1, 1, 1, 1, 1, 1]);
  const header = make(ground, { cutting: "in-headers" });
  header.pipe.send(bytes("*1\r\n$4\r\nPING\r\n"), 0, 14, ground.queue.nowUs);
  ground.runUntil(2e6);
  expect(header.sink.received).toBe("*1\r\n$4\r\nPING\r\n");
  expect(header.sink.sizes.length).toBeGreaterThanOrEqual(6);
});

test("whole writes that have gathered come in one read", () => {
  const ground = new PlainGround(1);
  const { pipe, sink } = make(ground);
  sink.isReading = false;
  for (const text of ["a", "b", "c"]) pipe.send(bytes(text), 0, 1, ground.queue.nowUs);
  ground.runUntil(1e6);
  sink.isReading = true;
  sink.arrived();
  expect(sink.sizes).toEqual([3]);
});

test("a reader that takes nothing fills the pipe, and taking something makes room", () => {
  const ground = new PlainGround(1);
  const { pipe, sink } = make(ground, { capacity: 10 });
  let rooms = 0;
  pipe.onRoom = () => rooms++;
  sink.isReading = false;
  pipe.send(bytes("0123456789"), 0, 10, 0);
  ground.runUntil(1e6);
  expect(pipe.room).toBe(0);
  expect(rooms).toBe(0);
  sink.isReading = true;
  sink.arrived();
  expect(pipe.room).toBe(10);
  expect(rooms).toBe(1);
});

test("through a cut nothing comes until it ends, then everything; a cut that lasts is given up", () => {
  const ground = new PlainGround(1);
  let isCut = true;
  ground.cut = () => (isCut ? "part.isolate" : undefined);
  const { pipe, sink } = make(ground);
  let gaveUp = 0;
  pipe.onGiveUp = () => gaveUp++;
  pipe.send(bytes("late"), 0, 4, 0);
  ground.runUntil(10e6);
  expect(sink.received).toBe("");
  isCut = false;
  ground.runUntil(20e6);
  expect(sink.received).toBe("late");
  expect(ground.handledNames).toEqual(["part.isolate"]);
  isCut = true;
  pipe.send(bytes("never"), 0, 5, ground.queue.nowUs);
  ground.runUntil(80e6);
  expect(gaveUp).toBe(1);
});

test("a silent pipe takes bytes and delivers none", () => {
  const ground = new PlainGround(1);
  const { pipe, sink } = make(ground);
  pipe.send(bytes("lost"), 0, 4, 0);
  pipe.fallSilent();
  pipe.send(bytes("lost too"), 0, 8, 0);
  ground.runUntil(1e9);
  expect(sink.received + sink.how).toBe("");
  expect(pipe.outstanding).toBe(12);
});
