//! The assembler of one function: labels, charges, jumps that reach.
//!
//! Code is written in segments. The main segment comes first; code that runs aside (of a lazily evaluated
//! `let`) is written to a segment of its own and laid out behind it.

use policy_bytecode::inst::Inst;
use policy_bytecode::op::{Op, Place};
use policy_syntax::Location;

/// A position in the code, placed once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Label(u32);

/// A stretch of code that is charged at once where it begins: it has no loop of its own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Region(u32);

#[derive(Clone, Copy, Debug)]
enum Item {
    /// An instruction without a label.
    Plain(Inst, Option<Location>),
    /// An instruction whose `bc` is a position in the code.
    Far(Inst, Label, Option<Location>),
    /// An instruction whose `c` is a distance; wide where it does not reach.
    Near(Inst, Label, bool),
    /// The fuel of a region.
    Charge(Region),
    /// A position.
    Mark(Label),
}

/// A function's code with its places, positions relative to its first instruction.
#[derive(Debug, Default)]
pub(crate) struct Assembled {
    /// The instructions; positions of jumps are absolute.
    pub(crate) code: Vec<Inst>,
    /// Places of instructions that may fail: position in the program's code, and place.
    pub(crate) places: Vec<(u32, Location)>,
}

/// The assembler.
#[derive(Debug, Default)]
pub(crate) struct Assembler {
    items: Vec<Item>,
    aside: Vec<Vec<Item>>,
    labels: u32,
    units: Vec<u64>,
    regions: Vec<Region>,
}

impl Assembler {
    pub(crate) fn label(&mut self) -> Label {
        self.labels += 1;
        Label(self.labels - 1)
    }

    pub(crate) fn mark(&mut self, label: Label) {
        self.items.push(Item::Mark(label));
    }

    /// Begins a region: what is emitted until it ends is charged here.
    pub(crate) fn begin_region(&mut self) {
        let region = Region(u32::try_from(self.units.len()).unwrap_or(u32::MAX));
        self.units.push(0);
        self.regions.push(region);
        self.items.push(Item::Charge(region));
    }

    pub(crate) fn end_region(&mut self) {
        self.regions.pop();
    }

    fn spend(&mut self, op: Op) {
        if let Some(region) = self.regions.last()
            && let Some(units) = self.units.get_mut(region.0 as usize)
        {
            *units += u64::from(op.info().fuel);
        }
    }

    pub(crate) fn plain(&mut self, inst: Inst, place: Option<Location>) {
        self.spend(inst.op);
        self.items.push(Item::Plain(inst, place.filter(|_| inst.op.info().fails)));
    }

    pub(crate) fn far(&mut self, inst: Inst, to: Label, place: Option<Location>) {
        self.spend(inst.op);
        self.items.push(Item::Far(inst, to, place.filter(|_| inst.op.info().fails)));
    }

    pub(crate) fn near(&mut self, inst: Inst, to: Label) {
        self.spend(inst.op);
        self.items.push(Item::Near(inst, to, false));
    }

    pub(crate) fn jump(&mut self, to: Label) {
        self.far(Inst::new(Op::Jump, 0, 0, 0), to, None);
    }

    /// Whether what is emitted next can be reached by running on.
    pub(crate) fn falls_through(&self) -> bool {
        !self.items.last().is_some_and(ends)
    }

    /// Begins code aside; gives what [`Assembler::end_aside`] takes.
    pub(crate) fn begin_aside(&mut self) -> Aside {
        Aside { items: std::mem::take(&mut self.items), regions: std::mem::take(&mut self.regions) }
    }

    pub(crate) fn end_aside(&mut self, aside: Aside) {
        let written = std::mem::replace(&mut self.items, aside.items);
        self.aside.push(written);
        self.regions = aside.regions;
    }

    /// Lays out the code, whose first instruction stands at `start` in the program. None where it is too long.
    pub(crate) fn finish(mut self, start: u32) -> Option<Assembled> {
        let mut items = std::mem::take(&mut self.items);
        for aside in std::mem::take(&mut self.aside) {
            items.extend(aside);
        }
        self.thread_jumps(&mut items);
        loop {
            let positions = self.positions(&items, start)?;
            if !self.widen(&mut items, &positions, start) {
                return self.write(&items, &positions, start);
            }
        }
    }

    /// Leads jumps to jumps to where those go, and drops jumps to what follows anyway.
    fn thread_jumps(&self, items: &mut Vec<Item>) {
        let mut lands: Vec<Option<Label>> = vec![None; self.labels as usize];
        // From the end, so that chains are resolved in one pass wherever they lead forward.
        let mut next: Option<Label> = None;
        for item in items.iter().rev() {
            match item {
                Item::Mark(label) => {
                    if let Some(slot) = lands.get_mut(label.0 as usize) {
                        *slot = next;
                    }
                }
                Item::Far(Inst { op: Op::Jump, .. }, to, _) => {
                    next = Some(lands.get(to.0 as usize).copied().flatten().unwrap_or(*to));
                }
                Item::Far(..) | Item::Plain(..) | Item::Near(..) | Item::Charge(_) => next = None,
            }
        }
        for item in items.iter_mut() {
            if let Item::Far(_, to, _) | Item::Near(_, to, _) = item
                && let Some(Some(target)) = lands.get(to.0 as usize)
            {
                *to = *target;
            }
        }
        // In place: code of many rules is long.
        let mut kept = 0;
        for at in 0..items.len() {
            let Some(item) = items.get(at).copied() else { break };
            if let Item::Mark(label) = item {
                // `jump L` directly before `L:` (perhaps with other labels between).
                let before = items.get(..kept).unwrap_or(&[]);
                let trailing = before.iter().rev().take_while(|i| matches!(i, Item::Mark(_))).count();
                let jump = kept.checked_sub(trailing + 1);
                if let Some(jump) = jump
                    && let Some(Item::Far(Inst { op: Op::Jump, .. }, to, _)) = items.get(jump)
                    && *to == label
                {
                    items.copy_within(jump + 1..kept, jump);
                    kept -= 1;
                }
            }
            if let Some(slot) = items.get_mut(kept) {
                *slot = item;
            }
            kept += 1;
        }
        items.truncate(kept);
        reachable(items, self.labels as usize);
    }

    fn charged(&self, region: Region) -> u64 {
        self.units.get(region.0 as usize).copied().unwrap_or(0)
    }

    fn positions(&self, items: &[Item], start: u32) -> Option<Vec<u32>> {
        let mut positions = vec![start; self.labels as usize];
        let mut at = start;
        for item in items {
            if let Item::Mark(label) = item
                && let Some(slot) = positions.get_mut(label.0 as usize)
            {
                *slot = at;
            }
            at = at.checked_add(self.length(item))?;
        }
        Some(positions)
    }

    fn length(&self, item: &Item) -> u32 {
        match item {
            Item::Plain(..) | Item::Far(..) => 1,
            Item::Near(inst, _, wide) => match (*wide, has_sense(inst.op)) {
                (false, _) => 1,
                (true, true) => 2,
                (true, false) => 3,
            },
            Item::Charge(region) => u32::from(self.charged(*region) > 0),
            Item::Mark(_) => 0,
        }
    }

    /// Marks jumps that do not reach as wide; whether there were any.
    fn widen(&self, items: &mut [Item], positions: &[u32], start: u32) -> bool {
        let mut changed = false;
        let mut at = start;
        for item in items.iter_mut() {
            let length = self.length(item);
            if let Item::Near(_, to, wide) = item
                && !*wide
                && distance(at, position(positions, *to)).is_none()
            {
                *wide = true;
                changed = true;
            }
            at = at.saturating_add(length);
        }
        changed
    }

    fn write(&self, items: &[Item], positions: &[u32], start: u32) -> Option<Assembled> {
        let mut out = Assembled::default();
        out.code.reserve(items.len());
        for item in items {
            let at = start.checked_add(u32::try_from(out.code.len()).ok()?)?;
            match item {
                Item::Plain(inst, place) => {
                    out.places.extend(place.map(|place| (at, place)));
                    out.code.push(*inst);
                }
                Item::Far(inst, to, place) => {
                    out.places.extend(place.map(|place| (at, place)));
                    out.code
                        .push(Inst { x: inst.x, ..Inst::wide(inst.op, inst.a, position(positions, *to)) });
                }
                Item::Near(inst, to, false) => {
                    out.code
                        .push(Inst { c: distance(at, position(positions, *to))?.cast_unsigned(), ..*inst });
                }
                Item::Near(inst, to, true) => {
                    let target = position(positions, *to);
                    if has_sense(inst.op) {
                        // The opposite test leads around a jump that reaches.
                        out.code.push(Inst { x: 1 - inst.x.min(1), c: 1, ..*inst });
                        out.code.push(Inst::wide(Op::Jump, 0, target));
                    } else {
                        out.code.push(Inst { c: 1, ..*inst });
                        out.code.push(Inst::wide(Op::Jump, 0, at.checked_add(3)?));
                        out.code.push(Inst::wide(Op::Jump, 0, target));
                    }
                }
                Item::Charge(region) => {
                    let units = self.charged(*region);
                    if units > 0 {
                        out.code.push(Inst::wide(Op::Charge, 0, u32::try_from(units).unwrap_or(u32::MAX)));
                    }
                }
                Item::Mark(_) => {}
            }
        }
        Some(out)
    }
}

/// The state that writing aside keeps.
#[derive(Debug)]
pub(crate) struct Aside {
    items: Vec<Item>,
    regions: Vec<Region>,
}

/// Whether control never goes on below an item.
fn ends(item: &Item) -> bool {
    matches!(
        item,
        Item::Far(Inst { op: Op::Jump, .. }, ..)
            | Item::Plain(Inst { op: Op::Return | Op::Finish | Op::LetDone, .. }, _)
    )
}

/// Without what control never comes to.
fn reachable(items: &mut Vec<Item>, labels: usize) {
    let mut marks = vec![usize::MAX; labels];
    for (at, item) in items.iter().enumerate() {
        if let Item::Mark(label) = item
            && let Some(slot) = marks.get_mut(label.0 as usize)
        {
            *slot = at;
        }
    }
    let mut reached = vec![false; items.len()];
    let mut open = vec![0];
    while let Some(mut at) = open.pop() {
        while let (Some(item), Some(seen)) = (items.get(at), reached.get_mut(at))
            && !*seen
        {
            *seen = true;
            if let Item::Far(_, to, _) | Item::Near(_, to, _) = item {
                open.extend(marks.get(to.0 as usize));
            }
            if ends(item) {
                break;
            }
            at += 1;
        }
    }
    let mut reached = reached.into_iter();
    items.retain(|_| reached.next().unwrap_or(false));
}

/// Whether an operation that jumps near can be turned around.
fn has_sense(op: Op) -> bool {
    op.info().operands.iter().any(|operand| operand.place == Place::X)
}

fn position(positions: &[u32], label: Label) -> u32 {
    positions.get(label.0 as usize).copied().unwrap_or(0)
}

/// The distance from the instruction after `at`.
fn distance(at: u32, to: u32) -> Option<i16> {
    i16::try_from(i64::from(to) - i64::from(at) - 1).ok()
}
