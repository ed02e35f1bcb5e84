// Range query: what ZRANGE and its relatives have in common: their options, bounds, and how a range is written.
//
// One query serves every command of a thread: `read` fills it from the arguments, `locate` for a set.

import type { SortedSetView } from "../../keyspace/sorted-set-view.ts";
import { errors } from "../../resp/errors.ts";
import type { ReplyWriter } from "../../resp/reply-writer.ts";
import type { CommandContext } from "../context.ts";
import { readIndex } from "../string/index-range.ts";
import { LexRange } from "./lex-range.ts";
import { RankRange } from "./rank-range.ts";
import { ScoreRange } from "./score-range.ts";
import { writeScore } from "./score-text.ts";

export type RangeKind = "rank" | "score" | "lex";

/** What a command's name says already; absent: an option may say it. */
export type RangeForm = {
  readonly kind?: RangeKind;
  readonly isReverse?: boolean;
  /** The bounds are arguments keyAt + 1 and keyAt + 2. */
  readonly keyAt: number;
  readonly hasScores: boolean;
};

const NO_LIMIT = -1;

export class RangeQuery {
  /** The rank to begin with, in the direction asked for, and how many members from there. */
  first = 0;
  count = 0;
  isReverse = false;
  hasScores = false;
  private kind: RangeKind = "rank";
  private offset = 0;
  private limit = NO_LIMIT;
  private readonly ranks = new RankRange();
  private readonly scores = new ScoreRange();
  private readonly members = new LexRange();

  /** Reads bounds and options; false when they are refused, and then the error has been written. */
  read(context: CommandContext, form: RangeForm): boolean {
    const error = this.readOptions(context, form) ?? this.readBounds(context, form.keyAt);
    if (error !== undefined) context.reply.error(error);
    return error === undefined;
  }

  get isByRank(): boolean {
    return this.kind === "rank";
  }

  /** Finds the range in a set. */
  locate(set: SortedSetView): void {
    const { kind, isReverse } = this;
    let first: number;
    let end: number;
    let { offset } = this;
    if (kind === "rank") {
      // Ranks count in the direction asked for.
      this.ranks.locate(set.length);
      ({ first, end } = this.ranks);
      this.first = isReverse ? set.length - 1 - first : first;
      this.count = end - first;
      return;
    }
    if (kind === "score") {
      this.scores.locate(set);
      ({ first, end } = this.scores);
    } else {
      this.members.locate(set, isReverse);
      ({ first, end } = this.members);
      if (offset > 0 && offset >= end - first) {
        this.members.skip(set, offset, isReverse);
        ({ first, end } = this.members);
        offset = 0;
      }
    }
    // A negative offset is beyond the end, as is one that is too large.
    const skipped = offset < 0 || offset > end - first ? end - first : offset;
    this.first = isReverse ? end - 1 - skipped : first + skipped;
    const left = end - first - skipped;
    this.count = this.limit < 0 ? left : Math.min(left, this.limit);
  }

  /** Writes the members of the range that `locate` found. */
  writeTo(reply: ReplyWriter, set: SortedSetView): void {
    const { count, hasScores } = this;
    const isNested = hasScores && reply.protocol === 3;
    reply.array(hasScores && !isNested ? count * 2 : count);
    if (count === 0) return;
    set.seek(this.first);
    for (let left = count; ; ) {
      if (isNested) reply.array(2);
      set.member.writeTo(reply);
      if (hasScores) writeScore(reply, set.score);
      if (--left === 0) return;
      this.advance(set);
    }
  }

  /** Goes on to the next member in the direction asked for. */
  advance(set: SortedSetView): void {
    if (this.isReverse) set.previous();
    else set.next();
  }

  private readOptions({ args }: CommandContext, form: RangeForm): string | undefined {
    this.hasScores = false;
    this.offset = 0;
    this.limit = NO_LIMIT;
    let { kind, isReverse } = form;
    for (let i = form.keyAt + 3; i < args.count; i++) {
      if (form.hasScores && args.is(i, "withscores")) {
        this.hasScores = true;
      } else if (args.is(i, "limit") && i + 2 < args.count) {
        this.offset = readIndex(args, i + 1);
        this.limit = readIndex(args, i + 2);
        if (Number.isNaN(this.offset) || Number.isNaN(this.limit)) return errors.notAnInteger;
        i += 2;
      } else if (isReverse === undefined && args.is(i, "rev")) {
        isReverse = true;
      } else if (kind === undefined && args.is(i, "bylex")) {
        kind = "lex";
      } else if (kind === undefined && args.is(i, "byscore")) {
        kind = "score";
      } else {
        return errors.syntax;
      }
    }
    this.kind = kind ?? "rank";
    this.isReverse = isReverse ?? false;
    if (this.kind === "rank" && this.limit !== NO_LIMIT) return errors.limitByRank;
    return this.kind === "lex" && this.hasScores ? errors.scoresByLex : undefined;
  }

  private readBounds({ args }: CommandContext, keyAt: number): string | undefined {
    if (this.kind === "rank") {
      return this.ranks.read(args, keyAt + 1, keyAt + 2) ? undefined : errors.notAnInteger;
    }
    const minAt = this.isReverse ? keyAt + 2 : keyAt + 1;
    const maxAt = this.isReverse ? keyAt + 1 : keyAt + 2;
    if (this.kind === "score") return this.scores.read(args, minAt, maxAt) ? undefined : errors.scoreBounds;
    return this.members.read(args, minAt, maxAt) ? undefined : errors.lexBounds;
  }
}
