//! Trust in bundles, and what they tell about themselves.
//!
//! A service that loads bundles from elsewhere asks a [`Trust`] store who signed them before it lets [`policy_vm`] look
//! inside; [`load`] does both in the right order. The rest is for tools: [`sign`], [`inspect`], [`schema`], and the
//! documents that supply chains ask for, [`sbom`] and [`provenance`].

mod inspect;
mod keys;
mod load;
mod provenance;
mod sbom;
mod schema;
mod sign;
mod trust;

pub use inspect::inspect;
pub use keys::{KeyId, NoKey, PublicKey, SecretKey};
pub use load::{Error, load};
pub use provenance::provenance;
pub use sbom::sbom;
pub use schema::schema;
pub use sign::{TooMany, sign};
pub use trust::{Lapse, Signer, Trust, TrustError};
