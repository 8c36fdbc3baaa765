// The requests that the protocol does not have; docs/lsp-extensions.md describes them.

import type { Range } from "vscode-languageclient/node";

export interface Test {
  id: string;
  uri: string;
  module: string;
  name: string;
  kind: "test" | "property";
  range: Range;
}

export interface Failure {
  uri: string;
  range: Range;
  message: string;
  parts: { source: string; value: string; range: Range }[];
  diff: string[];
  notes: string[];
}

export interface Ran {
  id: string;
  module: string;
  name: string;
  row: number | null;
  uri: string;
  range: Range;
  status: "passed" | "failed" | "skipped";
  failures: Failure[];
  reason: string | null;
}

export interface Results {
  passed: number;
  failed: number;
  skipped: number;
  tests: Ran[];
  errors: { message: string; range: Range }[];
}

export interface Reached {
  kind: string;
  name: string;
  range: Range;
  hits: [number, number];
  missing: string[];
  tests: string[];
}

export interface Covered {
  results: Results;
  files: { uri: string; items: Reached[] }[];
  totals: { kind: string; reached: number; all: number }[];
}

export interface Project {
  uri: string;
  name: string;
  files: number;
  policies: string[];
  errors: number;
  warnings: number;
}

export interface Evaluated {
  policy: string;
  outcome: string;
  decision: unknown;
  markdown: string;
}

export interface Asked {
  uri: string;
  module?: string;
  name?: string;
}
