// Journal: what the shadow remembers of the calls it saw, and the differences it found.
//
// Role: a difference is counted, kept in a list, told to the log at most once a second, and written to a file of
// JSON lines if there is one, each with the last calls on the same keys. Secrets do not get in.
// Invariant: everything kept is bounded: calls by CALLS_KEPT and WORD_CHARS_MAX, differences by DIFFERENCES_KEPT.

import { shown } from "../compare.ts";
import { encode } from "../encode.ts";
import type { Reply } from "../reply.ts";
import { type FactsOf, keysOf } from "./facts.ts";

export const CALLS_KEPT = 512;
export const CALLS_SHOWN = 32;
export const DIFFERENCES_KEPT = 100;
/** Differences written to the file; a server that is wrong all the time must not fill the disk. */
export const DIFFERENCES_WRITTEN = 10_000;
const WORD_CHARS_MAX = 256;
const WORDS_MAX = 64;
const LOG_EVERY_MS = 1000;

/** A call that was seen, its words shortened. */
export type SeenCall = { readonly client: number; readonly nowMs: number; readonly words: readonly string[] };

export type Difference = SeenCall & {
  readonly protocol: 2 | 3;
  readonly reason: string;
  readonly expected: string;
  readonly actual: string;
  /** The last calls on the same keys, oldest first. */
  readonly before: readonly SeenCall[];
};

export type JournalOptions = {
  readonly factsOf: FactsOf;
  readonly log: (text: string) => void;
  /** Adds a line to the file of differences; undefined: there is none. */
  readonly write: ((line: string) => void) | undefined;
};

// Words from this index on are kept out of sight.
const secretFrom: ReadonlyMap<string, number> = new Map([
  ["auth", 1],
  ["hello", 2],
  ["config|set", 2],
  ["acl|setuser", 2],
  ["migrate", 6],
]);

export class Journal {
  /** All differences so far, also those no longer kept. */
  differenceCount = 0;
  readonly differences: Difference[] = [];
  private readonly options: JournalOptions;
  private readonly calls: (SeenCall | undefined)[] = new Array(CALLS_KEPT).fill(undefined);
  private callCount = 0;
  private loggedMs = Number.NEGATIVE_INFINITY;
  private unloggedCount = 0;

  constructor(options: JournalOptions) {
    this.options = options;
  }

  /** Remembers a call; itself, where it is short, since a copy for each would cost more than all else here. */
  saw(call: SeenCall & { readonly reply: string }): void {
    const { client, nowMs, words } = call;
    const kept = shortened(words);
    const isShort = kept === words && call.reply.length <= WORD_CHARS_MAX;
    this.calls[this.callCount++ % CALLS_KEPT] = isShort ? call : { client, nowMs, words: kept };
  }

  /** The newest kept difference. */
  get last(): Difference | undefined {
    return this.differences.at(-1);
  }

  differs(
    call: SeenCall & { readonly reply: string; readonly protocol: 2 | 3 },
    expected: Reply,
    why: string,
  ): void {
    this.differenceCount++;
    const { client, nowMs, protocol } = call;
    const difference: Difference = {
      client,
      nowMs,
      words: this.withoutSecrets(shortened(call.words)),
      protocol,
      reason: why.slice(0, 1000),
      expected: (encode(expected, protocol) ?? `(${expected.kind})`).slice(0, 1000),
      actual: call.reply.slice(0, 1000),
      before: this.callsBefore(call.words),
    };
    this.differences.push(difference);
    if (this.differences.length > DIFFERENCES_KEPT) this.differences.shift();
    if (this.differenceCount <= DIFFERENCES_WRITTEN) this.options.write?.(`${JSON.stringify(difference)}\n`);
    this.maybeLog(difference);
  }

  private maybeLog({ words, reason, client, nowMs }: Difference): void {
    if (nowMs - this.loggedMs < LOG_EVERY_MS && nowMs >= this.loggedMs) {
      this.unloggedCount++;
      return;
    }
    const more = this.unloggedCount === 0 ? "" : ` (${this.unloggedCount} more since the last such line)`;
    this.options.log(`Shadow oracle: client id=${client}: ${lineOf(words)}: ${reason}${more}`);
    this.loggedMs = nowMs;
    this.unloggedCount = 0;
  }

  // The call itself is the newest one seen.
  private callsBefore(words: readonly string[]): SeenCall[] {
    const { factsOf } = this.options;
    const keysIn = (each: readonly string[]): readonly string[] => {
      const facts = factsOf(each);
      return facts === undefined ? [] : keysOf(facts, each);
    };
    const keys = new Set(keysIn(words));
    const found: SeenCall[] = [];
    const oldest = Math.max(0, this.callCount - CALLS_KEPT);
    for (let i = this.callCount - 2; i >= oldest && found.length < CALLS_SHOWN; i--) {
      const call = this.calls[i % CALLS_KEPT];
      if (call === undefined) continue;
      const isRelated = keys.size === 0 || keysIn(call.words).some((key) => keys.has(key));
      const { client, nowMs } = call;
      if (isRelated) found.unshift({ client, nowMs, words: this.withoutSecrets(call.words) });
    }
    return found;
  }

  private withoutSecrets(words: readonly string[]): readonly string[] {
    const from = secretFrom.get(this.options.factsOf(words)?.name ?? "");
    return from === undefined ? words : words.map((word, i) => (i < from ? word : "(redacted)"));
  }
}

/** A call on one line, for people. */
export function lineOf(words: readonly string[]): string {
  return shown(words.map((word) => (/^[!-~]+$/.test(word) ? word : JSON.stringify(word))).join(" "));
}

function shortened(words: readonly string[]): readonly string[] {
  if (words.length > WORDS_MAX) {
    return [...words.slice(0, WORDS_MAX).map(shortWord), `(${words.length - WORDS_MAX} more)`];
  }
  for (let i = 0; i < words.length; i++) {
    if ((words[i] as string).length > WORD_CHARS_MAX) return words.map(shortWord);
  }
  return words;
}

// Not a slice, which would keep the whole word alive.
function shortWord(word: string): string {
  return word.length > WORD_CHARS_MAX ? `(${word.length} bytes)` : word;
}
