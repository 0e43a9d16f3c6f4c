//! What a schema of built-in kinds says, in memory. Names are slices of the text it was read from.

/// The place of a definition among those of its version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct DefinitionId(pub(crate) usize);

/// What a value may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Type {
    /// Anything: what an extension says, or a schema in a schema.
    Any,
    String,
    /// Base64.
    Bytes,
    /// RFC 3339.
    Time,
    Boolean,
    Int32,
    Int64,
    Number,
    Quantity,
    IntOrString,
    /// One of these texts.
    Enum(Box<[&'static str]>),
    List(Box<Type>),
    /// Keys are free.
    Map(Box<Type>),
    Object(DefinitionId),
}

/// A named field of a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) required: bool,
    /// A struct that is always there: absent counts as empty.
    pub(crate) whole: bool,
    pub(crate) of: Type,
}

/// A closed set of fields, ordered by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Definition {
    pub(crate) name: &'static str,
    pub(crate) fields: Vec<Field>,
}

impl Definition {
    pub(crate) fn field(&self, name: &str) -> Option<&Field> {
        self.fields.binary_search_by(|field| field.name.cmp(name)).ok().map(|index| &self.fields[index])
    }
}

impl Type {
    /// The definition of a struct, of a list of them or of a map of them, and how a path goes on to it.
    pub(crate) fn inner(&self) -> Option<(DefinitionId, &'static str)> {
        let object = |of: &Self| if let Self::Object(id) = of { Some(*id) } else { None };
        match self {
            Self::Object(id) => Some((*id, "")),
            Self::List(item) => object(item).map(|id| (id, "[*]")),
            Self::Map(item) => object(item).map(|id| (id, ".*")),
            _ => None,
        }
    }
}
