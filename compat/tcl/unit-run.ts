// Unit run: one unit file against one server, from a fresh start, to a verdict for each of its tests.
//
// Role: what the harness needs around it. A test that hangs or brings the server down is noted, left out, and
// the file runs again without it, so that it hides only itself.

import {
  candidateCommand,
  hasEnded,
  logTail,
  type Server,
  startServer,
  stockCommand,
  stopServer,
} from "../servers/pair.ts";
import { runFile } from "./harness.ts";
import { type FileOutcome, type Outcome, OutcomeBuilder } from "./outcome.ts";
import { makeTree, removeTree } from "./tree.ts";
import type { Unit } from "./units.ts";

export type Target =
  | { readonly kind: "stock" }
  | { readonly kind: "shadis"; readonly shards: number | undefined }
  /** A server that someone else started; it is not fresh for each file. */
  | { readonly kind: "running"; readonly host: string; readonly port: number };

export type UnitRunOptions = {
  readonly source: string;
  readonly target: Target;
  readonly unit: Unit;
  /** The first of `portCount` ports for this run alone. */
  readonly portBase: number;
  readonly portCount: number;
  readonly isSlow: boolean;
  /** Commands that the server lacks: a test that sends one may well hang, and is not waited for so long. */
  readonly absent: ReadonlySet<string>;
  /** Names of tests to leave out. */
  readonly leftOut: readonly string[];
  readonly say: (line: string) => void;
};

export type UnitResult = FileOutcome & { readonly seconds: number };

const rerunsMax = 12;
const hopelessMs = 8000;
const flags = ["--enable-protected-configs", "yes", "--enable-module-command", "yes"];

export async function runUnit(options: UnitRunOptions): Promise<UnitResult> {
  const { unit } = options;
  const startedMs = performance.now();
  const cut = new Map<string, Outcome>();
  for (let run = 0; ; run += 1) {
    const builder = new OutcomeBuilder();
    const { ending, log } = await runOnce(options, builder, [...options.leftOut, ...cutNames(cut)]);
    const why = ending === "silent" ? "it hung" : `${ending}: ${log}`;
    const name = builder.currentName;
    const outcome = builder.finish(why);
    const seconds = (performance.now() - startedMs) / 1000;
    const isOver = ending === "done" || name === undefined || run === rerunsMax;
    if (ending !== "done") options.say(`${unit.file}: "${name ?? "between tests"}": ${why}`);
    if (isOver) return withCut(outcome, cut, seconds);
    for (const [id, each] of outcome.tests) if (each.kind === "cut") cut.set(id, each);
  }
}

type OneRun = { readonly ending: string; readonly log: string };

async function runOnce(
  options: UnitRunOptions,
  builder: OutcomeBuilder,
  skip: readonly string[],
): Promise<OneRun> {
  const { unit, target } = options;
  const isStock = target.kind === "stock";
  const own = target.kind === "shadis" && target.shards !== undefined ? ["--shards", `${target.shards}`] : [];
  const tree = makeTree(options.source, isStock ? "stock" : "shadis", {
    ownWords: unit.mode === "internal" ? own : [],
    isTls: unit.isTls === true,
  });
  let server: Server | undefined;
  try {
    if (unit.mode === "external" && target.kind !== "running") {
      const command = isStock ? stockCommand() : candidateCommand();
      server = await startServer(target.kind, command, options.portBase, [...flags, ...own]);
    }
    const started = server;
    const place = target.kind === "running" ? target : { host: "127.0.0.1", port: options.portBase };
    const ending = await runFile({
      tree,
      file: unit.file,
      external: unit.mode === "external" ? { host: place.host, port: place.port } : undefined,
      basePort: options.portBase + 1,
      portCount: options.portCount - 1,
      tags: options.isSlow ? "" : "-slow",
      isTls: unit.isTls === true,
      skip,
      absent: [...options.absent],
      silenceMsMax: () =>
        [unit.about ?? "", ...builder.currentCommands].some((name) => options.absent.has(name))
          ? hopelessMs
          : silenceMs(unit),
      serverEnd:
        started === undefined
          ? undefined
          : new Promise((resolve) => started.process.once("exit", () => resolve())),
      onTold: (told) => builder.take(told),
    });
    const isDown = started !== undefined && hasEnded(started);
    return { ending, log: isDown ? lastWords(logTail(started, 40)) : "" };
  } finally {
    if (server !== undefined) await stopServer(server);
    removeTree(tree);
  }
}

// The line that names the error, of a log that ends in a stack.
function lastWords(log: string): string {
  const lines = log.split("\n");
  return (lines.findLast((line) => /^\s*(\w*Error|panic|.*assert)/i.test(line)) ?? lines.at(-1) ?? "").slice(
    0,
    300,
  );
}

function silenceMs(unit: Unit): number {
  return unit.silenceMsMax ?? 45_000;
}

function cutNames(cut: ReadonlyMap<string, Outcome>): string[] {
  return [...cut.keys()].map((id) => id.replace(/ #\d+$/, ""));
}

// In the last run the tests that were cut before count as skipped: what cut them is the truth.
function withCut(outcome: FileOutcome, cut: ReadonlyMap<string, Outcome>, seconds: number): UnitResult {
  return { ...outcome, tests: new Map([...outcome.tests, ...cut]), seconds };
}
