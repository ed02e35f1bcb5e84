// Tally: the results of many runs added up, and what a large batch should have seen and did not.

import type { Violation } from "../check.ts";
import type { CountLine, Counts, FaultLine, SeedResult } from "./result.ts";

/** What there is to be seen. */
export type Catalogue = {
  readonly faults: readonly { readonly name: string; readonly waitsFor: string | undefined }[];
  readonly marks: readonly string[];
  readonly buggify: readonly string[];
  readonly commands: readonly string[];
  readonly checks: readonly string[];
};

export class Tally {
  seeds = 0;
  commands = 0;
  virtualUs = 0;
  cpuMs = 0;
  readonly scenarios: Record<string, number> = {};
  readonly looks: Record<string, number> = {};
  readonly shapes: Record<string, Record<string, number>> = {};
  readonly failed: SeedResult[] = [];
  private readonly fired = new Sums();
  private readonly handled = new Sums();
  private readonly marks = new Sums();
  private readonly buggified = new Sums();

  add(result: SeedResult): void {
    this.seeds++;
    this.commands += result.commands;
    this.virtualUs += result.virtualUs;
    this.cpuMs += result.cpuMs;
    addTo(this.scenarios, { [result.scenario]: 1 });
    addTo(this.looks, result.looks);
    this.fired.add(result.fired);
    this.handled.add(result.handled);
    this.marks.add(result.marks);
    this.buggified.add(result.buggified);
    for (const [command, shapes] of Object.entries(result.shapes)) {
      const own = this.shapes[command] ?? {};
      this.shapes[command] = own;
      addTo(own, shapes);
    }
    if (result.violations.length > 0) this.failed.push(result);
  }

  faultLines({ faults }: Catalogue): FaultLine[] {
    return faults.map(({ name, waitsFor }) => ({
      ...this.fired.line(name),
      handled: this.handled.line(name).times,
      waitsFor,
    }));
  }

  markLines({ marks }: Catalogue): CountLine[] {
    return marks.map((name) => this.marks.line(name));
  }

  buggifyLines({ buggify }: Catalogue): CountLine[] {
    return buggify.map((name) => this.buggified.line(name));
  }

  /** One line for each thing of the catalogue that no run has seen. */
  reds(catalogue: Catalogue): string[] {
    const reds: string[] = [];
    for (const { name, times, handled, waitsFor } of this.faultLines(catalogue)) {
      if (waitsFor !== undefined) continue;
      if (times === 0) reds.push(`fault ${name} never fired`);
      else if (handled === 0) reds.push(`fault ${name} fired ${times} times and was never handled`);
    }
    for (const { name, times } of this.markLines(catalogue))
      if (times === 0) reds.push(`mark ${name} never reached`);
    for (const { name, times } of this.buggifyLines(catalogue))
      if (times === 0) reds.push(`buggify point ${name} never fired`);
    for (const [what, times] of Object.entries(this.looks))
      if (times === 0 && !what.endsWith("?")) reds.push(`check ${what}: looked at nothing`);
    for (const name of catalogue.checks)
      if (!Object.keys(this.looks).some((what) => what.startsWith(`${name}: `)))
        reds.push(`check ${name} never ran`);
    for (const name of catalogue.commands)
      if (this.shapes[name] === undefined) reds.push(`command ${name} never drawn`);
    return reds;
  }
}

/** Violations by check and kind, the most frequent first. */
export function signatures(
  failed: readonly SeedResult[],
): readonly (readonly [signature: string, seeds: number])[] {
  const bySignature = new Map<string, number>();
  for (const { violations } of failed)
    for (const signature of new Set(violations.map(signatureOf)))
      bySignature.set(signature, (bySignature.get(signature) ?? 0) + 1);
  return [...bySignature].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

/** What shrinking keeps. */
export function signatureOf({ check, kind }: Pick<Violation, "check" | "kind">): string {
  return `${check}: ${kind}`;
}

class Sums {
  private readonly times = new Map<string, number>();
  private readonly seeds = new Map<string, number>();

  add(counts: Counts): void {
    for (const [name, times] of Object.entries(counts)) {
      if (times === 0) continue;
      this.times.set(name, (this.times.get(name) ?? 0) + times);
      this.seeds.set(name, (this.seeds.get(name) ?? 0) + 1);
    }
  }

  line(name: string): CountLine {
    return { name, times: this.times.get(name) ?? 0, seeds: this.seeds.get(name) ?? 0 };
  }
}

function addTo(sum: Record<string, number>, counts: Counts): void {
  for (const [name, times] of Object.entries(counts)) sum[name] = (sum[name] ?? 0) + times;
}
