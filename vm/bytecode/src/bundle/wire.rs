//! How values are written into sections: integers as bincode writes them, with variable length; everything else is
//! integers, texts, and lists of them, in the order of [`super::rows`].
//!
//! There is one reader of one type, so that each row is read by one piece of code, whatever the size of the section. What
//! a length says is held against the bytes that are left before anything is made for it: a list has at least a byte for
//! each element, and only as much room is set aside at once as there are bytes left. What is read from hostile bytes so
//! grows with what is really there.

use bincode::config::{Configuration, LittleEndian, NoLimit, Varint};
use bincode::de::read::{Reader as _, SliceReader};
use bincode::de::{Decode, Decoder as _, DecoderImpl};
use bincode::enc::write::Writer;
use bincode::enc::{Encode, EncoderImpl};
use bincode::error::EncodeError;

use crate::program::Place;

/// So many elements get room at once.
const FEW: usize = 8;

type Plain = Configuration<LittleEndian, Varint, NoLimit>;

const CONFIG: Plain = bincode::config::standard();

/// Bytes to be read.
pub(super) struct Source<'a>(DecoderImpl<SliceReader<'a>, Plain, ()>);

/// Bytes that were written.
pub(super) struct Sink {
    bytes: EncoderImpl<Bytes, Plain>,
    /// Whether places are written as they are.
    places: bool,
}

#[derive(Default)]
struct Bytes(Vec<u8>);

impl Writer for Bytes {
    fn write(&mut self, bytes: &[u8]) -> Result<(), EncodeError> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }
}

/// What can stand in a section.
pub(super) trait Wire: Sized {
    /// Writes it.
    fn put(&self, to: &mut Sink);
    /// Reads it; none where the bytes are none.
    fn take(from: &mut Source<'_>) -> Option<Self>;
}

/// The bytes of what is written.
pub(super) fn write(put: impl FnOnce(&mut Sink)) -> Vec<u8> {
    let mut sink = Sink { bytes: EncoderImpl::new(Bytes::default(), CONFIG), places: true };
    put(&mut sink);
    sink.bytes.into_writer().0
}

/// The bytes of what is written, with zeros for where things stand in sources.
pub(super) fn write_without_places(put: impl FnOnce(&mut Sink)) -> Vec<u8> {
    write(|to| {
        to.places = false;
        put(to);
    })
}

/// What takes all of some bytes.
pub(super) fn read<T>(bytes: &[u8], take: impl FnOnce(&mut Source<'_>) -> Option<T>) -> Option<T> {
    let mut source = Source(DecoderImpl::new(SliceReader::new(bytes), CONFIG, ()));
    let value = take(&mut source)?;
    source.0.reader().peek_read(1).is_none().then_some(value)
}

impl Source<'_> {
    /// A length of something that has at least one byte for each of what it counts.
    fn length(&mut self) -> Option<usize> {
        let length = usize::try_from(u64::take(self)?).ok()?;
        self.0.reader().peek_read(length).map(<[u8]>::len)
    }

    /// So many bytes.
    fn bytes(&mut self, length: usize) -> Option<Vec<u8>> {
        let bytes = self.0.reader().peek_read(length)?.to_vec();
        self.0.reader().consume(length);
        Some(bytes)
    }
}

impl Sink {
    fn length(&mut self, length: usize) {
        (length as u64).put(self);
    }

    /// Writing into memory does not fail.
    fn encode(&mut self, value: impl Encode) {
        let _ = value.encode(&mut self.bytes);
    }
}

macro_rules! plain {
    ($($type:ty),*) => {$(
        impl Wire for $type {
            fn put(&self, to: &mut Sink) {
                to.encode(*self);
            }

            fn take(from: &mut Source<'_>) -> Option<Self> {
                Self::decode(&mut from.0).ok()
            }
        }
    )*};
}

plain!(bool, u8, u16, u32, u64, i32, i64, [u8; 32]);

impl Wire for String {
    fn put(&self, to: &mut Sink) {
        to.encode(self.as_bytes());
    }

    fn take(from: &mut Source<'_>) -> Option<Self> {
        let length = from.length()?;
        Self::from_utf8(from.bytes(length)?).ok()
    }
}

impl<T: Wire> Wire for Option<T> {
    fn put(&self, to: &mut Sink) {
        self.is_some().put(to);
        if let Some(value) = self {
            value.put(to);
        }
    }

    fn take(from: &mut Source<'_>) -> Option<Self> {
        if bool::take(from)? { T::take(from).map(Some) } else { Some(None) }
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn put(&self, to: &mut Sink) {
        to.length(self.len());
        self.iter().for_each(|value| value.put(to));
    }

    fn take(from: &mut Source<'_>) -> Option<Self> {
        let length = from.length()?;
        let mut all = Self::new();
        while all.len() < length {
            if all.len() == all.capacity() {
                // As many bytes at first as are claimed to follow, or a few; then twice as many as proved to be there.
                let room = all.len().max(FEW).max(length / size_of::<T>().max(1));
                all.reserve_exact(room.min(length - all.len()));
            }
            all.push(T::take(from)?);
        }
        Some(all)
    }
}

impl<A: Wire, B: Wire> Wire for (A, B) {
    fn put(&self, to: &mut Sink) {
        self.0.put(to);
        self.1.put(to);
    }

    fn take(from: &mut Source<'_>) -> Option<Self> {
        Some((A::take(from)?, B::take(from)?))
    }
}

impl Wire for Place {
    fn put(&self, to: &mut Sink) {
        let Self { file, lo, hi, line, column } = if to.places { *self } else { Self::default() };
        [file, lo, hi, line, column].iter().for_each(|number| number.put(to));
    }

    fn take(from: &mut Source<'_>) -> Option<Self> {
        let mut number = || u32::take(from);
        Some(Self { file: number()?, lo: number()?, hi: number()?, line: number()?, column: number()? })
    }
}

/// A row: its fields, one after the other.
macro_rules! row {
    ($name:ident { $($field:ident),+ $(,)? }) => {
        impl $crate::bundle::wire::Wire for $name {
            fn put(&self, to: &mut $crate::bundle::wire::Sink) {
                let Self { $($field),+ } = self;
                $($crate::bundle::wire::Wire::put($field, to);)+
            }

            fn take(from: &mut $crate::bundle::wire::Source<'_>) -> Option<Self> {
                Some(Self { $($field: $crate::bundle::wire::Wire::take(from)?),+ })
            }
        }
    };
}

/// Rows that are one number each.
macro_rules! numbers {
    ($($name:ident),+ $(,)?) => {$(
        impl $crate::bundle::wire::Wire for $name {
            fn put(&self, to: &mut $crate::bundle::wire::Sink) {
                $crate::bundle::wire::Wire::put(&self.0, to);
            }

            fn take(from: &mut $crate::bundle::wire::Source<'_>) -> Option<Self> {
                $crate::bundle::wire::Wire::take(from).map(Self)
            }
        }
    )+};
}

/// Alternatives: the number of one, and its fields.
macro_rules! choice {
    ($name:ident { $($number:literal $variant:ident $(($($part:ident),+))? $({ $($field:ident),+ })?),+ $(,)? }) => {
        impl $crate::bundle::wire::Wire for $name {
            fn put(&self, to: &mut $crate::bundle::wire::Sink) {
                match self {
                    $(Self::$variant $(($($part),+))? $({ $($field),+ })? => {
                        <u32 as $crate::bundle::wire::Wire>::put(&$number, to);
                        $($($crate::bundle::wire::Wire::put($part, to);)+)?
                        $($($crate::bundle::wire::Wire::put($field, to);)+)?
                    })+
                }
            }

            fn take(from: &mut $crate::bundle::wire::Source<'_>) -> Option<Self> {
                let number: u32 = $crate::bundle::wire::Wire::take(from)?;
                $(if number == $number {
                    $($(let $part = $crate::bundle::wire::Wire::take(from)?;)+)?
                    $($(let $field = $crate::bundle::wire::Wire::take(from)?;)+)?
                    return Some(Self::$variant $(($($part),+))? $({ $($field),+ })?);
                })+
                None
            }
        }
    };
}

pub(super) use {choice, numbers, row};
