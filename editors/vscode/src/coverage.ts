// What tests reach, in colours.

import * as vscode from "vscode";

import type { Reached } from "./protocol";
import { toRange } from "./ranges";

function decoration(colour: string, words: string): vscode.TextEditorDecorationType {
  return vscode.window.createTextEditorDecorationType({
    backgroundColor: new vscode.ThemeColor(colour),
    overviewRulerColor: new vscode.ThemeColor(colour),
    overviewRulerLane: vscode.OverviewRulerLane.Left,
    after: words ? { contentText: words } : undefined,
  });
}

/** A condition has two sides, everything else one. */
function sides(item: Reached): number {
  return item.kind === "conditions" ? 2 : 1;
}

export class Coverage implements vscode.Disposable {
  private readonly full = decoration("diffEditor.insertedTextBackground", "");
  private readonly partly = decoration("editor.findMatchHighlightBackground", "");
  private readonly none = decoration("diffEditor.removedTextBackground", "");
  private readonly files = new Map<string, Reached[]>();
  private readonly listener = vscode.window.onDidChangeVisibleTextEditors(() => this.draw());
  private readonly edits = vscode.workspace.onDidChangeTextDocument((event) => {
    // Places are those of the texts that were tested.
    if (this.files.delete(event.document.uri.toString())) {
      this.draw();
    }
  });

  show(files: ReadonlyMap<string, Reached[]>): void {
    this.files.clear();
    for (const [uri, items] of files) {
      this.files.set(vscode.Uri.parse(uri).toString(), items);
    }
    this.draw();
  }

  clear(): void {
    this.files.clear();
    this.draw();
  }

  private draw(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const items = this.files.get(editor.document.uri.toString()) ?? [];
      const of = (want: (item: Reached) => boolean): vscode.DecorationOptions[] =>
        items.filter(want).map((item) => ({
          range: toRange(item.range),
          hoverMessage: [item.missing.join("; "), item.tests.map((test) => `- ${test}`).join("\n")].filter(Boolean).join("\n\n"),
        }));
      const reached = (item: Reached): number => item.hits.filter((hits) => hits > 0).length;
      editor.setDecorations(this.full, of((item) => item.missing.length === 0));
      editor.setDecorations(this.partly, of((item) => item.missing.length > 0 && reached(item) > 0 && sides(item) > 1));
      editor.setDecorations(this.none, of((item) => item.missing.length > 0 && !(reached(item) > 0 && sides(item) > 1)));
    }
  }

  dispose(): void {
    [this.full, this.partly, this.none, this.listener, this.edits].forEach((one) => one.dispose());
  }
}
