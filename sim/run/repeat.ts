// Repeat: the one command that runs a subject again.

import type { Subject } from "./job.ts";

export function repeatCommand(subject: Subject): string {
  if (subject.kind === "file") return `npm run sim -- --plan ${subject.file}`;
  const { scenario, profile, shards, commands } = subject.settings;
  const words = ["npm run sim --", `--seed ${subject.seed}`, `--profile ${profile}`];
  if (scenario !== undefined) words.push(`--scenario ${scenario}`);
  if (shards !== undefined) words.push(`--shards ${shards}`);
  if (commands !== 2000) words.push(`--commands ${commands}`);
  return words.join(" ");
}
