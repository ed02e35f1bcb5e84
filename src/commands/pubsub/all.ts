// All commands of the pub/sub family, by name.

import type { CommandDeclaration } from "../define.ts";
import { publish, spublish } from "./publish.ts";
import { pubsub } from "./pubsub.ts";
import { psubscribe, ssubscribe, subscribe } from "./subscribe.ts";
import { punsubscribe, sunsubscribe, unsubscribe } from "./unsubscribe.ts";

export const pubsubCommands: readonly CommandDeclaration[] = [
  psubscribe,
  publish,
  pubsub,
  punsubscribe,
  spublish,
  ssubscribe,
  subscribe,
  sunsubscribe,
  unsubscribe,
];
