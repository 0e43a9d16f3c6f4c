//! The compact text that schemas ship as, read. [`super::convert`] writes it.
//!
//! ```text
//! seatrial-schema 1 1.36.3
//! apps/v1 Deployment apps.v1.Deployment
//!
//! apps.v1.DeploymentSpec
//! paused boolean
//! replicas int32
//! selector! meta.v1.LabelSelector
//! strategy+ apps.v1.DeploymentStrategy
//! template!+ core.v1.PodTemplateSpec
//! ```
//!
//! After the first line come the kinds that can be created, with their definition; then, after an empty line each,
//! definitions in the order of their names, fields in the order of theirs. `!` is required, `+` is a struct that is
//! always there. Types are `any string bytes time boolean int32 int64 number quantity int-or-string`, `[T]` for a
//! list, `{T}` for a map, `=A|B` for one of these texts, or the name of a definition. A text, so that a person sees
//! in a diff what a new version brings; small enough that compression does not pay.

use seatrial_model::KubernetesVersion;

use super::types::{Definition, DefinitionId, Field, Type};

/// How the first line begins.
pub(crate) const MAGIC: &str = "seatrial-schema 1 ";

/// A text, read.
#[derive(Debug)]
pub(crate) struct Parsed {
    pub(crate) version: KubernetesVersion,
    /// API version, kind and definition.
    pub(crate) kinds: Vec<(&'static str, &'static str, DefinitionId)>,
    pub(crate) definitions: Vec<Definition>,
}

/// Reads a text.
///
/// # Errors
/// The line that does not read.
pub(crate) fn parse(text: &'static str) -> Result<Parsed, String> {
    let mut blocks = text.trim_end().split("\n\n");
    let mut head = blocks.next().unwrap_or_default().lines();
    let first = head.next().unwrap_or_default();
    let version = first.strip_prefix(MAGIC).ok_or_else(|| format!("`{first}` does not begin a schema"))?;
    let version: KubernetesVersion = version.parse()?;
    let blocks: Vec<(&str, &str)> =
        blocks.map(|block| block.split_once('\n').unwrap_or((block, ""))).collect();
    let names: Vec<&str> = blocks.iter().map(|(name, _)| *name).collect();
    if !names.is_sorted_by(|one, other| one < other) {
        return Err("definitions are not in the order of their names".to_owned());
    }
    let kinds = head
        .map(|line| {
            let mut words = line.split(' ');
            let (Some(version), Some(kind), Some(name), None) =
                (words.next(), words.next(), words.next(), words.next())
            else {
                return Err(format!("`{line}` names no kind"));
            };
            Ok((version, kind, find(&names, name)?))
        })
        .collect::<Result<Vec<_>, String>>()?;
    let definitions = blocks
        .iter()
        .map(|&(name, fields)| {
            let fields = fields.lines().map(|line| field(&names, line)).collect::<Result<Vec<_>, _>>()?;
            if !fields.is_sorted_by(|one, other| one.name < other.name) {
                return Err(format!("the fields of `{name}` are not in the order of their names"));
            }
            Ok(Definition { name, fields })
        })
        .collect::<Result<Vec<_>, String>>()?;
    Ok(Parsed { version, kinds, definitions })
}

fn find(names: &[&str], name: &str) -> Result<DefinitionId, String> {
    names
        .binary_search(&name)
        .map(DefinitionId)
        .map_err(|_| format!("`{name}` is neither a type nor a definition"))
}

fn field(names: &[&str], line: &'static str) -> Result<Field, String> {
    let (name, of) = line.split_once(' ').ok_or_else(|| format!("`{line}` is no field"))?;
    let (name, whole) = name.strip_suffix('+').map_or((name, false), |name| (name, true));
    let (name, required) = name.strip_suffix('!').map_or((name, false), |name| (name, true));
    Ok(Field { name, required, whole, of: of_text(names, of)? })
}

fn of_text(names: &[&str], text: &'static str) -> Result<Type, String> {
    let within = |open: char, close: char| text.strip_prefix(open)?.strip_suffix(close);
    if let Some(item) = within('[', ']') {
        return Ok(Type::List(Box::new(of_text(names, item)?)));
    }
    if let Some(item) = within('{', '}') {
        return Ok(Type::Map(Box::new(of_text(names, item)?)));
    }
    if let Some(words) = text.strip_prefix('=') {
        return Ok(Type::Enum(words.split('|').collect()));
    }
    Ok(match text {
        "any" => Type::Any,
        "string" => Type::String,
        "bytes" => Type::Bytes,
        "time" => Type::Time,
        "boolean" => Type::Boolean,
        "int32" => Type::Int32,
        "int64" => Type::Int64,
        "number" => Type::Number,
        "quantity" => Type::Quantity,
        "int-or-string" => Type::IntOrString,
        name => Type::Object(find(names, name)?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[test]
    fn a_text_reads_into_kinds_and_fields() {
        let parsed = parse(
            "seatrial-schema 1 1.36.3\napps/v1 Deployment a.D\n\na.D\nkind string\nmode =|A|B c\nspec!+ a.S\n\na.S\n",
        )
        .unwrap();
        assert_eq!(parsed.version.to_string(), "1.36.3");
        assert_eq!(parsed.kinds, [("apps/v1", "Deployment", DefinitionId(0))]);
        let spec = parsed.definitions[0].field("spec").unwrap();
        assert_eq!((spec.required, spec.whole, &spec.of), (true, true, &Type::Object(DefinitionId(1))));
        let mode = parsed.definitions[0].field("mode").unwrap();
        assert_eq!(mode.of, Type::Enum(["", "A", "B c"].into()));
        assert_eq!(parsed.definitions[1].fields, []);
    }

    #[rstest]
    #[case("", "does not begin a schema")]
    #[case("seatrial-schema 1 x\n", "is not a Kubernetes version")]
    #[case("seatrial-schema 1 1.36.3\nv1 Pod\n", "names no kind")]
    #[case("seatrial-schema 1 1.36.3\nv1 Pod a\n", "neither a type nor a definition")]
    #[case("seatrial-schema 1 1.36.3\n\nb\n\na\n", "definitions are not in the order")]
    #[case("seatrial-schema 1 1.36.3\n\na\nz string\nb string\n", "fields of `a` are not in the order")]
    #[case("seatrial-schema 1 1.36.3\n\na\nz [strin]\n", "neither a type nor a definition")]
    fn a_broken_text_is_refused(#[case] text: &'static str, #[case] why: &str) {
        let said = parse(text).unwrap_err();
        assert!(said.contains(why), "{said}");
    }
}
