// Exempt: declared commands without an entry here, each with its reason. registry.test.ts refuses names that are
// not declared, or that have an entry after all.

export const exempt: Readonly<Record<string, string>> = {};
