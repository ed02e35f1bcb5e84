// Trial: one server and one oracle, asked the same questions.
//
// Role: performs operations on both, in order, and says where they first differ. All else is told by the caller: what
// is asked, and what follows from a difference.
// Invariants:
//   - after `begin` both are empty and nobody is connected, so a list of operations means the same whenever it is
//     performed (where the server's clock is the trial's).
//   - the oracle answers a call before it is told what the server removed during later ones.

import type { Words } from "../../compat/resp/request.ts";
import { matches } from "../compare.ts";
import { encode } from "../encode.ts";
import { Mail } from "../mail.ts";
import type { Session } from "../model.ts";
import { Oracle } from "../oracle.ts";
import type { Reply } from "../reply.ts";
import { isLimited } from "../subscriptions.ts";
import { denialOf } from "../users.ts";
import { designedDifference } from "./by-design.ts";
import { frameEnd } from "./frames.ts";
import { call, type Operation, type Setting } from "./operation.ts";
import { type Link, type Subject, startedWith } from "./subject.ts";
import { sweepCalls } from "./sweep.ts";
import { Walk } from "./walk.ts";

/** How far a server's own clock may be from this program's, with the time a call may take. */
const timeToleranceMs = 2500;
/** The client that reads everything stored; no operation names it. */
const controlClient = -1;
const sweepPipeline = 64;

export type Difference = {
  /** Which of the operations performed it was. */
  readonly index: number;
  /** The call that differed: the operation's own, or one made for it. */
  readonly words: Words;
  readonly reason: string;
  readonly expected: string;
  readonly actual: string;
};

/** Told of each reply that was right, of calls that were drawn for a command. */
export type Watcher = (fullName: string, words: Words, actual: string) => void;

type Client = { readonly link: Link; readonly id: number; walk: Walk | undefined };
type CallOperation = Operation & { readonly kind: "call" };

export class Trial {
  readonly subject: Subject;
  oracle: Oracle;
  /** Messages that the oracle says were sent to subscribers and that they have not been seen to get. */
  private mail = new Mail();
  /** Differences that are by design, by their id. */
  readonly designed = new Map<string, number>();
  private readonly watch: Watcher | undefined;
  private readonly clients = new Map<number, Client>();
  private lastId = 0;
  /** Those under way: a list, which is looked through after each call. */
  private readonly walks: Walk[] = [];
  /** The reply to the last call performed. */
  private latest = "";

  constructor(subject: Subject, watch?: Watcher) {
    this.subject = subject;
    this.watch = watch;
    this.oracle = this.newOracle();
  }

  async begin(setting: Setting): Promise<void> {
    for (const { link } of this.clients.values()) link.close();
    this.clients.clear();
    this.walks.length = 0;
    this.lastId = 0;
    const renewed = this.subject.renew(setting);
    if (renewed !== undefined) await renewed;
    // What payloads of hashes with times hold is known from their DUMPs alone, and they go on being drawn.
    const { payloadsWithTimes } = this.oracle.model;
    this.oracle = this.newOracle();
    for (const [payload, value] of payloadsWithTimes) this.oracle.model.payloadsWithTimes.set(payload, value);
  }

  /** The database that a client has selected. */
  dbOf(client: number): number {
    return this.sessionOf(client)?.db ?? 0;
  }

  /** True between MULTI and EXEC. */
  isInTransaction(client: number): boolean {
    return this.sessionOf(client)?.transaction !== undefined;
  }

  /** True while a client listens to a channel or pattern. */
  isSubscriber(client: number): boolean {
    const session = this.sessionOf(client);
    if (session === undefined) return false;
    const { channels, patterns, shardChannels } = session.subscriptions;
    return channels.size + patterns.size + shardChannels.size > 0;
  }

  /** True while a client may call little else than UNSUBSCRIBE. */
  isLimited(client: number): boolean {
    const session = this.sessionOf(client);
    return session !== undefined && isLimited(session);
  }

  /** Whether the rules of its user let a client call a command. */
  mayCall(client: number, name: string): boolean {
    const session = this.sessionOf(client);
    const user = this.oracle.model.users.get(session?.user ?? "default");
    return user !== undefined && denialOf(user, name, [name]) === undefined;
  }

  /** True while a client gets no replies. */
  isMuted(client: number): boolean {
    return this.sessionOf(client)?.replyMode === "off";
  }

  /** True while a client is refused everything for want of a password. */
  isLockedOut(client: number): boolean {
    const known = this.clients.get(client);
    if (this.oracle.model.directive("requirepass") === "") return false;
    return known === undefined || !this.oracle.session(known.id).isAuthenticated;
  }

  /** Performs all operations, or those up to the first difference. */
  async perform(operations: readonly Operation[]): Promise<Difference | undefined> {
    for (let at = 0; at < operations.length; ) {
      const operation = operations[at] as Operation;
      if (operation.kind === "call") {
        const end = endOfPipeline(operations, at);
        const found = await this.performCalls(operation.client, operations, at, end);
        if (found !== undefined) return found;
        at = end;
        continue;
      }
      const found = await this.performAlone(operation, at);
      if (found !== undefined) return { ...found, index: at };
      at++;
    }
    return undefined;
  }

  private newOracle(): Oracle {
    const { hasVirtualClock } = this.subject;
    const oracle = new Oracle({
      timeToleranceMs: hasVirtualClock ? 0 : timeToleranceMs,
      config: { ...startedWith, "proto-max-bulk-len": "1048576" },
    });
    const mail = new Mail();
    this.mail = mail;
    oracle.model.deliver = (to, message) => mail.post(to, message);
    return oracle;
  }

  private async performAlone(
    operation: Exclude<Operation, CallOperation>,
    index: number,
  ): Promise<Difference | undefined> {
    switch (operation.kind) {
      case "advance":
        if (!this.subject.hasVirtualClock) return undefined;
        try {
          this.subject.advance(operation.ms);
          return undefined;
        } catch (error) {
          return brokenBy("server", error, index, ["@advance", `${operation.ms}`]);
        }
      case "reconnect":
        this.disconnect(operation.client);
        return undefined;
      case "walk":
        return this.performWalk(operation.client, operation.options);
      case "scan":
        return this.performScan(operation.client, operation.options);
      case "state":
        return this.performSweep(index);
    }
  }

  private async performCalls(
    number: number,
    operations: readonly Operation[],
    from: number,
    to: number,
  ): Promise<Difference | undefined> {
    const { subject, oracle } = this;
    const known = this.clients.get(number);
    const client = known === undefined || known.link.isClosed ? await this.connect(number) : known;
    const { link, id } = client;
    const nowMs = subject.nowMs();
    subject.clearEvents();
    let request = "";
    for (let i = from; i < to; i++) request += requestText((operations[i] as CallOperation).words);
    try {
      link.send(request);
    } catch (error) {
      const index = Math.min(from + subject.callsExecuted(), to - 1);
      return brokenBy("server", error, index, (operations[index] as CallOperation).words);
    }
    let at = 0;
    for (let i = from; i < to; i++) {
      const { words, fullName } = operations[i] as CallOperation;
      const removals = subject.removalsBefore(i - from);
      for (const { db, key, why } of removals) oracle.removed(db, key, why);
      const refusal = this.isLockedOut(number) ? protocolRefusal(words) : undefined;
      if (refusal !== undefined) {
        const actual = await takeFrames(link, at, 1);
        if (actual !== refusal) return { index: i, words, reason: "protocol", expected: refusal, actual };
        // The connection is closed; what comes behind in the pipeline is not read.
        this.disconnect(number);
        return undefined;
      }
      let reply: Reply;
      try {
        reply = oracle.execute(id, words, nowMs);
      } catch (error) {
        return brokenBy("oracle", error, i, words);
      }
      for (let letter = this.mail.next(id); letter !== undefined; letter = this.mail.next(id)) {
        const actual = await takeFrames(link, at, 1);
        const reason = matches(letter.message, actual, letter.protocol);
        if (reason !== undefined) {
          const expected = describe(letter.message, encode(letter.message, letter.protocol));
          return { index: i, words, reason: `message: ${reason}`, expected, actual };
        }
        at += actual.length;
      }
      const { protocol } = oracle.session(id);
      const expected = encode(reply, protocol);
      let actual: string;
      if (expected !== undefined && link.received().startsWith(expected, at)) {
        actual = expected;
      } else {
        const count = frameCount(reply);
        const taken = framesThere(link, at, count) ?? (await takeFrames(link, at, count));
        const difference = (reason: string): Difference => ({
          index: i,
          words,
          reason,
          expected: describe(reply, expected),
          actual: taken,
        });
        if (taken === "" && frameCount(reply) > 0) return difference("no answer");
        const reason = matches(reply, taken, protocol);
        if (reason !== undefined && !this.isDesigned(words, id, taken)) return difference(reason);
        actual = taken;
      }
      at += actual.length;
      this.latest = actual;
      if (fullName !== "") this.watch?.(fullName, words, actual);
      if (this.walks.length > 0) this.followWalks(words);
      if (isKill(words)) this.dropClosed(number);
    }
    if (link.received().length > at) {
      const rest = link.received().slice(at);
      const { words } = operations[to - 1] as CallOperation;
      return { index: to - 1, words, reason: "more came than was asked for", expected: "", actual: rest };
    }
    link.clear();
    if (oracle.model.inDoubt.length > 0) await this.dropDoubtful();
    // That the connection is closed may not have come through yet.
    const wasQuit = isQuit((operations[to - 1] as CallOperation).words);
    if (wasQuit || link.isClosed) this.disconnect(number);
    return undefined;
  }

  private isDesigned(words: Words, client: number, actual: string): boolean {
    if (this.subject.hasVirtualClock) return false;
    const { oracle } = this;
    const id = designedDifference({ words, model: oracle.model, session: oracle.session(client), actual });
    if (id === undefined) return false;
    this.designed.set(id, (this.designed.get(id) ?? 0) + 1);
    return true;
  }

  /** A whole walk: quiet, so every key that is there must come. */
  private async performWalk(number: number, options: Words): Promise<Difference | undefined> {
    if (!this.isAnswered(number)) return undefined;
    this.endWalk(number);
    for (;;) {
      const found = await this.performScan(number, options);
      if (found !== undefined) return found;
      if (this.clients.get(number)?.walk === undefined) return undefined;
    }
  }

  /** One step of a client's walk. When it was the last, keys that were there throughout must have come. */
  private async performScan(number: number, options: Words): Promise<Difference | undefined> {
    if (!this.isAnswered(number)) return undefined;
    const db = this.dbOf(number);
    const walking = this.clients.get(number)?.walk;
    if (walking !== undefined && walking.db !== db) this.endWalk(number);
    const walk = walking?.db === db ? walking : new Walk(this.oracle, db, options, this.subject.nowMs());
    const scan = call(number, "SCAN", walk.cursor, ...walk.options);
    const found = await this.performCalls(number, [scan], 0, 1);
    if (found !== undefined) return found;
    const client = this.clients.get(number);
    if (client === undefined) return undefined;
    walk.follow(this.oracle.model);
    walk.took(this.latest);
    if (!walk.isOver) {
      if (client.walk === undefined) this.walks.push(walk);
      client.walk = walk;
      return undefined;
    }
    this.endWalk(number);
    this.maybeForgetChanges();
    const fault = walk.fault();
    if (fault === undefined) return undefined;
    const { words } = scan as CallOperation;
    return { index: 0, words, reason: fault, expected: "every key that was there throughout", actual: "" };
  }

  // Walks that are under way lose sight of keys that were away for a moment.
  private followWalks(words: Words): void {
    const { walks } = this;
    const { model } = this.oracle;
    if (words[0]?.length === 6 && words[0].toLowerCase() === "swapdb") {
      for (const number of this.clients.keys()) this.endWalk(number);
    }
    for (let i = 0; i < walks.length; i++) (walks[i] as Walk).follow(model);
    for (let i = 0; i < walks.length; i++) {
      const changed = model.databases[(walks[i] as Walk).db]?.changed;
      if (changed !== undefined && changed.size > 0) changed.clear();
    }
  }

  private endWalk(number: number): void {
    const client = this.clients.get(number);
    if (client?.walk === undefined) return;
    this.walks.splice(this.walks.indexOf(client.walk), 1);
    client.walk = undefined;
    this.maybeForgetChanges();
  }

  // Changed keys are noted for walks alone.
  private maybeForgetChanges(): void {
    if (this.walks.length > 0) return;
    for (const database of this.oracle.model.databases) database.changed = undefined;
  }

  // Keys, types, values, times and encodings, each as a command tells it.
  private async performSweep(index: number): Promise<Difference | undefined> {
    this.disconnect(controlClient);
    const password = this.oracle.model.directive("requirepass");
    if (password !== "") {
      const found = await this.performCalls(controlClient, [call(controlClient, "AUTH", password)], 0, 1);
      if (found !== undefined) return { ...found, index };
    }
    for (let db = 0; db < this.oracle.model.databases.length; db++) {
      const calls = sweepCalls(this.oracle, db, this.subject.nowMs()).map((words) =>
        call(controlClient, ...words),
      );
      for (let at = 0; at < calls.length; at += sweepPipeline) {
        const end = Math.min(at + sweepPipeline, calls.length);
        const found = await this.performCalls(controlClient, calls, at, end);
        if (found !== undefined)
          return { ...found, index, reason: `state of database ${db}: ${found.reason}` };
      }
    }
    this.disconnect(controlClient);
    return undefined;
  }

  private isAnswered(number: number): boolean {
    const session = this.sessionOf(number);
    if (session === undefined) return true;
    return session.replyMode === "on" && session.transaction === undefined && !isLimited(session);
  }

  private sessionOf(number: number): Session | undefined {
    const client = this.clients.get(number);
    return client === undefined ? undefined : this.oracle.session(client.id);
  }

  private async connect(number: number): Promise<Client> {
    this.disconnect(number);
    const link = await this.subject.connect();
    const client: Client = { link, id: ++this.lastId, walk: undefined };
    this.oracle.session(client.id);
    this.clients.set(number, client);
    return client;
  }

  // Keys of which the replies left open what they hold are deleted on both sides.
  private async dropDoubtful(): Promise<void> {
    const { model } = this.oracle;
    const doubtful = model.inDoubt.splice(0);
    const link = await this.subject.connect();
    const password = model.directive("requirepass");
    const calls: Words[] = password === "" ? [] : [["AUTH", password]];
    for (const { db, key } of doubtful) {
      calls.push(["SELECT", `${db}`], ["DEL", key]);
      model.delete(db, key);
    }
    link.send(calls.map(requestText).join(""));
    await takeFrames(link, 0, calls.length);
    link.close();
  }

  // Others whom a call has cut off. (Over TCP that may be heard later; calls that meet somebody are not drawn there.)
  private dropClosed(caller: number): void {
    for (const [number, { link }] of [...this.clients]) {
      if (number !== caller && link.isClosed) this.disconnect(number);
    }
  }

  private disconnect(number: number): void {
    const client = this.clients.get(number);
    if (client === undefined) return;
    this.endWalk(number);
    client.link.close();
    this.oracle.forget(client.id);
    this.mail.forget(client.id);
    this.clients.delete(number);
  }
}

function endOfPipeline(operations: readonly Operation[], from: number): number {
  const first = operations[from] as CallOperation;
  let end = from + 1;
  if (isQuit(first.words)) return end;
  for (; end < operations.length; end++) {
    const next = operations[end] as Operation;
    if (next.kind !== "call" || !next.isPipelined || next.client !== first.client) return end;
    if (isQuit(next.words)) return end + 1;
  }
  return end;
}

// What comes behind QUIT in one pipeline is not answered.
function isQuit(words: Words): boolean {
  return words[0]?.length === 4 && words[0].toLowerCase() === "quit";
}

function isKill(words: Words): boolean {
  return words[1]?.length === 4 && words[1].toLowerCase() === "kill";
}

function requestText(words: Words): string {
  let text = `*${words.length}\r\n`;
  for (const word of words) text += `$${word.length}\r\n${word}\r\n`;
  return text;
}

const unauthenticatedWordsMax = 10;
const unauthenticatedBytesMax = 16_384;

/** What a server says to a client without a password that sends a large request, before it closes the connection. */
function protocolRefusal(words: Words): string | undefined {
  if (words.length > unauthenticatedWordsMax)
    return "-ERR Protocol error: unauthenticated multibulk length\r\n";
  const isLong = words.some((word) => word.length > unauthenticatedBytesMax);
  return isLong ? "-ERR Protocol error: unauthenticated bulk length\r\n" : undefined;
}

/** An exception is a difference like any other: it is shrunk and filed. */
function brokenBy(who: "server" | "oracle", error: unknown, index: number, words: Words): Difference {
  const stack = error instanceof Error ? (error.stack ?? error.message) : `${error}`;
  const lines = stack.split("\n").slice(0, 4);
  const places = lines.map((line) => line.trim().replace(/file:\/\/\S*\/(?=(src|oracle)\/)/, ""));
  return {
    index,
    words,
    reason: `the ${who} broke: ${places.join(" ")}`,
    expected: "no exception",
    actual: "",
  };
}

function frameCount(reply: Reply): number {
  return reply.kind === "sequence" ? reply.replies.length : 1;
}

/** The next `count` replies, raw, if all of them have arrived: the usual case, in which nobody needs to wait. */
function framesThere(link: Link, from: number, count: number): string | undefined {
  const received = link.received();
  let end = from;
  for (let i = 0; i < count && end >= 0; i++) end = frameEnd(received, end);
  return end < 0 ? undefined : received.slice(from, end);
}

/** The next `count` replies, raw; fewer when no more come. */
async function takeFrames(link: Link, from: number, count: number): Promise<string> {
  let at = from;
  for (let i = 0; i < count; i++) {
    let end = frameEnd(link.received(), at);
    while (end === -1 && (await link.arrival())) end = frameEnd(link.received(), at);
    if (end < 0) return link.received().slice(from);
    at = end;
  }
  return link.received().slice(from, at);
}

function describe(reply: Reply, encoded: string | undefined): string {
  if (encoded !== undefined) return encoded;
  if (reply.kind === "chosen") return reply.expected;
  if (reply.kind === "between") return `an integer in ${reply.low}..${reply.high}`;
  return JSON.stringify(reply, (_, value: unknown) => (typeof value === "bigint" ? `${value}` : value));
}
