//! The kinds of values in the table of options.

use super::*;
use crate::selection::options::Options;

fn option(name: &str, given: Given) -> Result<Options> {
    let mut options = Options::default();
    assert!(options.take_option(name, given)?, "{name} is not in the table");
    Ok(options)
}

fn text(text: &str) -> Given {
    Given::Text(text.to_owned())
}

#[test]
fn a_value_of_the_wrong_kind_is_refused_with_the_kind_that_is_meant() {
    for (name, given, kind) in [
        ("account", Given::Number(1.0), "a string that is not empty"),
        ("store", text(""), "a string that is not empty"),
        ("consumerSecret", Given::Switch(true), "a string that is not empty"),
        ("role", Given::Number(1.5), "a number or a string"),
        ("port", Given::Other, "a number or a string"),
        ("browser", text("yes"), "true or false"),
        ("to", Given::Number(1.0), "true or the name of a token"),
        ("timeoutMs", Given::Number(0.0), "a number of milliseconds above 0"),
        ("timeoutMs", Given::Number(1e12), "a number of milliseconds above 0"),
    ] {
        let error = option(name, given).map(|_| ()).unwrap_err();
        assert_eq!(error.code(), Code::OptionInvalid);
        assert_eq!(error.message(), format!("The option {name} must be {kind}."));
    }
    assert!(!Options::default().take_option("constructor", text("x")).unwrap());
}

#[test]
fn numbers_become_the_texts_javascript_would_make_of_them() {
    let role = |given| option("role", given).unwrap().role.unwrap().to_string();
    assert_eq!(role(Given::Number(3.0)), "3");
    assert_eq!(role(Given::Number(-1.0)), "-1");
    assert_eq!(role(text("customrole_dev")), "customrole_dev");
    let timeout = option("timeoutMs", Given::Number(1500.0)).unwrap().timeout;
    assert_eq!(timeout, Some(Duration::from_millis(1500)));
}

#[test]
fn to_false_says_nothing() {
    assert_eq!(option("to", Given::Switch(false)).unwrap().to, None);
    assert_eq!(option("to", Given::Switch(true)).unwrap().to, Some(To::Choose));
    assert_eq!(option("to", text("dev")).unwrap().to, Some(To::Name("dev".to_owned())));
}

#[test]
fn an_option_wins_over_a_flag_and_a_flag_over_a_variable() {
    let variables = ["NETSUITE_TBA_STORE", "CONSUMER_KEY", "NETSUITE_TBA_AUTH_ID"];
    let variables = variables.map(|name| (name.to_owned(), "variable".to_owned()));
    let environment = Environment::new(variables, PathBuf::from("/nowhere"));
    let mut flags = Options::default();
    for name in ["--key", "--authID"] {
        flags.take_flag(&mut Flag::with_value(name, "flag")).unwrap();
    }
    let options = option("authId", text("option")).unwrap();
    let merged = options.or(flags).or(Options::from_variables(&environment));
    assert_eq!(merged.auth_id.as_deref(), Some("option"));
    assert_eq!(merged.consumer_key.as_deref(), Some("flag"));
    assert_eq!(merged.store.as_deref(), Some("variable"));
}

#[test]
fn a_home_folder_in_a_variable_may_start_with_a_tilde() {
    let mut environment = Environment::new(
        [("NETSUITE_TBA_HOME".to_owned(), "~/tokens".to_owned())],
        PathBuf::from("/project"),
    );
    environment.home = Some(PathBuf::from("/home/dev"));
    let home = Options::from_variables(&environment).home;
    assert_eq!(home.as_deref(), Some(Path::new("/home/dev/tokens")));
}

#[test]
fn no_name_flag_or_variable_is_in_the_table_twice() {
    let mut seen = std::collections::HashSet::new();
    for row in Options::TABLE {
        for name in row.option.iter().chain(row.flags).chain(row.variables) {
            assert!(seen.insert(*name), "{name}");
        }
    }
}
