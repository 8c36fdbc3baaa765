//! CSV and TSV to JSON text, one object a row, keys from the first line.
//!
//! Where it is known what a column is read as ([`Columns`]), its cells are read as that. Elsewhere a bare cell that is
//! spelled as JSON spells a number, `true` or `false` is that; an empty bare cell is absent (`null`); every other cell,
//! and every cell in quotes, is text. So `007` and `"42"` are text and `42` is a number.

use super::columns::{Cell as Kind, Columns};
use super::{Document, Format, FormatError, number, write};

struct Cell {
    text: String,
    quoted: bool,
}

struct Row {
    line: usize,
    cells: Vec<Cell>,
}

/// The rows of `text` below its line of names.
pub(super) fn documents(
    text: &str,
    separator: char,
    columns: &Columns,
) -> Vec<Result<Document, FormatError>> {
    let format = if separator == '\t' { Format::Tsv } else { Format::Csv };
    let mut reader = Reader { chars: text.chars().peekable(), separator, format, line: 1, column: 1 };
    let names = match reader.row() {
        Ok(Some(row)) => row,
        Ok(None) => return Vec::new(),
        Err(error) => return vec![Err(error)],
    };
    let mut seen = std::collections::BTreeSet::new();
    for cell in &names.cells {
        let problem = if cell.text.is_empty() {
            Some("a column has no name in the first line".to_owned())
        } else if seen.insert(cell.text.as_str()) {
            None
        } else {
            Some(format!("two columns are named {:?}", cell.text))
        };
        if let Some(message) = problem {
            return vec![Err(FormatError { format, line: names.line, column: 1, message })];
        }
    }
    let mut out = Vec::new();
    loop {
        match reader.row() {
            Ok(None) => return out,
            Ok(Some(row)) if row.cells.len() == names.cells.len() => {
                out.push(Ok(Document { line: row.line, json: object(&names, &row, columns) }));
            }
            Ok(Some(row)) => out.push(Err(FormatError {
                format,
                line: row.line,
                column: 1,
                message: format!(
                    "the row has {} cells, the first line names {}",
                    row.cells.len(),
                    names.cells.len()
                ),
            })),
            Err(error) => {
                out.push(Err(error));
                return out;
            }
        }
    }
}

fn object(names: &Row, row: &Row, columns: &Columns) -> Vec<u8> {
    let mut out = vec![b'{'];
    for (index, (name, cell)) in names.cells.iter().zip(&row.cells).enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write::string(&name.text, &mut out);
        out.push(b':');
        cell_as(cell, columns.of(&name.text), &mut out);
    }
    out.push(b'}');
    out
}

/// Writes a cell as its column is read; what is spelled otherwise stays text, which the type then refuses.
fn cell_as(cell: &Cell, kind: Kind, out: &mut Vec<u8>) {
    let (text, bare) = (cell.text.as_str(), !cell.quoted);
    if bare && text.is_empty() && kind != Kind::Text {
        out.extend_from_slice(b"null");
        return;
    }
    let number = || number::is_json(text).then(|| text.to_owned());
    let truth = || matches!(text, "true" | "false").then(|| text.to_owned());
    let written = match kind {
        Kind::Text | Kind::TextOrAbsent => None,
        Kind::Number => number(),
        Kind::Bool => match text {
            "TRUE" | "True" => Some("true".to_owned()),
            "FALSE" | "False" => Some("false".to_owned()),
            _ => truth(),
        },
        Kind::Json => super::json::is_structure(text).then(|| text.to_owned()),
        Kind::Any => None,
    };
    let written = written.or_else(|| match kind {
        Kind::Any | Kind::Json if bare => number().or_else(truth),
        Kind::Any | Kind::Json | Kind::Text | Kind::TextOrAbsent | Kind::Number | Kind::Bool => None,
    });
    match written {
        Some(written) => out.extend_from_slice(written.as_bytes()),
        None => write::string(text, out),
    }
}

struct Reader<'a> {
    chars: std::iter::Peekable<std::str::Chars<'a>>,
    separator: char,
    format: Format,
    line: usize,
    column: usize,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<char> {
        let c = self.chars.next()?;
        if c == '\n' {
            self.line += 1;
            self.column = 1;
        } else {
            self.column += 1;
        }
        Some(c)
    }

    fn fail<T>(&self, line: usize, column: usize, message: &str) -> Result<T, FormatError> {
        Err(FormatError { format: self.format, line, column, message: message.to_owned() })
    }

    /// The next row that is not an empty line.
    fn row(&mut self) -> Result<Option<Row>, FormatError> {
        while matches!(self.chars.peek(), Some('\n' | '\r')) {
            self.next();
        }
        if self.chars.peek().is_none() {
            return Ok(None);
        }
        let line = self.line;
        let mut cells = Vec::new();
        loop {
            cells.push(self.cell()?);
            match self.next() {
                Some(c) if c == self.separator => {}
                Some('\r') if self.chars.peek() == Some(&'\n') => {
                    self.next();
                    return Ok(Some(Row { line, cells }));
                }
                None | Some('\n' | '\r') => return Ok(Some(Row { line, cells })),
                Some(_) => {
                    return self.fail(self.line, self.column - 1, "text follows the closing quote of a cell");
                }
            }
        }
    }

    fn cell(&mut self) -> Result<Cell, FormatError> {
        let mut text = String::new();
        if self.chars.peek() != Some(&'"') {
            while let Some(&c) = self.chars.peek() {
                if c == self.separator || c == '\n' || c == '\r' {
                    break;
                }
                text.push(c);
                self.next();
            }
            return Ok(Cell { text, quoted: false });
        }
        let (line, column) = (self.line, self.column);
        self.next();
        loop {
            match self.next() {
                Some('"') if self.chars.peek() == Some(&'"') => {
                    self.next();
                    text.push('"');
                }
                Some('"') => return Ok(Cell { text, quoted: true }),
                Some(c) => text.push(c),
                None => return self.fail(line, column, "a quoted cell does not end"),
            }
        }
    }
}
