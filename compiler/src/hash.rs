//! Tables that are looked up in much, by keys that sources can choose.

/// The hasher: far less work than that of the standard library, and seeded by each process, so that nobody can write a source
/// whose names all meet in one place. Nothing depends on the seed: tables are never gone through in their own order.
pub(crate) type State = foldhash::fast::RandomState;

/// A table by key.
pub(crate) type HashMap<K, V> = std::collections::HashMap<K, V, State>;

/// A set.
pub(crate) type HashSet<T> = std::collections::HashSet<T, State>;
