//! Expressions: from left to right, no more than is needed, a `let` at its first use.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use policy_bytecode::scalar::Timestamp;
use policy_compiler::hir::{
    Arm, Const, EntityPart, Expr, ExprKind, FunctionId, Gen, GlobalId, Hir, InKind, Let, LocalId, Logic,
    MatchPattern, Mode, Pattern, PatternKind, Quantifier, TyKind,
};

use super::entities::{self, Store};
use super::fault::{Result, Stop};
use super::files::Files;
use super::paths::Reach;
use super::value::{Json, Value, Variant};
use super::{aggregate, convert, decide, json, library, operators, read, sequence};

/// What an evaluation sees: the program, one snapshot of data, one `now`.
pub struct World<'a> {
    /// The program.
    pub hir: &'a Hir,
    /// The value of each data item that has one.
    pub data: Vec<Option<Value>>,
    /// The names of entity types, as documents and messages have them.
    pub entity_names: Vec<String>,
    /// The entity store, where one was given.
    pub entities: Option<Store>,
    /// The time of the decision.
    pub now: Option<Timestamp>,
    /// Data items that were loaded too long ago.
    pub stale: BTreeSet<usize>,
    /// Modes that the deployment says, of policies and rules, by their qualified names.
    pub modes: BTreeMap<String, Mode>,
    /// Files of the project, for tests.
    pub files: Option<&'a dyn Files>,
    globals: RefCell<BTreeMap<GlobalId, Result<Value>>>,
}

/// The variables of one call.
pub struct Frame<'a> {
    slots: Vec<Slot<'a>>,
}

#[derive(Clone)]
enum Slot<'a> {
    Empty,
    Value(Value),
    Lazy(&'a Let),
    Failed(Stop),
}

impl<'a> Frame<'a> {
    /// A frame with room for `count` variables.
    #[must_use]
    pub fn new(count: usize) -> Self {
        Self { slots: vec![Slot::Empty; count] }
    }

    /// Gives a variable its value.
    pub fn set(&mut self, local: LocalId, value: Value) {
        if let Some(slot) = self.slots.get_mut(local.index()) {
            *slot = Slot::Value(value);
        }
    }

    /// Takes the value of a variable away.
    pub fn unset(&mut self, local: LocalId) {
        if let Some(slot) = self.slots.get_mut(local.index()) {
            *slot = Slot::Empty;
        }
    }

    /// Gives the variables of a pattern their values.
    ///
    /// # Errors
    /// Where the value is not of the pattern's type.
    pub fn bind(&mut self, pattern: &Pattern, value: &Value) -> Result<()> {
        match &pattern.kind {
            PatternKind::Ignore => Ok(()),
            PatternKind::Bind(local) => {
                self.set(*local, value.clone());
                Ok(())
            }
            PatternKind::Tuple(parts) => {
                let Value::List(values) = value else { return Err(Stop::bug("a pattern of a tuple")) };
                parts.iter().zip(values.iter()).try_for_each(|(part, value)| self.bind(part, value))
            }
            PatternKind::Record(_, fields) => {
                let Value::Record(values) = value else { return Err(Stop::bug("a pattern of a record")) };
                fields.iter().try_for_each(|(field, part)| match values.get(field.index()) {
                    Some(value) => self.bind(part, value),
                    None => Err(Stop::bug("a pattern of a field")),
                })
            }
        }
    }

    /// Makes `let`s wait for their first use.
    pub fn enter(&mut self, lets: &'a [Let]) {
        for one in lets {
            self.fill(&one.pattern, &Slot::Lazy(one));
        }
    }

    fn fill(&mut self, pattern: &Pattern, with: &Slot<'a>) {
        match &pattern.kind {
            PatternKind::Ignore => {}
            PatternKind::Bind(local) => {
                if let Some(slot) = self.slots.get_mut(local.index()) {
                    *slot = with.clone();
                }
            }
            PatternKind::Tuple(parts) => parts.iter().for_each(|part| self.fill(part, with)),
            PatternKind::Record(_, fields) => fields.iter().for_each(|(_, part)| self.fill(part, with)),
        }
    }
}

impl<'a> World<'a> {
    /// A world whose data items have their defaults.
    ///
    /// # Errors
    /// Where a default fails, which the checker excludes.
    pub fn new(hir: &'a Hir, now: Option<Timestamp>) -> Result<Self> {
        let mut world = Self {
            hir,
            data: Vec::new(),
            entity_names: entities::names(&hir.types.entities),
            entities: None,
            now,
            stale: BTreeSet::new(),
            modes: BTreeMap::new(),
            files: None,
            globals: RefCell::default(),
        };
        for item in &hir.data {
            let value = match &item.default {
                Some(default) => Some(world.eval(&mut Frame::new(0), default)?),
                None => None,
            };
            world.data.push(value);
        }
        Ok(world)
    }

    /// Loads a data item from a document.
    ///
    /// # Errors
    /// Where there is no such item, or the document does not fit its type.
    pub fn load(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        let found = self.hir.data.iter().enumerate().find(|(_, item)| item.name == name);
        let (index, item) = found.ok_or_else(|| Stop::bug(format!("no data {name}")))?;
        let doc = json::parse(bytes).map_err(|_| Stop::bug(format!("data {name} is no JSON")))?;
        let value = read::document(self, &doc, item.ty, &Reach::whole(), read::Border::Data)?;
        let value = value.map_err(|misfits| Stop::bug(format!("data {name}: {misfits:?}")))?;
        if let Some(slot) = self.data.get_mut(index) {
            *slot = Some(value);
        }
        self.forget();
        Ok(())
    }

    /// Loads the entity store from documents.
    ///
    /// # Errors
    /// Where they are no store.
    pub fn load_entities(&mut self, documents: &[String]) -> Result<()> {
        let docs = documents.iter().map(|text| json::parse(text.as_bytes()));
        let docs: Vec<json::Doc> = docs
            .collect::<std::result::Result<_, _>>()
            .map_err(|_| Stop::bug("entities that are no JSON"))?;
        let store = entities::store(self, &docs)?;
        self.entities = Some(store.map_err(|misfits| Stop::bug(format!("entities: {misfits:?}")))?);
        self.forget();
        Ok(())
    }

    /// Forgets what was computed from data.
    pub fn forget(&mut self) {
        self.globals = RefCell::default();
    }

    fn local(&self, frame: &mut Frame<'a>, local: LocalId) -> Result<Value> {
        let slot = frame.slots.get(local.index()).cloned().unwrap_or(Slot::Empty);
        match slot {
            Slot::Value(value) => Ok(value),
            Slot::Failed(stop) => Err(stop),
            Slot::Empty => Err(Stop::bug(format!("variable {} has no value", local.0))),
            Slot::Lazy(one) => {
                match self.eval(frame, &one.value) {
                    Ok(value) => frame.bind(&one.pattern, &value)?,
                    Err(stop) => {
                        frame.fill(&one.pattern, &Slot::Failed(stop.clone()));
                        return Err(stop);
                    }
                }
                match frame.slots.get(local.index()) {
                    Some(Slot::Value(value)) => Ok(value.clone()),
                    _ => Err(Stop::bug("a let binds no value")),
                }
            }
        }
    }

    /// The value of a variable.
    ///
    /// # Errors
    /// As its `let` fails.
    pub fn variable(&self, frame: &mut Frame<'a>, local: LocalId) -> Result<Value> {
        self.local(frame, local)
    }

    fn global(&self, id: GlobalId) -> Result<Value> {
        if let Some(known) = self.globals.borrow().get(&id) {
            return known.clone();
        }
        let global = self.hir.globals.get(id.index()).ok_or_else(|| Stop::bug("no such global"))?;
        let value = self.eval(&mut Frame::new(global.locals.len()), &global.value);
        self.globals.borrow_mut().insert(id, value.clone());
        value
    }

    /// Calls a function.
    ///
    /// # Errors
    /// As its body fails.
    pub fn call(&self, function: FunctionId, args: Vec<Value>) -> Result<Value> {
        let function =
            self.hir.functions.get(function.index()).ok_or_else(|| Stop::bug("no such function"))?;
        let mut frame = Frame::new(function.locals.len());
        for (slot, value) in frame.slots.iter_mut().zip(args) {
            *slot = Slot::Value(value);
        }
        self.eval(&mut frame, &function.body)
    }

    /// The value of a condition.
    ///
    /// # Errors
    /// As it fails.
    pub fn truth(&self, frame: &mut Frame<'a>, expr: &'a Expr) -> Result<bool> {
        match self.eval(frame, expr)? {
            Value::Bool(value) => Ok(value),
            other => Err(Stop::bug(format!("a condition that is {other:?}"))),
        }
    }

    fn all(&self, frame: &mut Frame<'a>, exprs: &'a [Expr]) -> Result<Vec<Value>> {
        exprs.iter().map(|expr| self.eval(frame, expr)).collect()
    }

    /// The value of an expression.
    ///
    /// # Errors
    /// The first error that evaluation reaches.
    pub fn eval(&self, frame: &mut Frame<'a>, expr: &'a Expr) -> Result<Value> {
        let value = match &expr.kind {
            ExprKind::Error => return Err(Stop::bug("an expression that was not checked")),
            ExprKind::Const(constant) => constant_value(constant)?,
            ExprKind::Local(local) => self.local(frame, *local)?,
            ExprKind::Global(id) => self.global(*id)?,
            ExprKind::Data(id) => {
                if self.stale.contains(&id.index()) {
                    return Err(Stop::fault("stale_data", expr.location, Vec::new()));
                }
                match self.data.get(id.index()) {
                    Some(Some(value)) => value.clone(),
                    Some(None) | None => return Err(Stop::bug("data that was not loaded")),
                }
            }
            ExprKind::Now => match self.now {
                Some(now) => Value::Timestamp(now),
                None => return Err(Stop::fault("no_now", expr.location, Vec::new())),
            },
            ExprKind::Let { lets, body } => {
                frame.enter(lets);
                self.eval(frame, body)?
            }
            ExprKind::If { branches, otherwise } => {
                for (condition, value) in branches {
                    if self.truth(frame, condition)? {
                        return self.eval(frame, value);
                    }
                }
                self.eval(frame, otherwise)?
            }
            ExprKind::Match { scrutinee, arms } => self.choose(frame, scrutinee, arms)?,
            ExprKind::Record { record, fields } => {
                let definition = self.hir.types.record(*record).ok_or_else(|| Stop::bug("no such record"))?;
                let mut values = vec![Value::Absent; definition.fields.len()];
                for (field, value) in fields {
                    let value = self.eval(frame, value)?;
                    *values.get_mut(field.index()).ok_or_else(|| Stop::bug("no such field"))? = value;
                }
                Value::Record(Rc::new(values))
            }
            ExprKind::Tuple(parts) | ExprKind::List(parts) => Value::list(self.all(frame, parts)?),
            ExprKind::Set(elements) => {
                let mut set = BTreeSet::new();
                for value in self.all(frame, elements)? {
                    set.insert(value);
                }
                Value::Set(Rc::new(set))
            }
            ExprKind::Map(entries) => {
                let mut values = Vec::new();
                for (key, value) in entries {
                    values.push((self.eval(frame, key)?, self.eval(frame, value)?));
                }
                aggregate::map_of(values, expr)?
            }
            ExprKind::Interpolation(text) => Value::text(&self.plain_text(frame, text)?),
            ExprKind::Field { base, field } => {
                let base_value = self.eval(frame, base)?;
                self.field(base, &base_value, *field)?
            }
            ExprKind::Tag(union) => match self.eval(frame, union)? {
                Value::Union(_, tag, _) => Value::text(&tag),
                other => return Err(Stop::bug(format!("the tag of {other:?}"))),
            },
            ExprKind::Descend { base, local, children, paths } => {
                sequence::descend(self, frame, base, *local, children, *paths)?
            }
            ExprKind::Entity { entity, id } => match self.eval(frame, id)? {
                Value::String(id) => Value::Entity(entity.0, id),
                other => return Err(Stop::bug(format!("an entity of the id {other:?}"))),
            },
            ExprKind::EntityText { base, part } => match (self.eval(frame, base)?, part) {
                (Value::Entity(_, id), EntityPart::Id) => Value::String(id),
                (Value::Entity(entity, _), EntityPart::Type) => Value::text(entities::shown(self, entity)),
                (other, _) => return Err(Stop::bug(format!("the id or type of {other:?}"))),
            },
            ExprKind::Attribute { base, fields } => {
                let value = self.eval(frame, base)?;
                self.attribute(&value, fields, expr.location)?
            }
            ExprKind::Then { patterns, source, without, body } => {
                let sequence = sequence::Sequence { patterns, without: without.as_deref(), body };
                Value::Bool(sequence::found(self, frame, source, sequence)?)
            }
            ExprKind::Fold { generators, state, init, body } => {
                sequence::fold(self, frame, generators, *state, init, body)?
            }
            ExprKind::Score(parts) => sequence::score(self, frame, parts, expr)?,
            ExprKind::Part { base, index } => match self.eval(frame, base)? {
                Value::List(parts) => {
                    parts.get(*index as usize).cloned().ok_or_else(|| Stop::bug("no such part"))?
                }
                other => return Err(Stop::bug(format!("a part of {other:?}"))),
            },
            ExprKind::JsonField { base, name } => convert::member(&self.eval(frame, base)?, name),
            ExprKind::Index { base, index } => {
                let base = self.eval(frame, base)?;
                let index = self.eval(frame, index)?;
                convert::index(&base, &index)?
            }
            ExprKind::WithPresent { base, local, body } => {
                let value = self.eval(frame, base)?;
                if value.is_absent() {
                    return Ok(Value::Absent);
                }
                frame.set(*local, value);
                self.eval(frame, body)?
            }
            ExprKind::Narrow(inner) => {
                let value = self.eval(frame, inner)?;
                convert::narrow(self, &value, inner.ty, expr.ty)?
            }
            ExprKind::With { base, updates } => {
                let mut value = self.eval(frame, base)?;
                for (path, new) in updates {
                    let new = self.eval(frame, new)?;
                    value = self.replace(frame, value, path, new, expr.location)?;
                }
                value
            }
            ExprKind::Logic { op, operands } => Value::Bool(self.logic(frame, *op, operands)?),
            ExprKind::Not(inner) => Value::Bool(!self.truth(frame, inner)?),
            ExprKind::Coalesce(first, second) => {
                let value = self.eval(frame, first)?;
                if value.is_absent() { self.eval(frame, second)? } else { value }
            }
            ExprKind::Compare { op, left, right } => {
                let left = self.eval(frame, left)?;
                let right = self.eval(frame, right)?;
                Value::Bool(operators::compare(*op, &left, &right)?)
            }
            ExprKind::Arithmetic { op, left, right } => {
                let left = self.eval(frame, left)?;
                let right = self.eval(frame, right)?;
                operators::arithmetic(*op, &left, &right, expr.location)?
            }
            ExprKind::Negate(inner) => {
                let value = self.eval(frame, inner)?;
                operators::negate(&value, expr.location)?
            }
            ExprKind::In { kind, elem, container } => {
                let elem = self.eval(frame, elem)?;
                let container = self.eval(frame, container)?;
                if matches!(kind, InKind::Entity | InKind::EntityIn) {
                    return Ok(Value::Bool(self.entity_in(*kind, &elem, &container, expr.location)?));
                }
                Value::Bool(operators::member(*kind, &elem, &container)?)
            }
            ExprKind::Matches { text, pattern } => {
                let host = matches!(self.hir.types.kind(text.ty), TyKind::Host);
                let text = self.eval(frame, text)?;
                let pattern = self.eval(frame, pattern)?;
                Value::Bool(operators::matches(&text, &pattern, host)?)
            }
            ExprKind::Contains { text, what } => {
                let text = self.eval(frame, text)?;
                let what = self.eval(frame, what)?;
                Value::Bool(operators::contains(&text, &what)?)
            }
            ExprKind::Is { value, test } => Value::Bool(self.is(frame, value, test)?),
            ExprKind::Cast { value, cast, to } => {
                let optional = matches!(self.hir.types.kind(value.ty), TyKind::Option(_));
                let value = self.eval(frame, value)?;
                convert::cast(self, &value, optional, *cast, *to, expr.location)?
            }
            ExprKind::Convert { convert: how, value: inner } => {
                let value = self.eval(frame, inner)?;
                convert::convert(self, &value, inner.ty, *how, expr)?
            }
            ExprKind::Quantified { quantifier, generators, body } => {
                Value::Bool(self.quantified(frame, *quantifier, generators, body)?)
            }
            ExprKind::Comprehension { aggregate, generators, filter, elem, value } => {
                aggregate::comprehension(
                    self,
                    frame,
                    expr,
                    *aggregate,
                    generators,
                    filter.as_deref(),
                    elem,
                    value.as_deref(),
                )?
            }
            ExprKind::Call { function, args } => {
                let args = self.all(frame, args)?;
                self.call(*function, args)?
            }
            ExprKind::Intrinsic { intrinsic, args } => {
                let types: Vec<_> = args.iter().map(|arg| arg.ty).collect();
                let args = self.all(frame, args)?;
                library::call(self, *intrinsic, &args, &types, expr)?
            }
            ExprKind::Decide { policy, input, params } => {
                decide::as_value(self, frame, *policy, input, params)?
            }
            ExprKind::Fixture { kind, path, pointer, .. } => {
                let path = self.eval(frame, path)?;
                let pointer = match pointer {
                    Some(pointer) => Some(self.eval(frame, pointer)?),
                    None => None,
                };
                self.fixture(*kind, &path, pointer.as_ref())?
            }
        };
        if matches!(value, Value::Unread) {
            return Err(Stop::bug(format!("a part of the input that was not read, at {:?}", expr.location)));
        }
        Ok(value)
    }

    fn logic(&self, frame: &mut Frame<'a>, op: Logic, operands: &'a [Expr]) -> Result<bool> {
        match op {
            Logic::And => {
                for operand in operands {
                    if !self.truth(frame, operand)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Logic::Or => {
                for operand in operands {
                    if self.truth(frame, operand)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Logic::Implies => match operands {
                [left, right] => Ok(!self.truth(frame, left)? || self.truth(frame, right)?),
                _ => Err(Stop::bug("implies takes two")),
            },
        }
    }

    fn fits(&self, pattern: &MatchPattern, value: &Value) -> Result<bool> {
        Ok(match pattern {
            MatchPattern::Absent => value.is_absent(),
            MatchPattern::Const(constant) => match value {
                Value::Json(json) => convert::scalar_json(&constant_value(constant)?) == Some(json.clone()),
                other => constant_value(constant)? == *other,
            },
            MatchPattern::Entity(wanted) => {
                matches!(value, Value::Entity(entity, _) if *entity == wanted.0)
            }
            MatchPattern::UnionVariant(union, wanted) => self.is_variant(value, *union, *wanted),
            MatchPattern::Tuple(patterns) => {
                let Value::List(values) = value else { return Err(Stop::bug("a match of a tuple")) };
                for (pattern, value) in patterns.iter().zip(values.iter()) {
                    if !self.fits(pattern, value)? {
                        return Ok(false);
                    }
                }
                true
            }
            MatchPattern::Any => true,
        })
    }

    fn choose(&self, frame: &mut Frame<'a>, scrutinee: &'a Expr, arms: &'a [Arm]) -> Result<Value> {
        let value = self.eval(frame, scrutinee)?;
        for arm in arms {
            for pattern in &arm.patterns {
                if !self.fits(pattern, &value)? {
                    continue;
                }
                if let Some(bind) = &arm.bind {
                    frame.bind(bind, &asked_for(pattern, &value))?;
                }
                return self.eval(frame, &arm.body);
            }
        }
        Err(Stop::bug("a match without an arm that fits"))
    }

    fn quantified(
        &self,
        frame: &mut Frame<'a>,
        quantifier: Quantifier,
        generators: &'a [Gen],
        body: &'a Expr,
    ) -> Result<bool> {
        let mut found = 0;
        // What ends the search: a true body, but a false one for `all`; the second true one for `exactly one`.
        let ended = !self.each(frame, generators, &mut |frame| {
            let truth = self.truth(frame, body)?;
            Ok(match quantifier {
                Quantifier::Any | Quantifier::None => !truth,
                Quantifier::All => truth,
                Quantifier::ExactlyOne => {
                    found += u32::from(truth);
                    found < 2
                }
            })
        })?;
        Ok(match quantifier {
            Quantifier::Any => ended,
            Quantifier::All | Quantifier::None => !ended,
            Quantifier::ExactlyOne => found == 1,
        })
    }

    /// Goes through all bindings of generators in order until `visit` says to stop; whether it never did.
    ///
    /// # Errors
    /// As a source or `visit` fails.
    pub fn each(
        &self,
        frame: &mut Frame<'a>,
        generators: &'a [Gen],
        visit: &mut dyn FnMut(&mut Frame<'a>) -> Result<bool>,
    ) -> Result<bool> {
        let Some((first, rest)) = generators.split_first() else { return visit(frame) };
        for element in elements(&self.eval(frame, &first.source)?)? {
            frame.bind(&first.pattern, &element)?;
            if !self.each(frame, rest, visit)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// What a generator goes through: elements, and the entries of a map as pairs.
///
/// # Errors
/// Where the value is no collection.
pub fn elements(value: &Value) -> Result<Vec<Value>> {
    match value {
        Value::List(values) => Ok(values.to_vec()),
        Value::Set(values) => Ok(values.iter().cloned().collect()),
        Value::Map(entries) => {
            Ok(entries.iter().map(|(key, value)| Value::list(vec![key.clone(), value.clone()])).collect())
        }
        other => Err(Stop::bug(format!("elements of {other:?}"))),
    }
}

/// What a pattern gives to be bound: of a variant its content.
fn asked_for(pattern: &MatchPattern, value: &Value) -> Value {
    match (pattern, value) {
        (MatchPattern::UnionVariant(..), Value::Union(_, _, content)) => (**content).clone(),
        (MatchPattern::Tuple(patterns), Value::List(values)) => {
            Value::list(patterns.iter().zip(values.iter()).map(|(p, v)| asked_for(p, v)).collect())
        }
        _ => value.clone(),
    }
}

/// The value of a constant.
///
/// # Errors
/// Where it is not what the checker has checked.
pub fn constant_value(constant: &Const) -> Result<Value> {
    use super::decimal::Dec;
    use super::value::PatternKind as Kind;
    Ok(match constant {
        Const::Absent => Value::Absent,
        Const::Bool(value) => Value::Bool(*value),
        Const::Int(value) => Value::Int(*value),
        Const::Decimal(value) => Value::Decimal(Dec::from_constant(*value)),
        Const::String(text) | Const::Url(text) => Value::text(text),
        Const::Timestamp(value) => Value::Timestamp(*value),
        Const::Date(value) => Value::Date(*value),
        Const::TimeOfDay(value) => Value::TimeOfDay(*value),
        Const::Duration(value) => Value::Duration(*value),
        Const::Ip(value) => Value::Ip(*value),
        Const::Cidr(value) => Value::Cidr(*value),
        Const::SemVer(value) => Value::SemVer(Rc::new((**value).clone())),
        Const::SemVerRange(text) => {
            let range = semver::VersionReq::parse(text).map_err(|error| Stop::bug(error.to_string()))?;
            Value::SemVerRange(Rc::new(range), Rc::from(text.as_str()))
        }
        Const::Regex(text) => Value::Pattern(Kind::Regex, Rc::from(text.as_str())),
        Const::Glob(text) => Value::Pattern(Kind::Glob, Rc::from(text.as_str())),
        Const::Wildcard(text) => Value::Pattern(Kind::Wildcard, Rc::from(text.as_str())),
        Const::Bytes(bytes) => Value::Bytes(Rc::from(bytes.as_slice())),
        Const::Variant(_, variant) => Value::Variant(Variant::Known(*variant)),
        Const::Entity(entity, id) => Value::Entity(entity.0, Rc::from(id.as_str())),
    })
}

/// Whether a `Json` is `null`, which reads as absent.
#[must_use]
pub fn is_null(json: &Json) -> bool {
    matches!(json, Json::Null)
}
