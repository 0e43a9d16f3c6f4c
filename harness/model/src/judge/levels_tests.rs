//! Which setting of a rule counts, the suite's and the profile's, of packs and of rules.

use super::*;
use Enforcement::{Audit, Enforce, Off};
use rstest::rstest;

type Packs<'a> = &'a [(&'a str, Option<Enforcement>)];

/// Settings of packs and of the rule, of the suite and of the profile.
#[derive(Clone, Copy, Default)]
struct Settings<'a> {
    suite: (Packs<'a>, Option<Enforcement>),
    profile: (Packs<'a>, Option<Enforcement>),
}

impl Settings<'_> {
    /// For a rule `r` of the pack `baseline`, which `restricted` and `house` include, which `prod` includes.
    fn level(self, default: Enforcement) -> Enforcement {
        let named =
            |level: Option<Enforcement>| level.map(|level| ("r".to_owned(), level)).into_iter().collect();
        let packs =
            |packs: Packs<'_>| packs.iter().map(|(pack, level)| ((*pack).to_owned(), *level)).collect();
        let policy =
            PolicySpec { packs: packs(self.suite.0), rules: named(self.suite.1), ..PolicySpec::default() };
        let profile = Levels { packs: packs(self.profile.0), rules: named(self.profile.1) };
        let layers = [vec!["baseline"], vec!["house", "restricted"], vec!["prod"]];
        enforcement(&policy, &profile, &layers, "r", default)
    }
}

#[rstest]
#[case::unset(&[("baseline", None)], Audit)]
#[case::own(&[("baseline", Some(Enforce))], Enforce)]
#[case::included(&[("restricted", Some(Enforce))], Enforce)]
#[case::included_by_an_included_one(&[("prod", Some(Enforce))], Enforce)]
#[case::nearer_is_milder(&[("prod", Some(Enforce)), ("baseline", Some(Off))], Off)]
#[case::nearer_is_stricter(&[("prod", Some(Off)), ("restricted", Some(Enforce))], Enforce)]
#[case::nearer_says_default(&[("prod", Some(Enforce)), ("baseline", None)], Audit)]
#[case::farther_says_default(&[("prod", None), ("baseline", Some(Enforce))], Enforce)]
#[case::as_near_as_another(&[("house", Some(Off)), ("restricted", Some(Enforce))], Enforce)]
#[case::as_near_as_a_default(&[("house", Some(Off)), ("restricted", None)], Audit)]
#[case::another_pack(&[("other", Some(Enforce))], Audit)]
fn the_setting_of_the_nearest_pack_counts(#[case] packs: Packs<'_>, #[case] expected: Enforcement) {
    assert_eq!(Settings { suite: (packs, None), ..Settings::default() }.level(Audit), expected);
    // A profile's packs in the same way, over whatever else the suite's say.
    let suite = (&[("prod", Some(Audit))][..], None);
    assert_eq!(Settings { suite, profile: (packs, None) }.level(Audit), expected);
}

const PROD: Packs<'static> = &[("prod", Some(Enforce))];
const PROD_AUDITED: Packs<'static> = &[("prod", Some(Audit))];
const BASELINE: Packs<'static> = &[("baseline", Some(Enforce))];
const PROD_OFF: Packs<'static> = &[("prod", Some(Off))];

#[rstest]
#[case::suites_rule_over_its_packs(PROD, Some(Off), &[], None, Off)]
#[case::profiles_rule_over_that(PROD, Some(Off), &[], Some(Audit), Audit)]
#[case::profiles_rule_over_the_suites_packs(PROD, None, &[], Some(Audit), Audit)]
#[case::profiles_pack_over_the_suites(PROD, None, PROD_AUDITED, None, Audit)]
#[case::profiles_pack_over_a_nearer_one_of_the_suite(
    &[("prod", Some(Enforce)), ("baseline", Some(Enforce))], None, PROD_AUDITED, None, Audit
)]
#[case::profiles_pack_over_the_suites_rule(PROD, Some(Enforce), PROD_AUDITED, None, Audit)]
#[case::profiles_pack_is_stricter(PROD, Some(Audit), PROD, None, Enforce)]
#[case::profiles_pack_is_off(PROD, Some(Enforce), PROD_OFF, None, Off)]
#[case::profiles_pack_says_default(PROD, Some(Enforce), &[("prod", None)], None, Audit)]
#[case::profiles_rule_over_its_pack(PROD, None, PROD_OFF, Some(Enforce), Enforce)]
#[case::profiles_rule_turns_off(PROD, None, PROD_AUDITED, Some(Off), Off)]
fn from_the_suites_packs_to_the_profiles_rule_the_last_word_counts(
    #[case] suite: Packs<'_>,
    #[case] suites_rule: Option<Enforcement>,
    #[case] profile: Packs<'_>,
    #[case] profiles_rule: Option<Enforcement>,
    #[case] expected: Enforcement,
) {
    let settings = Settings { suite: (suite, suites_rule), profile: (profile, profiles_rule) };
    assert_eq!(settings.level(Audit), expected);
}

#[rstest]
#[case::a_rule_by_its_name(PROD, Some(Off), PROD_AUDITED, Off)]
#[case::a_rule_by_its_name_whose_own_pack_the_profile_names(PROD, Some(Off), BASELINE, Off)]
#[case::an_included_pack(&[("prod", Some(Enforce)), ("baseline", Some(Off))], None, PROD_AUDITED, Off)]
#[case::the_very_pack(PROD_OFF, None, PROD_AUDITED, Audit)]
#[case::a_pack_that_includes_it(PROD_OFF, None, BASELINE, Enforce)]
#[case::an_included_pack_but_not_the_rule(
    &[("prod", Some(Enforce)), ("baseline", Some(Off))], Some(Enforce), PROD_AUDITED, Audit
)]
fn what_the_suite_turns_off_by_a_narrower_name_no_pack_of_a_profile_brings_back(
    #[case] suite: Packs<'_>,
    #[case] suites_rule: Option<Enforcement>,
    #[case] profile: Packs<'_>,
    #[case] expected: Enforcement,
) {
    let settings = Settings { suite: (suite, suites_rule), profile: (profile, None) };
    assert_eq!(settings.level(Enforce), expected);
}

#[rstest]
#[case::by_no_pack(None, PROD, None, Off)]
#[case::by_the_suites_rule(Some(Audit), &[], None, Audit)]
#[case::by_the_profiles_rule(None, &[], Some(Audit), Audit)]
#[case::as_strictly_as_the_profiles_pack_says(Some(Enforce), PROD_AUDITED, None, Audit)]
#[case::not_where_the_profile_leaves_it_its_default(Some(Enforce), &[("prod", None)], None, Off)]
fn what_is_off_by_default_is_asked_only_by_its_own_name(
    #[case] suites_rule: Option<Enforcement>,
    #[case] profile: Packs<'_>,
    #[case] profiles_rule: Option<Enforcement>,
    #[case] expected: Enforcement,
) {
    let settings = Settings { suite: (PROD, suites_rule), profile: (profile, profiles_rule) };
    assert_eq!(settings.level(Off), expected);
}
