// Popping from the first of several keys that holds something, maybe waiting for one: BLPOP, BZPOPMIN, LMPOP, ZMPOP and
// their like.
//
// What lists and sorted sets share is here: arguments, the order of checks, and the walk over the keys, of which one
// that holds another type ends the command. Each type has a `PopTarget` (list/pop.ts, sorted-set/pop.ts).

import type { CollectionView } from "../keyspace/collection-view.ts";
import { errors } from "../resp/errors.ts";
import { readTimeout } from "./blocking-timeout.ts";
import type { CommandContext } from "./context.ts";
import { readCount } from "./count-argument.ts";
import { type CommandDeclaration, type CommandGroup, defineCommand, type KeySpec } from "./define.ts";
import { after, double, integer, key, oneOf, optional, repeated, word } from "./syntax.ts";

const KEY_FLAGS = "RW access delete";

/** One type's part. */
export type PopTarget<V extends CollectionView> = {
  /** The TYPE_ code of store/entry.ts. */
  readonly type: number;
  /** The words for its two ends. */
  readonly ends: readonly [near: string, far: string];
  /** Replies for an element that is popped alone. */
  readonly repliesEach: number;
  open(context: CommandContext, i: number): V | undefined;
  /**
   * Takes `count` (1 .. length) elements out of the value of argument i, the outermost first, writes them and tells of
   * them; `isListed`: as they stand in an array of elements, which the caller has opened.
   */
  pop(context: CommandContext, view: V, i: number, isFarEnd: boolean, count: number, isListed: boolean): void;
};

/** Key specification and arguments of a command that waits for one element: key [key ...] timeout. */
export const waitingKeys: readonly KeySpec[] = [
  { flags: KEY_FLAGS, begin: { index: 1 }, find: { lastKey: -2, step: 1, limit: 0 } },
];
export const waitingSyntax = [repeated(key(KEY_FLAGS)), double("timeout")] as const;

/** Runs such a command. */
export function popOneOrWait<V extends CollectionView>(
  context: CommandContext,
  target: PopTarget<V>,
  isFarEnd: boolean,
): void {
  const timeoutAt = context.args.count - 1;
  const timeoutMs = readTimeout(context, timeoutAt, "seconds");
  if (!Number.isNaN(timeoutMs)) popFirst(context, target, 1, timeoutAt - 1, timeoutMs, isFarEnd, 0);
}

/** Declares LMPOP or ZMPOP, or with `waits` the form that waits: [timeout] numkeys key [key ...] end [COUNT count]. */
export function declareMultiPop<V extends CollectionView>(own: {
  readonly name: string;
  readonly summary: string;
  readonly group: CommandGroup;
  readonly complexity: string;
  readonly target: PopTarget<V>;
  readonly waits: boolean;
}): CommandDeclaration {
  const { name, summary, group, complexity, target, waits } = own;
  const [near, far] = target.ends;
  const numkeysAt = waits ? 2 : 1;
  return defineCommand({
    name,
    summary,
    since: "7.0.0",
    group,
    complexity,
    flags: waits ? ["write", "blocking", "movablekeys"] : ["write", "movablekeys"],
    syntax: [
      ...(waits ? [double("timeout")] : []),
      integer("numkeys"),
      repeated(key(KEY_FLAGS)),
      oneOf("where", word(near.toUpperCase()), word(far.toUpperCase())),
      optional(after("COUNT", integer("count", "count"))),
    ],
    keySpecs: [
      { flags: KEY_FLAGS, begin: { index: numkeysAt }, find: { numkeysAt: 0, firstKeyAt: 1, step: 1 } },
    ],
    class: "exact",
    run: (context) => popSeveral(context, target, numkeysAt),
  });
}

// With a timeout in front of numkeys it waits where it finds nothing.
function popSeveral<V extends CollectionView>(
  context: CommandContext,
  target: PopTarget<V>,
  numkeysAt: number,
): void {
  const { args, reply } = context;
  const numkeys = readCount(args, numkeysAt, 1);
  if (Number.isNaN(numkeys)) return reply.error(errors.numkeysNotPositive);
  const firstAt = numkeysAt + 1;
  const endAt = firstAt + numkeys;
  const count = readOptions(context, target, endAt);
  if (Number.isNaN(count)) return;
  const timeoutMs = numkeysAt === 1 ? Number.NaN : readTimeout(context, 1, "seconds");
  if (Number.isNaN(timeoutMs) && numkeysAt > 1) return;
  popFirst(context, target, firstAt, endAt - 1, timeoutMs, args.is(endAt, target.ends[1]), count);
}

// Which end stands at `endAt`, and how many elements behind it; NaN when refused, and then the error has been written.
function readOptions<V extends CollectionView>(
  { args, reply }: CommandContext,
  { ends }: PopTarget<V>,
  endAt: number,
): number {
  if (endAt >= args.count || !(args.is(endAt, ends[0]) || args.is(endAt, ends[1]))) {
    reply.error(errors.syntax);
    return Number.NaN;
  }
  let count = -1;
  for (let i = endAt + 1; i < args.count; i += 2) {
    if (count !== -1 || i + 1 >= args.count || !args.is(i, "count")) {
      reply.error(errors.syntax);
      return Number.NaN;
    }
    count = readCount(args, i + 1, 1);
    if (Number.isNaN(count)) {
      reply.error(errors.countNotPositive);
      return Number.NaN;
    }
  }
  return count === -1 ? 1 : count;
}

// Pops up to `wanted` elements off the first of the keys that has any, or with 0 one, which stands alone. Where none
// has, waits for `timeoutMs`; NaN: does not wait.
function popFirst<V extends CollectionView>(
  context: CommandContext,
  target: PopTarget<V>,
  firstKey: number,
  lastKey: number,
  timeoutMs: number,
  isFarEnd: boolean,
  wanted: number,
): void {
  const { args, reply, client } = context;
  // When it is woken, it is by one key.
  const last = client.wokenBy || lastKey;
  for (let i = client.wokenBy || firstKey; i <= last; i++) {
    const view = target.open(context, i);
    if (view === undefined) return reply.error(errors.wrongType);
    if (!view.exists) continue;
    const isListed = wanted > 0;
    const count = isListed ? Math.min(wanted, view.length) : 1;
    reply.array(isListed ? 2 : 1 + target.repliesEach);
    reply.bulk(args.bytes, args.start(i), args.end(i));
    if (isListed) reply.array(count);
    return target.pop(context, view, i, isFarEnd, count, isListed);
  }
  if (Number.isNaN(timeoutMs)) return reply.nullArray();
  client.block(context, { type: target.type, firstKey, lastKey, timeoutMs });
}
