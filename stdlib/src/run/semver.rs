//! Functions of versions and ranges of versions.

use policy_vm::{Context, Failure, Value};
use semver::Version;

use super::{Result, optional_text, pay, take};

fn optional(context: &mut Context<'_>, version: Option<Version>) -> Result {
    // The machine holds the numbers as `Int`s.
    let fits = |n: u64| i64::try_from(n).is_ok();
    match version.filter(|v| fits(v.major) && fits(v.minor) && fits(v.patch)) {
        Some(version) => context.make_semver(&version),
        None => Ok(Value::Absent),
    }
}

pub(crate) fn parse_semver(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [text] = take(args)?;
    let version = Version::parse(context.text(text)?).ok();
    optional(context, version)
}

pub(crate) fn parse_loose_semver(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [text] = take(args)?;
    let version = loose(context.text(text)?);
    optional(context, version)
}

fn loose(text: &str) -> Option<Version> {
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let end = text.find(['-', '+']).unwrap_or(text.len());
    let (numbers, rest) = text.split_at_checked(end)?;
    let missing = 2_usize.checked_sub(numbers.matches('.').count())?;
    Version::parse(&format!("{numbers}{}{rest}", ".0".repeat(missing))).ok()
}

pub(crate) fn parse_range(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [text] = take(args)?;
    let text = context.text(text)?.to_owned();
    Ok(context.make_range(&text)?.unwrap_or(Value::Absent))
}

pub(crate) fn satisfies(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [version, wanted] = take(args)?;
    let version = context.semver(version)?;
    let range = context.pattern(wanted)?.as_range().ok_or(Failure::kind(wanted))?;
    Ok(Value::Bool(range.matches(&version)))
}

fn number(context: &Context<'_>, args: &[Value], part: fn(&Version) -> u64) -> Result {
    let [version] = take(args)?;
    Ok(Value::Int(i64::try_from(part(&context.semver(version)?)).unwrap_or(i64::MAX)))
}

pub(crate) fn major(context: &mut Context<'_>, args: &[Value]) -> Result {
    number(context, args, |version| version.major)
}

pub(crate) fn minor(context: &mut Context<'_>, args: &[Value]) -> Result {
    number(context, args, |version| version.minor)
}

pub(crate) fn patch(context: &mut Context<'_>, args: &[Value]) -> Result {
    number(context, args, |version| version.patch)
}

pub(crate) fn pre_release(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [version] = take(args)?;
    let pre = context.semver(version)?.pre;
    optional_text(context, Some(pre.as_str()).filter(|text| !text.is_empty()))
}

pub(crate) fn build(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [version] = take(args)?;
    let build = context.semver(version)?.build;
    optional_text(context, Some(build.as_str()).filter(|text| !text.is_empty()))
}
