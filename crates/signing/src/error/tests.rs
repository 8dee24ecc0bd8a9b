use super::*;
use std::collections::HashSet;

#[test]
fn every_code_has_a_stable_name_a_summary_and_next_steps() {
    let mut names = HashSet::new();
    for code in Code::ALL {
        let row = code.row();
        assert!(names.insert(row.name), "{} is used twice", row.name);
        assert!(row.name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_'), "{}", row.name);
        for text in [row.summary, row.next_step, row.next_command] {
            assert!(text.len() > 15 && !text.contains('\n'), "{}: {text}", row.name);
        }
        assert!(row.summary.ends_with('.'), "{}", row.name);
        assert_ne!(row.exit, Exit::Done, "{}", row.name);
    }
}

#[test]
fn no_next_step_at_the_command_line_speaks_of_gulp_tasks() {
    for code in Code::ALL {
        let text = code.row().next_command;
        for word in ["the task", "--to ", "--to,", "--authID", "New token"] {
            assert!(!text.contains(word), "{}: {text}", code.row().name);
        }
        assert!(!code.row().next_step.contains(NAME_PLACE), "{}", code.row().name);
    }
}

#[test]
fn the_message_ends_with_the_next_step() {
    let plain = Error::new(Code::PortBusy, "Port 7777 is in use.");
    assert!(plain.to_string().ends_with(Code::PortBusy.row().next_step));
    let fitted = plain.with_next_step("Stop node (process 12).");
    assert_eq!(fitted.to_string(), "Port 7777 is in use.\nStop node (process 12).");
    assert_eq!(fitted.next_command(), "Stop node (process 12).");
    let both = fitted.with_next_command("npx netsuite-tba doctor");
    assert_eq!(
        (both.next_step(), &*both.next_command()),
        ("Stop node (process 12).", "npx netsuite-tba doctor")
    );
}

#[test]
fn a_command_in_the_next_step_names_the_token() {
    let refused = Error::new(Code::InvalidLogin, "No.");
    assert!(refused.next_command().contains("login NAME."));
    for (name, word) in [
        ("sb1-dev", "login sb1-dev."),
        ("my sandbox", "login \"my sandbox\"."),
        ("Größe", "login Größe."),
        // No shell may run part of a name.
        ("a$(touch x)", "login NAME."),
        ("a`b`", "login NAME."),
        ("a\"; b", "login NAME."),
        ("-rf", "login NAME."),
        ("100%", "login NAME."),
    ] {
        let error = refused.clone().about_token(name);
        assert!(error.next_command().contains(word), "{}", error.next_command());
    }
}

#[test]
fn an_error_prints_no_control_characters() {
    let error = Error::new(Code::PortBusy, "a\x1b[2J").with_next_step("b\u{202e}\nc");
    assert_eq!(error.to_string(), "a?[2J\nb?\nc");
    assert_eq!(error.with_next_command("d\x07").next_command(), "d?");
}
