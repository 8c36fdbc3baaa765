//! Markdown as suites need it: headings and fenced blocks, with the lines they stand on.

/// A fenced block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The first word behind the fence.
    pub language: String,
    /// What follows it.
    pub attributes: String,
    /// The text inside.
    pub text: String,
    /// The line of the fence, from 1.
    pub line: usize,
}

/// A heading and the blocks below it, up to the next heading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// The headings that lead here, joined by ` / `.
    pub title: String,
    /// The blocks.
    pub blocks: Vec<Block>,
}

/// The sections of a document that have blocks.
#[must_use]
pub fn sections(text: &str) -> Vec<Section> {
    let mut path: Vec<String> = Vec::new();
    let mut sections = vec![Section::default()];
    let mut lines = text.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let level = line.bytes().take_while(|b| *b == b'#').count();
        if level > 0 && line.as_bytes().get(level) == Some(&b' ') {
            path.truncate(level - 1);
            path.push(line.trim_start_matches('#').trim().to_owned());
            sections.push(Section { title: path.join(" / "), blocks: Vec::new() });
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        let ticks = line.trim_start().bytes().take_while(|b| *b == b'`').count();
        if ticks < 3 {
            continue;
        }
        let info = line.trim_start().trim_start_matches('`').trim();
        let (language, attributes) = info.split_once(' ').unwrap_or((info, ""));
        let close = "`".repeat(ticks);
        let mut body = String::new();
        for (_, line) in lines.by_ref() {
            if line.trim() == close {
                break;
            }
            // A block that stands in a list is indented as a whole.
            let cut = (line.len() - line.trim_start().len()).min(indent);
            body.push_str(line.get(cut..).unwrap_or(line));
            body.push('\n');
        }
        if let Some(section) = sections.last_mut() {
            section.blocks.push(Block {
                language: language.to_owned(),
                attributes: attributes.trim().to_owned(),
                text: body,
                line: index + 1,
            });
        }
    }
    sections.retain(|section| !section.blocks.is_empty());
    sections
}
