import { expect, test } from "vitest";
import { fakeRun } from "./fake-run.ts";
import { type Happening, History, play } from "./histories.ts";
import { contradiction, type Witnessed, witnessOrder } from "./witness-order.ts";

const kinds = (history: History) => history.violations(witnessOrder).map(({ kind }) => kind);

test("calls that overlap may run in either order", () => {
  const history = new History();
  const a = history.invoke(1, "SET k 1");
  const b = history.invoke(2, "SET k 2");
  history.execute(b, "+OK").execute(a, "+OK").reply(a).reply(b).finish();
  expect(kinds(history)).toEqual([]);
});

test("a call that ran before another, which had its answer before it was sent, is found", () => {
  const history = new History();
  const a = history.invoke(1, "SET k 1");
  history.reply(a, "+OK");
  const b = history.invoke(2, "GET k");
  history.execute(b, "$-1").execute(a, "+OK").finish();
  expect(history.violations(witnessOrder)).toMatchObject([
    { kind: "order against time", text: expect.stringMatching(/GET k.*SET k 1/) },
  ]);
});

test("a run of pipelining clients passes, and fails once two calls of its order are exchanged", () => {
  const draw = (below: (bound: number) => number): string => `SET k ${below(9)}`;
  const history = fakeRun({ seed: 3, requests: 200, draw, lossEvery: 20 });
  history.happenings.pop(); // The end.
  history.call(8, "SET k x", "+OK");
  history.call(9, "GET k", "$1\r\nx");
  history.finish();
  const { happenings } = history;
  const { violations, counts } = play(witnessOrder, happenings);
  const executed = happenings.flatMap(({ on }, i) => (on === "executed" ? [i] : []));
  expect([violations, counts["operations"]]).toEqual([[], executed.length]);

  const [a = 0, b = 0] = executed.slice(-2);
  const moved = happenings.toSpliced(a, 1).toSpliced(b, 0, happenings[a] as Happening);
  expect(play(witnessOrder, moved).violations.map(({ kind }) => kind)).toEqual(["order against time"]);
});

test("an operation over two shards that each put on another side of a second one is found", () => {
  const operation = (shown: string, a: number, b: number): Witnessed & { shown: string } => ({
    from: 0,
    to: Number.POSITIVE_INFINITY,
    places: [
      { order: "shard 0", seq: a },
      { order: "shard 1", seq: b },
    ],
    shown,
  });
  expect(
    contradiction([operation("MSET", 1, 2), operation("MGET", 2, 1)])?.map(({ shown }) => shown),
  ).toEqual(["MSET", "MGET"]);
  expect(contradiction([operation("MSET", 1, 1), operation("MGET", 2, 2)])).toBeUndefined();
});
