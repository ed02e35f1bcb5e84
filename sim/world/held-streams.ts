// Held streams: what a stream holds, read off the store in the order in which the oracle tells it: the entries, what
// the stream knows of itself, and its groups with their consumers and pending entries.

import type { EntryView } from "../../src/keyspace/entry-view.ts";
import { StreamView } from "../../src/keyspace/stream-view.ts";
import { formatStreamId, StreamId, streamIdTextBytesMax } from "../../src/lib/stream-id.ts";
import { ByteSink } from "../../src/persistence/byte-sink.ts";
import { writeEntryPayload } from "../../src/persistence/dump-payload.ts";
import { Element } from "../../src/store/element.ts";
import { textBetween } from "../clients/latin1.ts";

/** The texts that oracle/state.ts makes of a stream. */
export function streamTexts(entry: EntryView): string[] {
  const stream = new StreamView().show(entry);
  const texts: string[] = [];
  const { node, groups } = stream;
  const element = new Element();
  const last = new StreamId().setMax();
  for (let more = stream.openRange(new StreamId(), last); more; more = stream.nextInRange()) {
    texts.push(idText(stream.id));
    node.rewindFields();
    for (let i = 0; i < node.fieldCount; i++) {
      node.readField(element);
      texts.push(elementText(element));
      node.readValue(element);
      texts.push(elementText(element));
    }
  }
  texts.push(idText(stream.firstId), idText(stream.lastId), idText(stream.maxDeletedId));
  texts.push(wordsText(stream.addedHigh, stream.addedLow));
  for (let i = 0; i < groups.count; i++) {
    groups.seek(i);
    addGroup(texts, stream);
  }
  return texts;
}

/** The payload that DUMP gives of an entry, which holds all of it. */
export function payloadText(entry: EntryView): string {
  const sink = new ByteSink();
  writeEntryPayload(sink, entry, false);
  return textBetween(sink.bytes, 0, sink.sizeBytes);
}

function addGroup(texts: string[], { groups }: StreamView): void {
  const { pending } = groups;
  texts.push(
    textBetween(groups.groupBytes, groups.groupStart, groups.groupEnd),
    idText(groups.lastId),
    wordsText(groups.readHigh, groups.readLow),
  );
  for (let i = 0; i < groups.consumerCount; i++) {
    groups.seekConsumer(i);
    texts.push(consumerText(groups), `${groups.seenMs}`);
  }
  const id = new StreamId();
  for (let more = pending.seekFirst(); more; more = pending.next()) {
    pending.readId(id);
    groups.seekSlot(pending.slot);
    texts.push(idText(id), consumerText(groups), `${pending.deliveredMs}`);
    texts.push(wordsText(pending.deliveriesHigh, pending.deliveriesLow));
  }
}

function consumerText({ consumerBytes, consumerStart, consumerEnd }: StreamView["groups"]): string {
  return textBetween(consumerBytes, consumerStart, consumerEnd);
}

// An int64 of two words.
function wordsText(high: number, low: number): string {
  return `${(BigInt(high) << 32n) | BigInt(low >>> 0)}`;
}

function idText(id: StreamId): string {
  const bytes = new Uint8Array(streamIdTextBytesMax);
  return textBetween(bytes, 0, formatStreamId(bytes, 0, id));
}

function elementText(element: Element): string {
  element.text();
  return textBetween(element.bytes, element.start, element.end);
}
