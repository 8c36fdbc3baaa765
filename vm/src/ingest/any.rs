//! `Json`: any value.

use super::{Hooks, Reader, Step, Stop, number};
use crate::structure;
use crate::value::Value;

impl<H: Hooks> Reader<'_, '_, H> {
    /// Reads any value.
    pub(super) fn any(&mut self) -> Result<Value, Stop> {
        match self.scan.peek() {
            Some(b'"') => {
                let start = self.scan.at;
                let raw = self.scan.string()?;
                if raw.lone {
                    self.unfit_text(start, "text without unpaired surrogates");
                }
                self.keep(raw).map(Value::Text)
            }
            Some(b'{') => self.any_object(),
            Some(b'[') => self.any_list(),
            Some(b't') => self.scan.word("true").map(|()| Value::Bool(true)),
            Some(b'f') => self.scan.word("false").map(|()| Value::Bool(false)),
            Some(b'n') => self.scan.word("null").map(|()| Value::Null),
            Some(_) => {
                let start = self.scan.at;
                let text = self.scan.number()?;
                if let Some(value) = number::read(text) {
                    Ok(value)
                } else {
                    self.unfit_text(start, "a number that a Decimal holds exactly");
                    Ok(Value::Absent)
                }
            }
            None => self.scan.wrong("the text ends where a value was expected"),
        }
    }

    fn any_list(&mut self) -> Result<Value, Stop> {
        let mark = self.staged();
        let mut more = self.begin(b']')?;
        let mut at = 0;
        while more {
            self.reading.path.push(Step::Index(at));
            let value = self.any()?;
            self.push(value)?;
            self.reading.path.pop();
            at += 1;
            more = self.more(b']', "`,` or `]` was expected")?;
        }
        Ok(structure::list(self.hooks.heap(), mark)?)
    }

    fn any_object(&mut self) -> Result<Value, Stop> {
        let mark = self.staged();
        let mut more = self.begin(b'}')?;
        while more {
            let key = self.key()?;
            let name = self.key_value(key)?;
            self.push(name)?;
            self.reading.path.push(key);
            let value = self.any()?;
            self.push(value)?;
            self.reading.path.pop();
            more = self.more(b'}', "`,` or `}` was expected")?;
        }
        self.finish_map(mark)
    }
}
