//! Lexer, grammar, syntax tree and formatter of the policy language.
