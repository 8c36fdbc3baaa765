//! Tables of diagnostic codes: one entry a code, so that pages, indexes and tests come from the same list.

use policy_syntax::Code;

/// A code and what it stands for; its page is `docs/diagnostics/P0NNN.md` and has `title` in its heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeInfo {
    /// The stable code.
    pub code: Code,
    /// A short name for the mistake, as a heading has it.
    pub title: &'static str,
}

/// Declares codes as constants and their table as `CODES`, in a module of their own or beside what uses them.
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $title:literal;)+) => {
        $(#[allow(unreachable_pub, reason = "some tables are joined to a public one")] $(#[$doc])* #[doc = ""] #[doc = $title] pub const $name: policy_syntax::Code = policy_syntax::Code($number);)+

        /// The codes of this part, in order.
        #[allow(unreachable_pub, reason = "some tables are joined to a public one")]
        pub const CODES: &[$crate::code::CodeInfo] = &[
            $($crate::code::CodeInfo { code: $name, title: $title },)+
        ];
    };
}
pub(crate) use codes;

/// Every code of this crate with its title, in order.
#[must_use]
pub fn all() -> Vec<CodeInfo> {
    let mut all = crate::lint::table::codes();
    let checker = [
        crate::diagnostics::names::CODES,
        crate::diagnostics::types::CODES,
        crate::diagnostics::absence::CODES,
        crate::diagnostics::expressions::CODES,
        crate::diagnostics::policies::CODES,
        crate::diagnostics::composition::CODES,
        crate::diagnostics::entities::CODES,
        crate::diagnostics::exceptions::CODES,
        crate::diagnostics::spelling::CODES,
        crate::diagnostics::tests::CODES,
        crate::diagnostics::unions::CODES,
    ];
    let others = [
        crate::literal::codes::CODES,
        crate::constant::codes::CODES,
        crate::exhaustive::CODES,
        crate::codegen::codes::CODES,
        crate::cost::CODES,
        crate::checked::CODES,
    ];
    for table in checker.into_iter().chain(others) {
        all.extend_from_slice(table);
    }
    all.sort_by_key(|info| info.code);
    all
}
