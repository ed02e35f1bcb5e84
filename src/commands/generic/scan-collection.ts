// HSCAN, SSCAN and ZSCAN: some elements of one collection with each call, as SCAN does with keys.
//
// What they share is here: cursor and options, in Redis's order of checks, and the reply. How many elements match
// must stand in front of them, so a step of the walk is taken twice: once to count, once to write. Nothing changes
// in between.

import type { CollectionView } from "../../keyspace/collection-view.ts";
import { globMatch } from "../../lib/glob.ts";
import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";
import { after, integer, optional, pattern, type Syntax } from "../syntax.ts";
import { scanCursor } from "./scan-cursor.ts";

const COUNT = 10; // when not given
const STAR = 42;
const CURSOR_END = 2 ** 32; // cursors given out are below

/** The arguments behind the key. */
export const scanSyntax: readonly Syntax[] = [
  integer("cursor", "cursor"),
  optional(after("MATCH", pattern("pattern"))),
  optional(after("COUNT", integer("count", "count"))),
];

/** One type's part: its view, and what is matched and written for each element. */
export type ScanTarget<V extends CollectionView> = {
  open(context: CommandContext): V | undefined;
  scan(view: V, cursor: number, count: number, visit: () => void): number;
  /** The element that a pattern is held against. */
  name(view: V): { text(): { bytes: Uint8Array; start: number; end: number } };
  write(view: V, context: CommandContext): void;
  /** Replies written for each element. */
  readonly repliesEach: number;
};

/** Runs the command over `target`: cursor in argument 2, options behind it. */
export function runScan<V extends CollectionView>(context: CommandContext, target: ScanTarget<V>): void {
  const { args, reply } = context;
  const cursor = scanCursor(context, 2);
  if (Number.isNaN(cursor)) {
    reply.error(errors.invalidCursor);
    return;
  }
  const view = target.open(context);
  if (view === undefined) {
    reply.error(errors.wrongType);
    return;
  }
  // As in Redis nobody looks at the options when there is no key.
  if (!view.exists) {
    reply.array(2);
    reply.bulkInt(0);
    reply.array(0);
    return;
  }
  let count = COUNT;
  let matchAt = 0;
  for (let i = 3; i < args.count; i += 2) {
    const hasValue = i + 1 < args.count;
    if (hasValue && args.is(i, "count")) {
      count = args.safeInteger(i + 1);
      if (Number.isNaN(count)) count = Number(args.bigInteger(i + 1) ?? Number.NaN);
      if (Number.isNaN(count)) {
        reply.error(errors.notAnInteger);
        return;
      }
      if (count < 1) {
        reply.error(errors.syntax);
        return;
      }
    } else if (hasValue && args.is(i, "match")) {
      matchAt = i + 1;
    } else {
      reply.error(errors.syntax);
      return;
    }
  }
  const { bytes } = args;
  const start = args.start(matchAt);
  const end = args.end(matchAt);
  const takesAll = matchAt === 0 || (end - start === 1 && bytes[start] === STAR);
  const isTaken = (): boolean => {
    if (takesAll) return true;
    const name = target.name(view).text();
    return globMatch(bytes, start, end, name.bytes, name.start, name.end, false);
  };
  let taken = 0;
  const from = cursor < CURSOR_END ? cursor : CURSOR_END - 1;
  const next = target.scan(view, from, count, () => {
    if (isTaken()) taken++;
  });
  reply.array(2);
  reply.bulkInt(next);
  reply.array(taken * target.repliesEach);
  if (taken === 0) return;
  target.scan(view, from, count, () => {
    if (isTaken()) target.write(view, context);
  });
}
