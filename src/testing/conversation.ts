// Conversation: several clients talk to a server in turn, and everything each of them receives is written down.
//
// Role: the same steps run against a server in process and against a stock one, and the two records are compared:
// for commands whose effect is seen by other clients (MULTI, WATCH, pub/sub, blocking).

import { createTestServer, encodeRequest, type TestServerOptions } from "./command-runner.ts";
import type { StockConnection, StockWire } from "./stock-wire.ts";

const BARRIER = "barrier";

/**
 * A client's name and its requests, sent at once: "a: MULTI; SET k v". A space parts words; \\n is one in a word. A word
 * "@b" is the id of client b, which has spoken before.
 */
export type Step = string;

/** What a server is, as far as a conversation goes. */
type Party = { send(bytes: Uint8Array): void; take(): string; readonly isClosed: boolean };

/** The record of the steps with our server: what each client received after each step. */
export function converse(steps: readonly Step[], options: TestServerOptions = {}): readonly string[] {
  const server = createTestServer(options);
  const parties = new Map<string, Party>();
  const record: string[] = [];
  const ids = new Map<string, string>();
  for (const step of steps) {
    const name = nameOf(step);
    let party = parties.get(name);
    if (party === undefined) {
      party = server.connect();
      parties.set(name, party);
      party.send(encodeRequest(["CLIENT", "ID"]));
      ids.set(name, idIn(party.take()));
    }
    const bytes = requestsOf(step, ids);
    party.send(bytes);
    server.advance(0);
    record.push(shown(step, parties));
  }
  return record;
}

/** The same with a stock server, which is emptied first. */
export async function converseWithStock(steps: readonly Step[], wire: StockWire): Promise<readonly string[]> {
  const control = await wire.connect();
  control.send(Buffer.concat([encodeRequest(["FLUSHALL"]), encodeRequest(["PING"])]));
  await control.takeUntil("+PONG\r\n");
  const parties = new Map<string, StockConnection>();
  const record: string[] = [];
  const ids = new Map<string, string>();
  for (const step of steps) {
    const name = nameOf(step);
    let party = parties.get(name);
    if (party === undefined) {
      party = await wire.connect();
      parties.set(name, party);
      party.send(encodeRequest(["CLIENT", "ID"]));
      ids.set(name, idIn(await party.takeUntil("\r\n")));
    }
    const bytes = requestsOf(step, ids);
    party.send(bytes);
    // The server has read the step by the time it has answered what was sent after it, and sent what comes of it.
    for (let round = 0; round < 4; round++) {
      control.send(encodeRequest(["ECHO", BARRIER]));
      await control.takeUntil(BARRIER);
    }
    record.push(shown(step, parties));
  }
  for (const party of [control, ...parties.values()]) party.close();
  return record;
}

// A monitor among the clients sees the barrier too, which is no part of the conversation.
function withoutBarrier(text: string): string {
  return text.replaceAll(/\+[^\r]* "ECHO" "barrier"\r\n/g, "");
}

function nameOf(step: Step): string {
  return step.slice(0, step.indexOf(": "));
}

function idIn(reply: string): string {
  return reply.slice(1, -2);
}

function requestsOf(step: Step, ids: ReadonlyMap<string, string>): Uint8Array {
  const requests = step.slice(step.indexOf(": ") + 2).split("; ");
  const meant = (word: string): string =>
    word.startsWith("@") ? (ids.get(word.slice(1)) ?? word) : word.replaceAll("\\n", "\n");
  const words = requests.map((request) => request.split(" ").map(meant));
  return Buffer.concat(words.map(encodeRequest));
}

function shown(step: Step, parties: ReadonlyMap<string, Party>): string {
  const lines = [step];
  for (const [name, party] of parties) {
    const text = withoutBarrier(party.take());
    if (text !== "") lines.push(`  ${name} < ${JSON.stringify(text)}`);
    if (party.isClosed) lines.push(`  ${name} is closed`);
  }
  return lines.join("\n");
}
