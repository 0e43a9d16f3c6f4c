use rstest::rstest;

use super::*;

fn refused(controls: &[&str]) -> PodSecurityAnswer {
    PodSecurityAnswer::Refused {
        controls: controls.iter().map(|control| (*control).to_owned()).collect(),
        said: Clean::own("violates PodSecurity"),
    }
}

fn admitted() -> PodSecurityAnswer {
    PodSecurityAnswer::Admitted { pod: json!({}) }
}

#[rstest]
#[case::both_admit(&[], admitted(), None)]
#[case::both_refuse(&["privileged", "host-ports"], refused(&["hostPort", "privileged"]), None)]
#[case::both_refuse_and_the_server_does_not_say_why(&["privileged"], refused(&[]), None)]
#[case::one_control_for_two_rules(&["seccomp-profile-baseline", "seccomp-profile-restricted"], refused(&["seccompProfile"]), None)]
#[case::we_alone(&["privileged"], admitted(), Some("our rules deny it: privileged"))]
#[case::the_server_alone(&[], refused(&["privileged"]), Some("the API server refuses it: violates"))]
#[case::another_control(&["host-ports"], refused(&["privileged"]),
    Some("the API server alone say: privileged; our rules alone say: hostPort (our rules: host-ports;"))]
#[case::one_control_more(&["host-ports"], refused(&["hostPort", "a control of tomorrow"]), Some("a control of tomorrow"))]
fn a_verdict_and_its_controls_are_compared(
    #[case] denied: &[&str],
    #[case] answer: PodSecurityAnswer,
    #[case] disagreement: Option<&str>,
) {
    let compared = compare(&denied.iter().copied().collect(), &answer);
    match (disagreement, compared) {
        (None, compared) => assert_eq!(compared, Comparison::Agree),
        (Some(text), Comparison::Disagree(told)) => assert!(told.contains(text), "{told}"),
        (Some(text), compared) => panic!("{compared:?}, and not {text}"),
    }
}

#[test]
fn what_is_inconclusive_is_neither() {
    let answer = PodSecurityAnswer::Inconclusive { why: Clean::own("no such volume") };
    assert_eq!(
        compare(&BTreeSet::from(["privileged"]), &answer),
        Comparison::Inconclusive(Clean::own("no such volume"))
    );
}

#[test]
fn a_pod_that_runs_as_it_was_rendered_is_asked_about_once() {
    let manifest = Manifest::decode(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {metadata: {labels: {a: b}}, \
         spec: {serviceAccountName: web, containers: [{name: a}]}}}\n---\napiVersion: v1\nkind: Service\nmetadata: \
         {name: web}\n",
    );
    let pod = |image: &str| {
        json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web-x", "labels": {"a": "b"}},
            "spec": {"nodeName": "n", "containers": [{"name": "a", "image": image}]}})
    };
    let live =
        |pod: Value| seatrial_ports::LivePod { pod, owners: vec![manifest.objects[0].reference.clone()] };
    let mut same = pod("x");
    same["spec"]["containers"][0] = json!({"name": "a"});
    let pods = vec![live(same), live(pod("x"))];
    let subjects = super::super::crew::sort(pods, &manifest, "", &[], true).subjects;
    let asked: Vec<String> =
        questions(&manifest, &[], &subjects).into_iter().map(|question| question.of).collect();
    assert_eq!(asked, ["Deployment/web as rendered", "Deployment/web as it runs"]);
}

#[test]
fn a_template_of_a_custom_kind_is_asked_about_where_its_path_is_known() {
    let manifest = Manifest::decode(
        "apiVersion: apps.kruise.io/v1alpha1\nkind: CloneSet\nmetadata: {name: web}\nspec: {template: {metadata: {labels: \
         {a: b}}, spec: {containers: [{name: a}]}}}\n",
    );
    let path = PodPath {
        group: "apps.kruise.io".to_owned(),
        kind: "CloneSet".to_owned(),
        path: "spec.template.spec".to_owned(),
    };
    assert_eq!(questions(&manifest, &[], &[]), []);
    let [question] = &questions(&manifest, &[path], &[])[..] else { panic!("one template") };
    assert_eq!(question.of, "CloneSet/web as rendered");
    assert_eq!(question.candidate.pod["metadata"]["labels"]["a"], "b");
}
