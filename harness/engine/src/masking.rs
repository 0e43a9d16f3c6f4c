//! Which texts of a cell are secret.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use seatrial_manifest::{Manifest, pod};
use seatrial_model::secret::is_secret_key;
use seatrial_model::{PodPath, Redactor};

use crate::plan::PlannedCell;

/// Secrets that the values of a cell hold, known before anything is rendered.
pub(crate) fn of_values(cell: &PlannedCell) -> Redactor {
    let mut redactor = Redactor::default();
    let profile = &cell.profile;
    let overlay = profile.overlay.as_ref().map(|overlay| overlay.file.as_path());
    let chart_values = cell.chart.path.join("values.yaml");
    let files = std::iter::once(chart_values.as_path())
        .chain(profile.values.iter().map(std::path::PathBuf::as_path))
        .chain(overlay);
    for file in files {
        add_values_file(&mut redactor, file);
    }
    for entry in &profile.set {
        if let Some((key, value)) = entry.split_once('=')
            && is_secret_key(key)
        {
            redactor.add(value);
        }
    }
    for name in [&cell.id.chart, &cell.id.profile, &cell.namespace] {
        redactor.spare(name);
    }
    redactor
}

/// Secrets that a render holds: values of Secret objects and of variables with secret-looking names. Names
/// of objects, labels and images are not secret, even where a Secret repeats them (a user called `postgres`).
pub(crate) fn add_manifest(redactor: &mut Redactor, manifest: &Manifest, custom: &[PodPath]) {
    for object in &manifest.objects {
        redactor.spare(&object.reference.name);
        for container in pod::within(object, custom).iter().flat_map(pod::Pod::containers) {
            redactor.spare(container.name);
            if let Some(image) = container.raw.get("image").and_then(Value::as_str) {
                redactor.spare(image);
            }
            let variables = container.raw.get("env").and_then(Value::as_array);
            for variable in variables.into_iter().flatten() {
                let text = |key: &str| variable.get(key).and_then(Value::as_str);
                if let (Some(name), Some(value)) = (text("name"), text("value"))
                    && is_secret_key(name)
                {
                    redactor.add(value);
                }
            }
        }
        if object.reference.kind == "Secret" {
            let entries = |field: &str| object.value.get(field).and_then(Value::as_object);
            for value in entries("stringData").into_iter().flatten().filter_map(|(_, value)| value.as_str()) {
                redactor.add(value);
            }
            for value in entries("data").into_iter().flatten().filter_map(|(_, value)| value.as_str()) {
                if let Some(plain) = STANDARD.decode(value).ok().and_then(|raw| String::from_utf8(raw).ok()) {
                    redactor.add(&plain);
                } else {
                    redactor.add(value);
                }
            }
        }
    }
}

fn add_values_file(redactor: &mut Redactor, file: &Path) {
    // A file that cannot be read or parsed is reported by the suite and by helm; there is nothing to mask.
    let Ok(text) = std::fs::read_to_string(file) else { return };
    let Ok(documents) = seatrial_document::parse(&text) else { return };
    for document in documents {
        add_secret_leaves(redactor, &document.to_json(), false);
    }
}

fn add_secret_leaves(redactor: &mut Redactor, value: &Value, secret: bool) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                add_secret_leaves(redactor, inner, secret || is_secret_key(key));
            }
        }
        Value::Array(items) => {
            for item in items {
                add_secret_leaves(redactor, item, secret);
            }
        }
        Value::String(text) if secret => redactor.add(text),
        Value::Number(number) if secret => redactor.add(&number.to_string()),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secret_values_are_masked_but_not_names_that_repeat_them() {
        let manifest = Manifest::decode(
            "apiVersion: v1\nkind: Secret\nmetadata: {name: db-postgres}\nstringData: {user: postgres, password: \
             hunter22}\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: other}\ndata: {key: \
             c2VjcmV0LXZhbHVl}\n",
        );
        let mut redactor = Redactor::default();
        add_manifest(&mut redactor, &manifest, &[]);
        let clean = redactor.clean("postgres hunter22 secret-value c2VjcmV0LXZhbHVl");
        assert_eq!(clean.as_str(), "postgres **** **** ****");
    }
}
