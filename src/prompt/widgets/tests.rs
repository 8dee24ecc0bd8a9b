use super::*;

fn line(keys: &[Key]) -> Line {
    let mut line = Line::default();
    for key in keys {
        line.take(match key {
            Key::Text(text) => Key::Text(text.clone()),
            Key::Erase => Key::Erase,
            Key::EraseWord => Key::EraseWord,
            Key::EraseAll => Key::EraseAll,
            Key::Delete => Key::Delete,
            Key::Left => Key::Left,
            Key::Right => Key::Right,
            Key::Home => Key::Home,
            _ => Key::Other,
        });
    }
    line
}

fn typed(text: &str) -> Key {
    Key::Text(text.to_owned())
}

#[test]
fn a_line_is_edited_where_the_cursor_is() {
    let text = |keys: &[Key]| line(keys).text.as_str().to_owned();
    assert_eq!(text(&[typed("sb1"), Key::Erase, typed("2")]), "sb2");
    assert_eq!(text(&[typed("bc"), Key::Home, typed("a"), Key::Right, Key::Erase]), "ac");
    assert_eq!(text(&[typed("äöü"), Key::Left, Key::Left, Key::Delete, typed("x")]), "äxü");
    assert_eq!(text(&[typed("one two "), Key::EraseWord, Key::Erase]), "one");
    assert_eq!(text(&[typed("one"), Key::EraseAll, Key::Erase, Key::Left, Key::Delete]), "");
    assert_eq!(text(&[typed("a\r\nb\u{1b}[A\t")]), "ab[A", "a pasted line end is no answer");
    assert_eq!(text(&[typed(&"x".repeat(5000))]).len(), LONGEST);
}

#[test]
fn a_line_longer_than_its_row_is_shown_around_the_cursor() {
    assert_eq!(line(&[typed("abc")]).window(10), ("abc".to_owned(), 3));
    assert_eq!(line(&[typed("abcdefgh")]).window(5), ("efgh".to_owned(), 4));
    assert_eq!(line(&[typed("abcdefgh"), Key::Home]).window(5), ("abcd…".to_owned(), 0));
}

#[test]
fn letters_filter_a_list_and_the_arrows_wrap_around() {
    let rows = ["New token", "live", "Sandbox", "sandbox 2"].map(str::to_owned);
    let mut list = ListQuestion { question: "Which", rows: &rows, at: 3, wanted: Line::default() };
    list.take(Key::Down);
    assert_eq!(list.at, 0);
    list.take(Key::Up);
    assert_eq!(list.at, 3);
    list.take(typed("SAND"));
    assert_eq!((list.matching(), list.at), (vec![2, 3], 0));
    list.take(typed("x"));
    assert!(list.matching().is_empty());
    for key in [Key::Down, Key::Up, Key::PageDown, Key::End] {
        list.take(key);
        assert_eq!(list.at, 0);
    }
    assert!(list.take(Key::Enter).is_none(), "nothing to take");
    list.take(Key::EraseAll);
    list.take(Key::Down);
    assert_eq!(list.take(Key::Enter), Some((1, "live".to_owned())));
}

#[test]
fn the_type_of_an_account_is_visible_on_a_narrow_terminal() {
    for row in [
        "sb1-dev - Account 1234567 (production, role 3, used today)",
        "my-long-token-name - Account 1234567_SB1 (sandbox)",
        "x - Account TSTDRV1234567 (developer, plaintext in .nstba)",
    ] {
        let (start, rest) = in_two_lines(row, 37);
        assert!(columns(&start) <= 37 && columns(rest.as_ref().unwrap()) <= 35);
        assert_eq!(format!("{start} {}", rest.unwrap()), row);
    }
    assert_eq!(in_two_lines("dev - Account 1", 37), ("dev - Account 1".to_owned(), None));
    let word = "x".repeat(50);
    assert!(in_two_lines(&word, 37).0.chars().count() <= 37);
}

#[test]
fn only_yes_is_yes() {
    for (text, answer) in [
        ("", Some(false)),
        ("n", Some(false)),
        (" YES ", Some(true)),
        ("Y", Some(true)),
        ("x", None),
    ] {
        assert_eq!(yes_or_no(text), answer, "{text}");
    }
}
