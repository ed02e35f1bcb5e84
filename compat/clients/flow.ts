// Flow: what a real application does with a client library, from connecting to leaving.
//
// Role: the vocabulary of the files beside it. A flow runs on a stock Redis and on the server under test, each
// empty, and returns what it saw; both must have seen the same. It is written as its library's users write, and
// waits for things to happen, never for time to pass.

export type Place = { readonly host: string; readonly port: number };

export type Flow = {
  readonly name: string;
  /** The commands without which it cannot run, as COMMAND names them; those that connecting sends not among them. */
  readonly needs: readonly string[];
  /** How long it may take on one server; a minute when absent. */
  readonly msMax?: number;
  readonly run: (place: Place) => Promise<unknown>;
};

/** Asks again until the answer satisfies `isDone`; throws after twenty seconds, or the time given. */
export async function until<T>(
  ask: () => Promise<T>,
  isDone: (answer: T) => boolean,
  { waitMsMax = 20_000, pollMs = 5 }: { readonly waitMsMax?: number; readonly pollMs?: number } = {},
): Promise<T> {
  const endsBy = performance.now() + waitMsMax;
  for (;;) {
    const answer = await ask();
    if (isDone(answer)) return answer;
    if (performance.now() > endsBy) throw new Error(`still ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

/** The text of the error that a promise ends with; "no error" when it does not. */
export async function refusal(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "no error",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

/** Whether a number lies where two servers with different clocks may both have it. */
export function isAbout(value: number, expected: number, apart: number): boolean {
  return Math.abs(value - expected) <= apart;
}
