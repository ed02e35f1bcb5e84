// Twins: the two servers of a run, driven in step, with two connections to each.
//
// Role: performs steps and says what both answered. Calls of one connection are sent in one go, since sending
// them one by one would cost a round trip each; everything else waits for what came before.
// Invariant: after `begin` both servers are empty, configured alike and have new connections, so that a list
// of steps means the same whenever it is performed.

import { settingsAtStart } from "../generator/setting-calls.ts";
import { RawConnection } from "../resp/raw-connection.ts";
import { isErrorFrame, isNullFrame, parseFrame } from "../resp/reply-frame.ts";
import { encodeRequest, quoteWords, type Words } from "../resp/request.ts";
import {
  candidateCommand,
  hasEnded,
  logTail,
  type Pair,
  type PairOptions,
  startPair,
  startServer,
  stopPair,
  stopServer,
} from "../servers/pair.ts";
import { compareState } from "./state.ts";
import type { Step } from "./step.ts";

/** What both answered to a call, or what a step of another kind found. */
export type Outcome = {
  readonly stock: Buffer | undefined;
  readonly candidate: Buffer | undefined;
  /** Of steps that compare by themselves: what they found; undefined = they agree. */
  readonly found: string | undefined;
  /** It was not performed: the transaction that it should have been kept for was refused. */
  readonly isLeftOut?: true;
};

const leftOut: Outcome = { stock: undefined, candidate: undefined, found: undefined, isLeftOut: true };

type Side = { readonly connections: RawConnection[]; readonly control: RawConnection };

const expiryMsMax = 5000;
const settleMsMax = 3000;
const walkCallsMax = 100_000;

export class Twins {
  #pair: Pair;
  readonly #options: PairOptions;
  readonly #protocols: readonly [2 | 3, 2 | 3];
  #stock: Side | undefined;
  #candidate: Side | undefined;
  restarts = 0;

  private constructor(pair: Pair, options: PairOptions, protocols: readonly [2 | 3, 2 | 3]) {
    this.#pair = pair;
    this.#options = options;
    this.#protocols = protocols;
  }

  static async start(options: PairOptions, protocols: readonly [2 | 3, 2 | 3]): Promise<Twins> {
    return new Twins(await startPair(options), options, protocols);
  }

  async stop(): Promise<void> {
    this.#closeConnections();
    await stopPair(this.#pair);
  }

  get candidateLog(): string {
    return logTail(this.#pair.candidate);
  }

  /** Empties both servers and connects anew; starts the candidate again when it has ended. */
  async begin(): Promise<void> {
    this.#closeConnections();
    // A server that ends is not noticed at once: its port may refuse before its exit is known.
    for (let attempts = 0; ; attempts++) {
      await this.#restartIfEnded();
      try {
        const { stock, candidate } = this.#pair;
        [this.#stock, this.#candidate] = await Promise.all([
          this.#connect(stock.port),
          this.#connect(candidate.port),
        ]);
        return;
      } catch (error) {
        if (attempts === 20) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  async #restartIfEnded(): Promise<void> {
    if (hasEnded(this.#pair.candidate)) {
      this.restarts++;
      await stopServer(this.#pair.candidate);
      const { portBase, shards, flags = [] } = this.#options;
      const own = shards === undefined ? flags : [...flags, "--shards", `${shards}`];
      const candidate = await startServer("shadis", candidateCommand(), portBase + 1, own);
      this.#pair = { stock: this.#pair.stock, candidate };
    }
  }

  /** Performs the steps in order. Ends early, with fewer outcomes, when a connection is lost. */
  async perform(steps: readonly Step[]): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    for (let at = 0; at < steps.length; ) {
      const step = steps[at] as Step;
      if (step.kind !== "call") {
        outcomes.push({ stock: undefined, candidate: undefined, found: await this.#performAlone(step) });
        at++;
        continue;
      }
      let end = at;
      const requests: Buffer[] = [];
      for (; end < steps.length; end++) {
        const next = steps[end] as Step;
        if (next.kind !== "call" || next.connection !== step.connection || requests.length === 64) break;
        requests.push(encodeRequest(next.words));
        if (next.fullName === "randomkey" || next.fullName === "dbsize" || next.fullName === "multi") {
          end++;
          break;
        }
      }
      const sent = Buffer.concat(requests);
      const [stock, candidate] = this.#sides();
      const [left, right] = await Promise.all([
        exchange(stock.connections[step.connection], sent, requests.length),
        exchange(candidate.connections[step.connection], sent, requests.length),
      ]);
      const last = steps[end - 1] as Step;
      for (let i = 0; i < requests.length; i++) {
        const isLast = i === requests.length - 1 && last.kind === "call";
        let pair = { stock: left[i], candidate: right[i] };
        if (isLast && last.fullName === "dbsize")
          pair = await this.#settleSizes(step.connection, last.words, pair);
        const isRandom = isLast && last.fullName === "randomkey";
        const found = isRandom ? await this.#checkRandomKey(step.connection, pair) : undefined;
        outcomes.push({ ...pair, found });
        if (pair.stock === undefined || pair.candidate === undefined) return outcomes;
      }
      if (last.kind === "call" && last.fullName === "multi" && isErrorFrame(left.at(-1) as Buffer))
        end = transactionEnd(steps, end);
      while (outcomes.length < end) outcomes.push(leftOut);
      at = end;
    }
    return outcomes;
  }

  async #performAlone(step: Exclude<Step, { kind: "call" }>): Promise<string | undefined> {
    const [stock, candidate] = this.#sides();
    if (step.kind === "state") return compareState(stock.control, candidate.control);
    const left = stock.connections[step.connection] as RawConnection;
    const right = candidate.connections[step.connection] as RawConnection;
    if (step.kind === "expire") {
      const [a, b] = await Promise.all([left, right].map((each) => expire(each, step.key)));
      return a === b ? undefined : `stock: ${a}; candidate: ${b}`;
    }
    const [a, b] = await Promise.all([left, right].map((each) => walk(each, step.options)));
    return a === b ? undefined : `a whole walk yields ${a} on stock, ${b} on the candidate`;
  }

  // DBSIZE counts keys whose time is over until they are removed, which each server does when it comes to it.
  async #settleSizes(
    connection: number,
    words: Words,
    first: { stock: Buffer | undefined; candidate: Buffer | undefined },
  ): Promise<{ stock: Buffer | undefined; candidate: Buffer | undefined }> {
    const endsBy = performance.now() + settleMsMax;
    let replies = first;
    while (replies.stock !== undefined && replies.candidate?.equals(replies.stock) === false) {
      if (performance.now() > endsBy) break;
      const [stock, candidate] = await Promise.all(
        this.#sides().map(
          async (side) => (await exchange(side.connections[connection], encodeRequest(words), 1))[0],
        ),
      );
      replies = { stock, candidate };
    }
    return replies;
  }

  // Each may give any key, but one that is there, on both.
  async #checkRandomKey(
    connection: number,
    replies: { stock: Buffer | undefined; candidate: Buffer | undefined },
  ): Promise<string | undefined> {
    const given = [replies.stock, replies.candidate].flatMap((raw) =>
      raw?.[0] === 36 ? [parseFrame(raw)] : [],
    );
    const keys = given.filter((frame) => !isNullFrame(frame)).map((frame) => frame.text);
    for (const key of keys) {
      const request = encodeRequest(["EXISTS", key]);
      for (const side of this.#sides()) {
        const [reply] = await exchange(side.connections[connection], request, 1);
        // A user may see names of keys that it may not ask about.
        const text = reply?.toString("latin1") ?? "";
        if (text !== ":1\r\n" && !text.startsWith("-NOPERM "))
          return `RANDOMKEY gave ${quoteWords([key])}, which is not on both`;
      }
    }
    return undefined;
  }

  #sides(): readonly [Side, Side] {
    if (this.#stock === undefined || this.#candidate === undefined) throw new Error("begin() comes first");
    return [this.#stock, this.#candidate];
  }

  async #connect(port: number): Promise<Side> {
    const control = await RawConnection.open({ port });
    // One pair at a time, since a directive that one of them lacks must not keep the others from being set.
    const settings: Words[] = [];
    for (let i = 0; i < settingsAtStart.length; i += 2)
      settings.push(["CONFIG", "SET", ...settingsAtStart.slice(i, i + 2)]);
    const calls: Words[] = [["FLUSHALL"], ...settings];
    await exchange(control, Buffer.concat(calls.map(encodeRequest)), calls.length);
    const connections: RawConnection[] = [];
    for (const protocol of this.#protocols) {
      const connection = await RawConnection.open({ port });
      connection.skipsInvalidations = true;
      if (protocol === 3) await exchange(connection, encodeRequest(["HELLO", "3"]), 1);
      connections.push(connection);
    }
    return { control, connections };
  }

  #closeConnections(): void {
    for (const side of [this.#stock, this.#candidate]) {
      if (side === undefined) continue;
      side.control.close();
      for (const connection of side.connections) connection.close();
    }
    this.#stock = undefined;
    this.#candidate = undefined;
  }
}

// Users may lack the right to MULTI: calls that may wait would then do so.
function transactionEnd(steps: readonly Step[], from: number): number {
  const end = steps.findIndex((step, i) => i >= from && step.kind === "call" && step.fullName === "exec");
  return end < 0 ? steps.length : end + 1;
}

async function exchange(
  connection: RawConnection | undefined,
  bytes: Buffer,
  count: number,
): Promise<Buffer[]> {
  if (connection === undefined) return [];
  connection.send(bytes);
  return connection.take(count);
}

async function ask(connection: RawConnection, words: Words): Promise<string> {
  const [reply] = await exchange(connection, encodeRequest(words), 1);
  return reply === undefined ? "no answer" : reply.toString("latin1");
}

async function expire(connection: RawConnection, key: string): Promise<string> {
  const first = await ask(connection, ["PEXPIRE", key, "1"]);
  const endsBy = performance.now() + expiryMsMax;
  while (performance.now() < endsBy) {
    if ((await ask(connection, ["EXISTS", key])) === ":0\r\n") return first.trim();
  }
  return "the key is still there after PEXPIRE 1";
}

/** Every key that a walk from cursor 0 to cursor 0 gives, sorted and quoted, each once. */
async function walk(connection: RawConnection, options: Words): Promise<string> {
  const keys = new Set<string>();
  let cursor = "0";
  for (let calls = 0; calls < walkCallsMax; calls++) {
    const [reply] = await exchange(connection, encodeRequest(["SCAN", cursor, ...options]), 1);
    if (reply === undefined) return "no answer";
    if (reply[0] === 45) return reply.toString("latin1").trim();
    const frame = parseFrame(reply);
    for (const item of frame.items[1]?.items ?? []) keys.add(item.text);
    cursor = frame.items[0]?.text ?? "0";
    if (cursor === "0") return quoteWords([...keys].sort(), 40);
  }
  return "a walk without an end";
}
