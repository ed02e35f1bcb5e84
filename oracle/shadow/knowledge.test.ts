import { expect, test } from "vitest";
import { Model } from "../model.ts";
import { stringEntry } from "../strings.ts";
import { Knowledge } from "./knowledge.ts";

function setUp(namesMax: number): { model: Model; knowledge: Knowledge } {
  const model = new Model({ databases: 4 });
  return { model, knowledge: new Knowledge(model, namesMax) };
}

test("a forgotten key leaves the model and is unknown until it is learned again", () => {
  const { model, knowledge } = setUp(10);
  model.set(1, "a", stringEntry("1"));
  knowledge.forget(1, "a");
  knowledge.forget(1, "a");
  expect([model.get(1, "a"), knowledge.isKnown(1, "a"), knowledge.isKnown(0, "a")]).toEqual([
    undefined,
    false,
    true,
  ]);
  expect([knowledge.unknownNames, knowledge.isComplete]).toEqual([1, false]);
  knowledge.learn(1, "a");
  expect([knowledge.unknownNames, knowledge.isComplete]).toEqual([0, true]);
});

test("past the bound of names a database is open: only what the model holds is known", () => {
  const { model, knowledge } = setUp(3);
  model.set(0, "kept", stringEntry("1"));
  for (let i = 0; i < 100; i++) knowledge.forget(0, `key:${i}`);
  expect(knowledge.unknownNames).toBe(0);
  expect([
    knowledge.isKnown(0, "kept"),
    knowledge.isKnown(0, "other"),
    knowledge.isKnown(1, "other"),
  ]).toEqual([true, false, true]);
  knowledge.learnEmpty(0);
  expect([knowledge.isComplete, knowledge.isKnown(0, "other")]).toEqual([true, true]);
});

test("what is unknown moves with a swap of databases", () => {
  const { knowledge } = setUp(10);
  knowledge.forget(0, "a");
  knowledge.open(1);
  knowledge.swap(0, 1);
  expect([knowledge.isKnown(0, "x"), knowledge.isKnown(1, "a"), knowledge.isKnown(1, "x")]).toEqual([
    false,
    false,
    true,
  ]);
  knowledge.swap(1, 1);
  expect(knowledge.isKnown(1, "a")).toBe(false);
  knowledge.forgetAll();
  expect([knowledge.openDatabases, knowledge.unknownNames]).toEqual([4, 0]);
});
