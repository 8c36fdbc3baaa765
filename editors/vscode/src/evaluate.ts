// "Evaluate on this input": the decision, beside the policy.

import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";

import type { Evaluated, Project } from "./protocol";

const SCHEME = "policy-decision";

interface Asked {
  uri: string;
  policy?: string;
}

class Decisions implements vscode.TextDocumentContentProvider {
  private readonly texts = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? "";
  }

  async show(evaluated: Evaluated): Promise<void> {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${evaluated.policy}.md` });
    const json = JSON.stringify(evaluated.decision, null, 2);
    this.texts.set(uri.toString(), `${evaluated.markdown}\n## Decision\n\n\`\`\`json\n${json}\n\`\`\`\n`);
    this.changed.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.languages.setTextDocumentLanguage(document, "markdown");
    await vscode.window.showTextDocument(document, {
      viewColumn: vscode.ViewColumn.Beside,
      preserveFocus: true,
      preview: true,
    });
  }
}

async function chosenInput(): Promise<vscode.Uri | undefined> {
  const open = vscode.window.activeTextEditor?.document;
  if (open && open.uri.scheme === "file" && ["json", "jsonc", "yaml"].includes(open.languageId)) {
    return open.uri;
  }
  const found = await vscode.workspace.findFiles("**/{inputs,fixtures,examples}/*.{json,yaml,yml}", undefined, 200);
  const items = found.map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri }));
  items.sort((a, b) => a.label.localeCompare(b.label));
  const other = { label: "Another file…", uri: undefined };
  const picked = await vscode.window.showQuickPick([...items, other], { placeHolder: "The input to decide about" });
  if (!picked || picked.uri) {
    return picked?.uri;
  }
  return (await vscode.window.showOpenDialog({ canSelectMany: false }))?.[0];
}

async function chosenPolicy(client: LanguageClient): Promise<Asked | undefined> {
  const projects = await client.sendRequest<Project[]>("policy/projects", null);
  const all = projects.flatMap((project) =>
    project.policies.map((policy) => ({ label: policy, description: project.name, uri: project.uri })),
  );
  if (all.length <= 1) {
    return all[0] && { uri: `${all[0].uri}/policy.toml`, policy: all[0].label };
  }
  const picked = await vscode.window.showQuickPick(all, { placeHolder: "The policy that decides" });
  return picked && { uri: `${picked.uri}/policy.toml`, policy: picked.label };
}

export function registerEvaluation(context: vscode.ExtensionContext, running: () => Promise<LanguageClient>): void {
  const decisions = new Decisions();
  context.subscriptions.push(vscode.workspace.registerTextDocumentContentProvider(SCHEME, decisions));

  const evaluate = async (asked?: Asked): Promise<Evaluated | undefined> => {
    const client = await running();
    const input = await chosenInput();
    const policy = asked?.uri ? asked : await chosenPolicy(client);
    if (!input || !policy) {
      return undefined;
    }
    try {
      const evaluated = await client.sendRequest<Evaluated>("policy/evaluate", { ...policy, input: input.toString() });
      await decisions.show(evaluated);
      return evaluated;
    } catch (error) {
      void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  };
  context.subscriptions.push(vscode.commands.registerCommand("policy.evaluate", evaluate));
  context.subscriptions.push(vscode.commands.registerCommand("policy.evaluateOnInput", () => evaluate()));
}
