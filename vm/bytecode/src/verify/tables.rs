//! Tables: every position lies in its table, and constants refer to earlier ones only.

use super::{MAX_FUNCTIONS, MAX_INCLUSION, MAX_PARAMS, VerifyError, within};
use crate::makeup::Makeup;
use crate::program::{
    Annotations, ConstId, Constant, DefaultOutcome, Effect, EntityIndex, Exception, FormatPart, Function,
    FunctionIndex, Message, MessagePart, NoteType, Policy, Program, Projection, Read, Rule, TextId, TypeId,
};
use crate::types::{Presence, Type};

struct Tables<'a>(&'a Program);

pub(super) fn check(program: &Program) -> Result<(), VerifyError> {
    let tables = Tables(program);
    let sizes = [
        program.texts.len(),
        program.types.len(),
        program.consts.len(),
        program.patterns.len(),
        program.plans.len(),
        program.code.len(),
    ];
    if program.functions.len() > MAX_FUNCTIONS || sizes.iter().any(|size| u32::try_from(*size).is_err()) {
        return Err(VerifyError::new("a table is too large"));
    }
    for ty in &program.types {
        tables.ty_of(ty)?;
    }
    if program.entities.len() > usize::from(u16::MAX) {
        return Err(VerifyError::new("a table is too large"));
    }
    for entity in &program.entities {
        tables.texts(&[entity.name, entity.shown])?;
        tables.entities(&entity.parents)?;
        if !matches!(program.types.get(entity.attributes.index()), Some(Type::Record(_))) {
            return Err(VerifyError::new("attributes that are no record"));
        }
    }
    for (at, constant) in program.consts.iter().enumerate() {
        tables.constant(at, constant)?;
    }
    for pattern in &program.patterns {
        tables.text(pattern.text)?;
    }
    for format in &program.formats {
        for part in &format.parts {
            match part {
                FormatPart::Literal(text) => tables.text(*text)?,
                FormatPart::Value(ty) => tables.ty(*ty)?,
            }
        }
    }
    tables.projections()?;
    for plan in &program.plans {
        tables.ty(plan.ty)?;
        if let Read::Parts(parts) = &plan.read {
            for part in parts {
                within("plan", part.index(), program.plans.len())?;
            }
        }
    }
    for item in &program.data {
        tables.text(item.name)?;
        tables.ty(item.ty)?;
        tables.optional_const(item.default)?;
    }
    for global in &program.globals {
        tables.text(global.name)?;
        tables.function(global.function, 0)?;
    }
    for obligation in &program.obligations {
        tables.text(obligation.name)?;
        tables.ty(obligation.payload)?;
        tables.optional_text(obligation.doc)?;
    }
    for exception in &program.exceptions {
        tables.exception(exception)?;
    }
    for policy in &program.policies {
        tables.policy(policy)?;
    }
    inclusion(program)
}

/// Inclusion is acyclic, since a body includes earlier ones only, and no deeper than it may be.
fn inclusion(program: &Program) -> Result<(), VerifyError> {
    let mut order: Vec<usize> = (0..program.policies.len()).collect();
    order.sort_by_key(|at| program.policies.get(*at).map(|policy| policy.body));
    let mut depths = vec![0; program.policies.len()];
    for at in order {
        let Some(policy) = program.policies.get(at) else { continue };
        let mut depth = 0;
        for rule in &policy.rules {
            if let Effect::Include { policy: included, .. } = rule.effect {
                let body = program.policies.get(included as usize).map(|other| other.body);
                if body.is_none_or(|body| body >= policy.body) {
                    return Err(VerifyError::new("an include of this or a later policy"));
                }
                depth = depth.max(depths.get(included as usize).copied().unwrap_or(0) + 1);
            }
        }
        if depth > MAX_INCLUSION {
            return Err(VerifyError::new(format!("policies within each other deeper than {MAX_INCLUSION}")));
        }
        if let Some(slot) = depths.get_mut(at) {
            *slot = depth;
        }
    }
    Ok(())
}

impl Tables<'_> {
    fn text(&self, id: TextId) -> Result<(), VerifyError> {
        within("text", id.index(), self.0.texts.len())
    }

    fn texts(&self, ids: &[TextId]) -> Result<(), VerifyError> {
        ids.iter().try_for_each(|id| self.text(*id))
    }

    fn optional_text(&self, id: Option<TextId>) -> Result<(), VerifyError> {
        id.map_or(Ok(()), |id| self.text(id))
    }

    fn ty(&self, id: TypeId) -> Result<(), VerifyError> {
        within("type", id.index(), self.0.types.len())
    }

    fn constant_id(&self, id: ConstId) -> Result<(), VerifyError> {
        within("constant", id.index(), self.0.consts.len())
    }

    fn optional_const(&self, id: Option<ConstId>) -> Result<(), VerifyError> {
        id.map_or(Ok(()), |id| self.constant_id(id))
    }

    fn entities(&self, ids: &[EntityIndex]) -> Result<(), VerifyError> {
        ids.iter().try_for_each(|id| within("entity type", id.index(), self.0.entities.len()))
    }

    fn function(&self, id: FunctionIndex, params: usize) -> Result<&Function, VerifyError> {
        within("function", id.index(), self.0.functions.len())?;
        let function = self.0.functions.get(id.index());
        match function.filter(|function| usize::from(function.params) == params) {
            Some(function) => Ok(function),
            None => Err(VerifyError::new(format!("function {} does not take {params} arguments", id.0))),
        }
    }

    fn ty_of(&self, ty: &Type) -> Result<(), VerifyError> {
        match ty.makeup() {
            Makeup::Bool | Makeup::Number | Makeup::Text | Makeup::Time | Makeup::Spelled | Makeup::Json => {
                Ok(())
            }
            Makeup::Option(inner) => self.ty(inner),
            Makeup::List { elem, .. } | Makeup::Set { elem, .. } => self.ty(elem),
            Makeup::Map { key, value, .. } => self.ty(key).and_then(|()| self.ty(value)),
            Makeup::Tuple(parts) => parts.iter().try_for_each(|part| self.ty(*part)),
            Makeup::Record(record) => {
                self.optional_text(record.name)?;
                for field in &record.fields {
                    self.text(field.name)?;
                    self.ty(field.ty)?;
                    if let Presence::Default(constant) = field.presence {
                        self.constant_id(constant)?;
                    }
                }
                record.rest.map_or(Ok(()), |rest| within("field", usize::from(rest), record.fields.len()))
            }
            Makeup::Enum(of) => {
                self.text(of.name)?;
                self.texts(&of.spellings)?;
                of.also.iter().try_for_each(|(text, variant)| {
                    self.text(*text)?;
                    within("variant", *variant as usize, of.spellings.len())
                })?;
                self.texts(&of.names)
            }
            Makeup::Union(union) => {
                self.optional_text(union.name)?;
                self.optional_text(union.tag)?;
                union.variants.iter().try_for_each(|variant| {
                    self.text(variant.name)?;
                    self.texts(&variant.tags)?;
                    self.ty(variant.content)
                })
            }
            Makeup::Entity(ids) => self.entities(ids),
            Makeup::Read { name, base, function, from } => {
                self.text(name)?;
                self.ty(base)?;
                self.ty(from)?;
                self.function(function, 1).map(drop)
            }
        }
    }

    fn constant(&self, at: usize, constant: &Constant) -> Result<(), VerifyError> {
        let earlier = |ids: &[ConstId]| {
            if ids.iter().all(|id| id.index() < at) {
                Ok(())
            } else {
                Err(VerifyError::new(format!("constant {at} refers to a later one")))
            }
        };
        match constant {
            Constant::Absent
            | Constant::Null
            | Constant::Bool(_)
            | Constant::Int(_)
            | Constant::Decimal(_)
            | Constant::Date(_)
            | Constant::Ip(_)
            | Constant::Cidr(..)
            | Constant::Bytes(_)
            | Constant::Variant(_) => Ok(()),
            Constant::Timestamp(time) => nanos(time.nanos),
            Constant::Duration(length) => nanos(length.nanos),
            Constant::TimeOfDay(time) => {
                if time.0 < 86_400_000_000_000 {
                    Ok(())
                } else {
                    Err(VerifyError::new("a time of day past its day"))
                }
            }
            Constant::Text(id) | Constant::SemVer(id) | Constant::SemVerRange(id) => self.text(*id),
            Constant::Pattern(id) => within("pattern", id.index(), self.0.patterns.len()),
            Constant::List(ids) | Constant::Set(ids) | Constant::Tuple(ids) | Constant::Record(ids) => {
                earlier(ids)
            }
            Constant::Map(ids) => {
                if ids.len().is_multiple_of(2) {
                    earlier(ids)
                } else {
                    Err(VerifyError::new(format!("constant {at} is a map with half an entry")))
                }
            }
            Constant::Union(_, id, tag) => earlier(&[*id, *tag]),
            Constant::Entity(entity, id) => {
                self.entities(&[*entity])?;
                self.text(*id)
            }
            Constant::Read(id, text) => {
                earlier(&[*id])?;
                self.optional_text(*text)
            }
        }
    }

    fn projections(&self) -> Result<(), VerifyError> {
        let len = self.0.projections.len();
        let known = |at: u32| within("projection", at as usize, len);
        for projection in &self.0.projections {
            match projection {
                Projection::Same => {}
                Projection::Record(fields) => {
                    fields.iter().try_for_each(|(_, how)| known(*how))?;
                }
                Projection::Elements(how) | Projection::Values(how) | Projection::Option(how) => {
                    known(*how)?;
                }
                Projection::Parts(parts) => parts.iter().try_for_each(|how| known(*how))?,
            }
        }
        Ok(())
    }

    fn policy(&self, policy: &Policy) -> Result<(), VerifyError> {
        self.text(policy.name)?;
        self.ty(policy.input)?;
        within("plan", policy.plan.index(), self.0.plans.len())?;
        if policy.params.len() > MAX_PARAMS {
            return Err(VerifyError::new(format!("a policy of more than {MAX_PARAMS} parameters")));
        }
        for param in &policy.params {
            self.text(param.name)?;
            self.ty(param.ty)?;
            self.optional_const(param.default)?;
        }
        self.function(policy.body, policy.params.len() + 1)?;
        if let DefaultOutcome::Escalate(to) = policy.default {
            self.text(to)?;
        }
        if let Some(function) = policy.mode_of {
            self.function(function, policy.params.len())?;
        }
        self.annotations(&policy.annotations)?;
        policy.rules.iter().try_for_each(|rule| self.rule(rule))
    }

    fn annotations(&self, annotations: &Annotations) -> Result<(), VerifyError> {
        self.optional_text(annotations.owner)?;
        self.optional_text(annotations.severity)?;
        self.optional_text(annotations.doc)?;
        self.texts(&annotations.controls)?;
        self.texts(&annotations.links)?;
        self.texts(&annotations.tags)
    }

    fn rule(&self, rule: &Rule) -> Result<(), VerifyError> {
        self.text(rule.name)?;
        self.notes(&rule.bindings)?;
        self.notes(&rule.values)?;
        for message in [&rule.because, &rule.fix, &rule.to].into_iter().flatten() {
            self.message(message, rule.values.len())?;
        }
        if let Some(details) = rule.details {
            within("value", usize::from(details), rule.values.len())?;
        }
        let given = rule.given.map_or(0, usize::from);
        match rule.effect {
            Effect::Oblige { obligation } => {
                within("obligation", obligation as usize, self.0.obligations.len())?;
                within("value", given, rule.values.len())?;
            }
            Effect::Transform => {
                within("value", given, rule.values.len())?;
                if given == 0 {
                    return Err(VerifyError::new("a transform without a path"));
                }
            }
            Effect::Include { policy, .. } => within("policy", policy as usize, self.0.policies.len())?,
            Effect::Deny | Effect::Require | Effect::Allow | Effect::Escalate | Effect::Warn => {}
        }
        for exception in &rule.exceptions {
            within("exception", *exception as usize, self.0.exceptions.len())?;
        }
        self.texts(&rule.on)?;
        self.annotations(&rule.annotations)?;
        self.texts(&rule.reads)
    }

    fn exception(&self, exception: &Exception) -> Result<(), VerifyError> {
        self.text(exception.name)?;
        self.notes(&exception.values)?;
        if let Some(because) = &exception.because {
            self.message(because, exception.values.len())?;
        }
        self.optional_text(exception.approved_by)?;
        exception.until.map_or(Ok(()), |time| nanos(time.nanos))?;
        exception.follow_up.map_or(Ok(()), |length| nanos(length.nanos))
    }

    fn notes(&self, notes: &[NoteType]) -> Result<(), VerifyError> {
        notes.iter().try_for_each(|note| {
            self.text(note.name)?;
            self.ty(note.ty)
        })
    }

    fn message(&self, message: &Message, values: usize) -> Result<(), VerifyError> {
        message.parts.iter().try_for_each(|part| match part {
            MessagePart::Literal(text) => self.text(*text),
            MessagePart::Value(at) => within("value", usize::from(*at), values),
        })
    }
}

fn nanos(nanos: u32) -> Result<(), VerifyError> {
    if nanos < 1_000_000_000 { Ok(()) } else { Err(VerifyError::new("a second of too many nanoseconds")) }
}
