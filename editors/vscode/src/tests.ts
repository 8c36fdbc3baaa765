// The Test Explorer, and the lenses that run tests.

import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";

import type { Coverage } from "./coverage";
import type { Asked, Covered, Failure, Ran, Reached, Results, Test } from "./protocol";
import { toRange } from "./ranges";

type Running = () => Promise<LanguageClient>;

class PolicyFileCoverage extends vscode.FileCoverage {
  constructor(
    uri: vscode.Uri,
    readonly items: Reached[],
  ) {
    const statements = items.filter((item) => item.kind !== "conditions" && item.kind !== "mcdc");
    const branches = items.filter((item) => item.kind === "conditions");
    const hit = (list: Reached[]): number => list.filter((item) => item.missing.length === 0).length;
    super(
      uri,
      new vscode.TestCoverageCount(hit(statements), statements.length),
      branches.length > 0 ? new vscode.TestCoverageCount(hit(branches), branches.length) : undefined,
    );
  }
}

export function registerTests(context: vscode.ExtensionContext, running: Running, coverage: Coverage): void {
  const controller = vscode.tests.createTestController("policy", "Policies");
  context.subscriptions.push(controller);
  const explorer = new Explorer(controller, running, coverage);
  controller.resolveHandler = async () => explorer.refresh();
  controller.refreshHandler = async () => explorer.refresh();
  controller.createRunProfile("Run", vscode.TestRunProfileKind.Run, (request) => explorer.run(request, false), true);
  const covering = controller.createRunProfile("Run with Coverage", vscode.TestRunProfileKind.Coverage, (request) =>
    explorer.run(request, true),
  );
  covering.loadDetailedCoverage = async (_run, file) =>
    file instanceof PolicyFileCoverage ? file.items.map(statement) : [];
  let timer: NodeJS.Timeout | undefined;
  const soon = (document: vscode.TextDocument): void => {
    if (document.languageId === "policy") {
      clearTimeout(timer);
      timer = setTimeout(() => void explorer.refresh(), 500);
    }
  };
  context.subscriptions.push(
    vscode.workspace.onDidOpenTextDocument(soon),
    vscode.workspace.onDidChangeTextDocument((event) => soon(event.document)),
    vscode.commands.registerCommand("policy.runTest", (asked: Asked) => explorer.runAsked(asked, false)),
    vscode.commands.registerCommand("policy.runTests", (asked: Asked) => explorer.runAsked(asked, false)),
    vscode.commands.registerCommand("policy.runTestsWithCoverage", (asked: Asked) => explorer.runAsked(asked, true)),
  );
  setTimeout(() => void explorer.refresh(), 1000);
}

function statement(item: Reached): vscode.StatementCoverage {
  const range = toRange(item.range);
  if (item.kind !== "conditions") {
    return new vscode.StatementCoverage(item.hits[0] + item.hits[1], range);
  }
  const [no, yes] = item.hits;
  return new vscode.StatementCoverage(no + yes, range, [
    new vscode.BranchCoverage(yes, range, "true"),
    new vscode.BranchCoverage(no, range, "false"),
  ]);
}

class Explorer {
  private readonly known = new Map<string, Asked>();

  constructor(
    private readonly controller: vscode.TestController,
    private readonly running: Running,
    private readonly coverage: Coverage,
  ) {}

  async refresh(): Promise<void> {
    const client = await this.running().catch(() => undefined);
    if (!client) {
      return;
    }
    const sources = await vscode.workspace.findFiles("**/*.policy", undefined, 5000);
    const seen = new Set<string>();
    const modules = new Map<string, vscode.TestItem>();
    this.known.clear();
    for (const source of sources) {
      const uri = source.toString();
      if (seen.has(uri)) {
        continue;
      }
      const found = await client.sendRequest<{ tests: Test[] }>("policy/tests", { uri }).catch(() => ({ tests: [] }));
      seen.add(uri);
      for (const test of found.tests) {
        const place = vscode.Uri.parse(test.uri);
        seen.add(place.toString());
        const key = `${place.toString()}#${test.module}`;
        let module = modules.get(key);
        if (!module) {
          module = this.controller.createTestItem(key, test.module, place);
          modules.set(key, module);
          this.known.set(key, { uri: test.uri, module: test.module });
        }
        const id = `${key}#${test.name}`;
        const item = this.controller.createTestItem(id, test.name, place);
        item.range = toRange(test.range);
        module.children.add(item);
        this.known.set(id, { uri: test.uri, module: test.module, name: test.name });
      }
    }
    this.controller.items.replace([...modules.values()]);
  }

  async runAsked(asked: Asked, measured: boolean): Promise<void> {
    await this.refresh();
    const items: vscode.TestItem[] = [];
    this.controller.items.forEach((module) => {
      const own = this.known.get(module.id);
      const same = own?.module === asked.module && module.uri?.toString() === vscode.Uri.parse(asked.uri).toString();
      if (same && asked.name === undefined) {
        items.push(module);
      }
      module.children.forEach((test) => {
        if (same && this.known.get(test.id)?.name === asked.name) {
          items.push(test);
        }
      });
    });
    await this.run(new vscode.TestRunRequest(items.length > 0 ? items : undefined), measured);
  }

  async run(request: vscode.TestRunRequest, measured: boolean): Promise<void> {
    const client = await this.running();
    const run = this.controller.createTestRun(request);
    const chosen: vscode.TestItem[] = [];
    if (request.include) {
      chosen.push(...request.include);
    } else {
      this.controller.items.forEach((item) => chosen.push(item));
    }
    const merged = new Merged();
    try {
      for (const item of chosen) {
        const asked = this.known.get(item.id);
        if (!asked || request.exclude?.includes(item) || run.token.isCancellationRequested) {
          continue;
        }
        leaves(item).forEach((leaf) => run.started(leaf));
        if (measured) {
          const covered = await client.sendRequest<Covered>("policy/coverage", asked);
          this.report(run, item, covered.results);
          merged.add(covered);
        } else {
          this.report(run, item, await client.sendRequest<Results>("policy/runTests", asked));
        }
      }
      if (measured) {
        this.coverage.show(merged.files);
        merged.files.forEach((items, uri) => run.addCoverage(new PolicyFileCoverage(vscode.Uri.parse(uri), items)));
      }
    } catch (error) {
      chosen.forEach((item) => run.errored(item, new vscode.TestMessage(String(error))));
    } finally {
      run.end();
    }
  }

  private report(run: vscode.TestRun, item: vscode.TestItem, results: Results): void {
    for (const leaf of leaves(item)) {
      const name = this.known.get(leaf.id)?.name;
      const module = this.known.get(leaf.id)?.module;
      const own = results.tests.filter((test) => test.id === `${module}: ${name}`);
      const failures = own.flatMap((test) => test.failures.map((failure) => message(test, failure)));
      own.forEach((test) => run.appendOutput(output(test), undefined, leaf));
      if (results.errors.length > 0) {
        run.errored(leaf, results.errors.map((error) => new vscode.TestMessage(error.message)));
      } else if (own.some((test) => test.status === "failed")) {
        run.failed(leaf, failures);
      } else if (own.length === 0 || own.every((test) => test.status === "skipped")) {
        run.skipped(leaf);
      } else {
        run.passed(leaf);
      }
    }
  }
}

/** What a test says in the output of a run. */
function output(test: Ran): string {
  const row = test.row === null ? "" : ` (row ${test.row})`;
  const lines = [`${test.status === "passed" ? "ok    " : test.status} ${test.id}${row}`];
  if (test.reason) {
    lines.push(`    ${test.reason}`);
  }
  for (const failure of test.failures) {
    lines.push(`    ${failure.message}`);
    failure.parts.forEach((part) => lines.push(`      ${part.source.replace(/\s+/g, " ")} is ${part.value}`));
    [...failure.diff, ...failure.notes].forEach((line) => lines.push(`      ${line}`));
  }
  return `${lines.join("\r\n")}\r\n`;
}

/** What several runs reach, taken together. */
class Merged {
  readonly files = new Map<string, Reached[]>();

  add(covered: Covered): void {
    for (const file of covered.files) {
      const known = this.files.get(file.uri);
      if (!known) {
        this.files.set(file.uri, file.items);
        continue;
      }
      const by = new Map(known.map((item) => [place(item), item]));
      for (const item of file.items) {
        const same = by.get(place(item));
        if (!same) {
          known.push(item);
          continue;
        }
        same.hits = [same.hits[0] + item.hits[0], same.hits[1] + item.hits[1]];
        same.missing = same.missing.filter((words) => item.missing.includes(words));
        same.tests = [...new Set([...same.tests, ...item.tests])];
      }
    }
  }
}

function place(item: Reached): string {
  const { start, end } = item.range;
  return [item.kind, item.name, start.line, start.character, end.line, end.character].join(" ");
}

function leaves(item: vscode.TestItem): vscode.TestItem[] {
  if (item.children.size === 0) {
    return [item];
  }
  const out: vscode.TestItem[] = [];
  item.children.forEach((child) => out.push(child));
  return out;
}

function message(test: Ran, failure: Failure): vscode.TestMessage {
  const text = new vscode.MarkdownString();
  const row = test.row === null ? "" : ` (row ${test.row})`;
  text.appendMarkdown(`**${failure.message}**${row}\n`);
  for (const part of failure.parts) {
    text.appendMarkdown(`\n- \`${part.source.replace(/\s+/g, " ")}\` is \`${part.value}\``);
  }
  if (failure.diff.length > 0) {
    text.appendCodeblock(failure.diff.join("\n"), "diff");
  }
  failure.notes.forEach((note) => text.appendMarkdown(`\n\n${note}`));
  const told = new vscode.TestMessage(text);
  told.location = new vscode.Location(vscode.Uri.parse(failure.uri), toRange(failure.range));
  return told;
}
