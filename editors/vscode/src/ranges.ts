// Ranges of the protocol as the editor has them.

import * as vscode from "vscode";
import type { Range } from "vscode-languageclient/node";

export function toRange(range: Range): vscode.Range {
  return new vscode.Range(range.start.line, range.start.character, range.end.line, range.end.character);
}
