//! What a scripted API server says of Pods.

use seatrial_model::{Redactor, Trouble};
use seatrial_ports::{PodSecurityAnswer, PodSecurityRequest};

use crate::pods::merge;
use crate::script::AdmissionScript;

/// The answer of the first entry that fits; as it was sent where none does. Without any entry the script says nothing.
pub(crate) fn answer(
    script: &[AdmissionScript],
    request: &PodSecurityRequest,
) -> Result<PodSecurityAnswer, Trouble> {
    let redactor: &Redactor = &request.redactor;
    if script.is_empty() {
        let why = redactor.clean("the script does not say what the API server admits");
        return Ok(PodSecurityAnswer::Inconclusive { why });
    }
    let (text, level) = (request.pod.to_string(), request.level.to_string());
    let fits = |entry: &&AdmissionScript| {
        entry.level.as_ref().is_none_or(|of| *of == level)
            && entry.when.as_ref().is_none_or(|part| text.contains(part.as_str()))
    };
    let mut pod = request.pod.clone();
    let Some(entry) = script.iter().find(fits) else { return Ok(PodSecurityAnswer::Admitted { pod }) };
    if let Some(why) = &entry.trouble {
        return Err(Trouble::new("ask the API server about a Pod", redactor.clean(why)));
    }
    if let Some(why) = &entry.inconclusive {
        return Ok(PodSecurityAnswer::Inconclusive { why: redactor.clean(why) });
    }
    if let Some(controls) = &entry.refuses {
        let said = format!("violates PodSecurity \"{level}\": {}", controls.join(", "));
        return Ok(PodSecurityAnswer::Refused { controls: controls.clone(), said: redactor.clean(&said) });
    }
    if let Some(more) = &entry.adds {
        merge(&mut pod, more);
    }
    Ok(PodSecurityAnswer::Admitted { pod })
}
