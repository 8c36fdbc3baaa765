//! Why bytes are no bundle.

/// Why bytes are refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DecodeError {
    /// They do not begin as a bundle does, or end within its header.
    Magic,
    /// A version of the format that is no longer, or not yet, known.
    Format(u16),
    /// It asks for a reader of a later version of the format.
    Reader(u16),
    /// More bytes than the host allows, packed or unpacked.
    TooLarge {
        /// How many there are.
        bytes: u64,
        /// How many are allowed.
        limit: u64,
    },
    /// The header or the table of sections is damaged.
    Table(&'static str),
    /// A section that a reader must know, and this one does not.
    Unknown(String),
    /// A section that is not there.
    Missing(&'static str),
    /// A section that lies in another file, which was not given.
    Beside(String),
    /// Another file than the one that belongs to the bundle.
    Foreign,
    /// A section, or the signatures, whose digest is another.
    Digest(String),
    /// A section that does not unpack to what it says.
    Packed(String),
    /// A section that does not decode.
    Section(&'static str),
    /// The signatures do not follow, or something follows them.
    Signatures(&'static str),
    /// An instruction that is not known here.
    Instruction(String),
}

impl std::fmt::Display for DecodeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Magic => f.write_str("it does not begin as a bundle"),
            Self::Format(format) => {
                write!(
                    f,
                    "it is of format {format}; formats {} to {} are known here",
                    super::OLDEST,
                    super::FORMAT
                )
            }
            Self::Reader(format) => {
                write!(
                    f,
                    "it asks for a reader of format {format}; this one knows formats up to {}",
                    super::FORMAT
                )
            }
            Self::TooLarge { bytes, limit } => write!(f, "it has {bytes} bytes, and {limit} are allowed"),
            Self::Table(what) => write!(f, "its table of sections is damaged: {what}"),
            Self::Unknown(name) => {
                write!(f, "it has a section {name}, which is not known here and may not be left out")
            }
            Self::Missing(name) => write!(f, "it has no section {name}"),
            Self::Beside(name) => {
                write!(f, "its section {name} lies in a file beside it, which was not given")
            }
            Self::Foreign => f.write_str("the file beside it belongs to another bundle"),
            Self::Digest(name) => write!(f, "its section {name} is damaged: it has another digest"),
            Self::Packed(name) => write!(f, "its section {name} does not unpack to what it says"),
            Self::Section(name) => write!(f, "its section {name} cannot be decoded"),
            Self::Signatures(what) => write!(f, "its signatures are damaged: {what}"),
            Self::Instruction(name) => write!(f, "it has an instruction `{name}`, which is not known here"),
        }
    }
}

impl std::error::Error for DecodeError {}
