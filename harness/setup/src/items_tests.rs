//! States told from looks at machines made up here.

use super::*;
use crate::docker::ImageFacts;
use crate::docker::tests::volume;
use crate::machine::tests::{bare, put_program};
use crate::recipes::tests::{image, program};
use crate::registry_note::RegistryNote;
use crate::tools::FoundTool;
use rstest::rstest;
use std::collections::BTreeMap;

/// A look at a machine whose engine answers and has nothing.
fn nothing() -> Inventory {
    Inventory {
        engine: Ok("26.1.5".into()),
        images: BTreeMap::new(),
        has_volume: false,
        registry: RegistryNote::default(),
        tools: BTreeMap::new(),
        misfits: BTreeMap::new(),
    }
}

fn node() -> Node {
    Node {
        version: "1.36.3".parse().unwrap(),
        recipe: "nowhere".into(),
        content: program("node").content,
        programs: vec![program("etcd")],
        base: "seatrial/debian:1".into(),
    }
}

fn with_image(tag: &str, id: &str, content: Option<&str>) -> Inventory {
    let facts = ImageFacts { id: id.into(), content: content.map(Into::into) };
    Inventory { images: [(tag.to_owned(), facts)].into(), ..nothing() }
}

fn machine(with: &[&str]) -> (tempfile::TempDir, Machine) {
    let folder = tempfile::tempdir().unwrap();
    for name in with {
        put_program(folder.path(), name, "");
    }
    let machine = Machine { path: vec![folder.path().to_owned()], ..bare(folder.path()) };
    (folder, machine)
}

#[rstest]
#[case::root_on_debian(true, &[], None, "", Fix::SetUp)]
#[case::no_docker(false, &[], None, "", Fix::ByHand(INSTALL_DOCKER.into()))]
#[case::not_running(false, &["docker"], None, "", Fix::ByHand("start Docker: sudo systemctl start docker, or Docker Desktop".into()))]
#[case::not_allowed(true, &["docker"], None, "permission denied", Fix::ByHand("sudo usermod -aG docker \"$USER\", then log in again".into()))]
#[case::elsewhere(true, &[], Some("tcp://x"), "", Fix::ByHand("start the engine at tcp://x, or unset DOCKER_HOST".into()))]
fn an_engine_that_does_not_answer_is_installed_only_where_that_is_allowed(
    #[case] may_install: bool,
    #[case] programs: &[&str],
    #[case] host: Option<&str>,
    #[case] why: &str,
    #[case] fix: Fix,
) {
    let (_folder, machine) = machine(programs);
    let machine = Machine { may_install, docker_host: host.map(Into::into), ..machine };
    let seen = Inventory { engine: Err(why.into()), ..nothing() };
    assert_eq!(Item::Engine.state(&machine, &seen), State::missing(why, fix.clone()));
    // An image cannot be had before the engine.
    assert_eq!(Item::Image(image("curl", &[])).state(&machine, &seen).fix(), Some(&fix));
}

#[rstest]
#[case::with_go(&["go"], false, Fix::SetUp)]
#[case::without_go(&[], false, Fix::ByHand(INSTALL_GO.into()))]
#[case::built_before(&[], true, Fix::SetUp)]
fn what_is_built_from_source_needs_go_unless_it_was_built(
    #[case] programs: &[&str],
    #[case] built: bool,
    #[case] fix: Fix,
) {
    let (_folder, machine) = machine(programs);
    if built {
        std::fs::create_dir_all(machine.programs().join(program("etcd").entry())).unwrap();
    }
    assert_eq!(Item::Node(node()).state(&machine, &nothing()).fix(), Some(&fix));
}

#[rstest]
#[case::public("kindest/node:v1.36.3", None, true)]
#[case::ours("seatrial/node:v1.36.3", Some(node().content.as_str().to_owned()), true)]
#[case::ours_of_another_recipe("seatrial/node:v1.36.3", Some("other".to_owned()), false)]
#[case::ours_without_label("seatrial/node:v1.36.3", None, false)]
fn a_node_image_is_the_public_one_or_ours_of_this_recipe(
    #[case] tag: &str,
    #[case] content: Option<String>,
    #[case] fits: bool,
) {
    let (_folder, machine) = machine(&["go"]);
    let seen = with_image(tag, "sha256:1", content.as_deref());
    assert_eq!(node_tag(&node(), &seen), fits.then(|| tag.to_owned()));
    let state = Item::Node(node()).state(&machine, &seen);
    assert_eq!(state.is_found(), fits);
    assert_eq!(matches!(state, State::Outdated { .. }), !fits);
}

#[rstest]
#[case::pushed("sha256:1", true, None)]
#[case::another_image_pushed("sha256:0", true, Some("1 of 1 names are not served"))]
#[case::volume_gone("sha256:1", false, Some("the volume seatrial-registry is not there"))]
fn content_is_there_when_its_volume_holds_these_very_images(
    #[case] pushed: &str,
    #[case] has_volume: bool,
    #[case] missing: Option<&str>,
) {
    let (_folder, machine) = machine(&[]);
    let image = image("curl", &["company/curl:1"]);
    let mut registry = RegistryNote::default().about(Some(&volume("monday")));
    registry.add("company/curl:1", pushed);
    let seen = Inventory { has_volume, registry, ..with_image(&image.tag(), "sha256:1", None) };
    let content = Item::Content { registry: "seatrial/registry:1".into(), images: vec![image] };
    let expected = match missing {
        Some(why) => State::missing(why, Fix::SetUp),
        None => State::found("1 names", "volume seatrial-registry"),
    };
    assert_eq!(content.state(&machine, &seen), expected);
}

#[rstest]
#[case::from_the_machine(false, How::Found)]
#[case::built_before(true, How::Cached)]
fn what_is_there_tells_whose_it_is(#[case] cached: bool, #[case] how: How) {
    let found = FoundTool { path: "helm".into(), version: "v4.3.1".into(), cached };
    let seen = Inventory { tools: [(ToolKind::Kind, found)].into(), ..nothing() };
    let kind = Item::Tool(Tool { kind: ToolKind::Kind, program: program("kind") });
    assert_eq!(kind.idle_step(&seen), Step { name: "kind".into(), how, took: Duration::ZERO });
}

#[test]
fn what_only_figures_are_compared_with_is_not_prepared_for_tests() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let kinds = |needs: &Needs| -> Vec<ToolKind> {
        items(&root, needs).unwrap().iter().filter_map(Item::tool).map(|tool| tool.kind).collect()
    };
    let (test, bench) = (kinds(&Needs::test()), kinds(&Needs::bench()));
    assert!(test.ends_with(&ToolKind::PEERS), "{test:?}");
    assert_eq!(bench, [test, ToolKind::RIVALS.to_vec()].concat());
}

#[test]
fn this_checkout_has_a_recipe_for_everything_and_each_step_a_name_of_its_own() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let items = items(&root, &Needs::bench()).unwrap();
    let titles: Vec<_> = items.iter().map(Item::title).collect();
    assert_eq!(
        titles[..12],
        [
            "docker engine",
            "helm 4",
            "helm 3",
            "kind",
            "opa",
            "witness",
            "conftest",
            "kubeconform",
            "base image",
            "node image 1.36.3",
            "node image 1.35.4",
            "registry image"
        ]
    );
    assert_eq!(titles.last().map(String::as_str), Some("registry content"));
    assert_eq!(titles.iter().collect::<std::collections::BTreeSet<_>>().len(), titles.len());
}
