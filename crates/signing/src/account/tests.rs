use super::*;

fn refused(typed: &str) -> Error {
    let error = AccountId::parse(typed).expect_err(typed);
    assert_eq!(error.code(), Code::AccountInvalid, "{typed:?}");
    error
}

#[test]
fn every_spelling_of_an_account_becomes_one_form() {
    for typed in [
        "1234567_SB1",
        "1234567-sb1",
        " 1234567_sb1 ",
        "1234567-SB1",
        "1234567-sb1.app.netsuite.com",
        "1234567-SB1.restlets.api.netsuite.com",
        "1234567-sb1.suitetalk.api.netsuite.com/services/rest",
        "https://1234567-sb1.app.netsuite.com/app/center/card.nl?sc=-29",
        "https://1234567-SB1.restlets.api.netsuite.com",
    ] {
        let account = AccountId::parse(typed).unwrap();
        assert_eq!(account.as_str(), "1234567_SB1", "{typed}");
        assert_eq!(account.host_label(), "1234567-sb1");
        assert_eq!(account.hyphenated(), "1234567-SB1");
    }
}

#[test]
fn accounts_of_every_kind_are_accepted() {
    for (typed, id) in [
        ("1234567", "1234567"),
        ("4567", "4567"),
        ("tstdrv1234567", "TSTDRV1234567"),
        ("td2929968", "TD2929968"),
        ("1234567_rp", "1234567_RP"),
        ("1234567-rp1", "1234567_RP1"),
        ("1234567_SB12", "1234567_SB12"),
        ("ACCT12345", "ACCT12345"),
    ] {
        assert_eq!(AccountId::parse(typed).unwrap().as_str(), id);
    }
}

#[test]
fn text_that_is_not_an_account_id_is_refused() {
    let long = "1".repeat(300);
    for typed in [
        "",
        " ",
        "1234567/SB1",
        "evil.example/",
        "..",
        "-",
        "_1",
        "1__2",
        "12",
        "3",
        "100_SB1",
        "1234567_SB1_SB2",
        "1234567-sb1-rp1",
        "1234567\0",
        "sb",
        "https://example.com/",
        "https://1234567.netsuite.com.evil.example/",
        "1234567.netsuite.com.evil.example",
        "https://system.netsuite.com/",
        "system.netsuite.com",
        "http://1234567.app.netsuite.com",
        "１２３４５６７",
        long.as_str(),
    ] {
        refused(typed);
    }
}

#[test]
fn a_misspelt_account_is_refused_with_the_one_that_was_meant() {
    for (typed, meant) in [
        ("1234567 SB1", "1234567_SB1"),
        ("1234567.SB1", "1234567_SB1"),
        ("1234567/sb2", "1234567_SB2"),
        ("1234567__SB1", "1234567_SB1"),
        ("1234567SB1", "1234567_SB1"),
        ("1234567_sandbox1", "1234567_SB1"),
        ("1234567-sandbox", "1234567_SB1"),
        ("1234567 Sandbox 3", "1234567_SB3"),
        ("1234567 RP", "1234567_RP"),
        ("1234567\u{2013}sb1", "1234567_SB1"),
        ("1234567\u{2014}RP1", "1234567_RP1"),
        ("1234567_release_preview", "1234567_RP"),
    ] {
        assert_eq!(refused(typed).next_step(), format!("Did you mean {meant}?"), "{typed}");
    }
}

#[test]
fn a_suffix_alone_is_refused_and_asks_for_the_number() {
    for (typed, example) in [
        ("sb1", "1234567_SB1"),
        ("SB2", "1234567_SB2"),
        ("sandbox", "1234567_SB1"),
        ("rp", "1234567_RP"),
    ] {
        assert!(refused(typed).next_step().ends_with(&format!("{example}.")), "{typed}");
    }
}

#[test]
fn what_a_program_wrote_is_not_trimmed_or_taken_apart() {
    assert_eq!(AccountId::parse_strict("1234567_SB1").unwrap().as_str(), "1234567_SB1");
    assert_eq!(AccountId::parse_strict("12").unwrap().as_str(), "12");
    for sent in [" 1234567", "1234567\n", "https://1234567.app.netsuite.com", "evil.example/", ""] {
        assert!(AccountId::parse_strict(sent).is_err(), "{sent:?}");
    }
}

#[test]
fn the_id_shows_the_type_of_the_account() {
    for (id, kind, production) in [
        ("1234567", "production", true),
        ("1234567_SB2", "sandbox", false),
        ("1234567_SB", "sandbox", false),
        ("TSTDRV1234567_SB1", "sandbox", false),
        ("1234567_RP", "release-preview", false),
        ("1234567_RP1", "release-preview", false),
        ("TSTDRV1234567", "developer", false),
        ("TD1234567", "developer", false),
        ("ACME1", "unknown", true),
        ("TDINDUSTRIES1", "unknown", true),
        ("1234567_QA1", "unknown", true),
        ("1234567_SBX", "unknown", true),
    ] {
        let account = AccountId::parse_strict(id).unwrap();
        assert_eq!(account.account_type().as_str(), kind, "{id}");
        assert_eq!(account.is_production(), production, "{id}");
    }
}
