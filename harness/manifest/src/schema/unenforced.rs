//! Fields that the OpenAPI documents call required and whose absence the API server accepts all the same: Go decodes
//! them to 0, false or an empty struct, and validation allows that. From `pkg/apis/*/validation` of Kubernetes.

/// Definition and field.
const UNENFORCED: [(&str, &str); 17] = [
    ("apiextensions.v1.CustomResourceDefinitionVersion", "served"),
    ("apiextensions.v1.CustomResourceDefinitionVersion", "storage"),
    ("apps.v1.ControllerRevision", "revision"),
    ("batch.v1.PodFailurePolicy", "rules"),
    ("core.v1.HTTPHeader", "value"),
    ("core.v1.ISCSIPersistentVolumeSource", "lun"),
    ("core.v1.ISCSIVolumeSource", "lun"),
    ("core.v1.LimitRangeSpec", "limits"),
    ("core.v1.PreferredSchedulingTerm", "preference"),
    ("core.v1.SleepAction", "seconds"),
    ("core.v1.Sysctl", "value"),
    ("discovery.v1.EndpointSlice", "endpoints"),
    ("rbac.v1.RoleRef", "apiGroup"),
    ("scheduling.v1.PriorityClass", "value"),
    ("storage.v1.CSIDriver", "spec"),
    ("storage.v1.CSINodeSpec", "drivers"),
    ("storage.v1.TokenRequest", "audience"),
];

/// Whether a field may be absent although it is called required.
pub(crate) fn is_unenforced(definition: &str, field: &str) -> bool {
    UNENFORCED.contains(&(definition, field))
}
