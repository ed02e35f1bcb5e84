// Facts: what the shadow must be told of a request's command, since it may not read the server's command table.

export type CallFacts = {
  /** "client|list" for a subcommand. */
  readonly name: string;
  readonly isWrite: boolean;
  /** Refused when memory is short. */
  readonly isDenyOom: boolean;
  /** Reads or changes keys that it does not name: KEYS, DBSIZE, FLUSHALL. */
  readonly isWhole: boolean;
  /** Its keys are words[firstKey], and every `keyStep`th from there to lastKey; 0: no keys, or ask `keysOf`. */
  readonly firstKey: number;
  /** Negative: from the end. */
  readonly lastKey: number;
  readonly keyStep: number;
  readonly keysOf: ((words: readonly string[]) => readonly number[] | undefined) | undefined;
};

export type FactsOf = (words: readonly string[]) => CallFacts | undefined;

/** The keys that a request names; none when its words contradict its command's rules, which is an error then. */
export function keysOf(facts: CallFacts, words: readonly string[]): readonly string[] {
  if (facts.keysOf !== undefined) return (facts.keysOf(words) ?? []).map((index) => words[index] as string);
  if (facts.firstKey === 0) return [];
  const last = facts.lastKey < 0 ? words.length + facts.lastKey : facts.lastKey;
  const keys: string[] = [];
  for (let i = facts.firstKey; i <= last && i < words.length; i += facts.keyStep)
    keys.push(words[i] as string);
  return keys;
}
