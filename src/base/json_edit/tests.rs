//! An edit changes no other byte.

use super::*;
use serde_json::json;

fn edited(text: &str, edit: impl FnOnce(&mut Document)) -> String {
    let mut document = Document::parse(text).unwrap();
    edit(&mut document);
    Document::parse(document.text()).unwrap();
    document.into_text()
}

#[test]
fn a_value_is_replaced_and_every_other_byte_kept() {
    let text = "\u{feff}{\r\n\t\"b\" : 1,\r\n\t\"a\":{\"x\": \"old\" , \"y\":[1,{}]}\r\n}\r\n";
    let new = edited(text, |d| assert!(d.set(&["a"], "x", &json!("new"))));
    assert_eq!(new, text.replace("old", "new"));
}

#[test]
fn a_new_member_goes_where_it_sorts_in_the_style_of_the_file() {
    let text = "{\r\n\t\"a\": {\r\n\t\t\"b\": 1,\r\n\t\t\"d\": 2\r\n\t}\r\n}";
    let new = edited(text, |d| assert!(d.set(&["a"], "c", &json!({"k": ["v"]}))));
    let added = "\"c\": {\r\n\t\t\t\"k\": [\r\n\t\t\t\t\"v\"\r\n\t\t\t]\r\n\t\t},\r\n\t\t\"d\"";
    assert_eq!(new, text.replace("\"d\"", added));
    let last = edited(text, |d| assert!(d.set(&["a"], "e", &json!(3))));
    assert_eq!(last, text.replace("\"d\": 2", "\"d\": 2,\r\n\t\t\"e\": 3"));
    let one_line = edited("{\"a\":{}}", |d| assert!(d.set(&["a"], "b", &json!({"c": 1}))));
    assert_eq!(one_line, "{\"a\":{\"b\":{\"c\":1}}}");
    let empty = edited("{\n  \"a\": {}\n}", |d| assert!(d.set(&["a"], "b", &json!(1))));
    assert_eq!(empty, "{\n  \"a\": {\n    \"b\": 1\n  }\n}");
}

#[test]
fn a_member_goes_with_its_comma_wherever_it_stands() {
    let text = "{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3\n}\n";
    for (name, rest) in [
        ("a", "{\n  \"b\": 2,\n  \"c\": 3\n}\n"),
        ("b", "{\n  \"a\": 1,\n  \"c\": 3\n}\n"),
        ("c", "{\n  \"a\": 1,\n  \"b\": 2\n}\n"),
    ] {
        assert_eq!(edited(text, |d| assert!(d.remove(&[], name))), rest);
    }
    assert_eq!(edited("{ \"a\": 1, \"a\": 2 }", |d| assert!(d.remove(&[], "a"))), "{}");
    let some = |names: &'static [&str]| {
        edited(text, |d| assert!(d.remove_all(&[], |name| names.contains(&name))))
    };
    assert_eq!(some(&["a", "c"]), "{\n  \"b\": 2\n}\n");
    assert_eq!(some(&["b", "c"]), "{\n  \"a\": 1\n}\n");
    assert_eq!(some(&["a", "b", "c"]), "{}\n");
    let twice = "{\"a\":1,\"b\":2,\"a\":3,\"c\":4}";
    assert_eq!(edited(twice, |d| assert!(d.remove(&[], "a"))), "{\"b\":2,\"c\":4}");
    assert_eq!(edited(text, |d| assert!(!d.remove(&[], "x"))), text);
}

#[test]
fn a_member_added_last_or_renamed_moves_no_other() {
    let text = "{\n  \"b\": {\"x\":1},\n  \"a\": [ ]\n}\n";
    let new = edited(text, |d| {
        assert!(d.set_last(&[], "0", &json!({})) && d.set_last(&["0"], "k", &json!("v")));
    });
    let added = "[ ],\n  \"0\": {\n    \"k\": \"v\"\n  }\n";
    assert_eq!(new, text.replace("[ ]\n", added));
    assert_eq!(
        edited(text, |d| assert!(d.set_last(&["b"], "x", &json!(2)))),
        text.replace('1', "2")
    );
    assert_eq!(
        edited(text, |d| assert!(d.rename(&[], "a", "\""))),
        text.replace("\"a\"", "\"\\\"\"")
    );
    assert_eq!(edited(text, |d| assert!(!d.rename(&[], "x", "y"))), text);
    let twice = "{\"a\":1,\"a\":2}";
    assert_eq!(edited(twice, |d| assert!(d.rename(&[], "a", "b"))), "{\"b\":1,\"b\":2}");
}

#[test]
fn what_is_no_object_is_refused() {
    for text in ["", "[]", "{", "1", "{\"a\":1}}"] {
        assert!(Document::parse(text).is_err(), "{text}");
    }
    let mut document = Document::parse("{\"a\":1}").unwrap();
    assert!(!document.set(&["b"], "c", &json!(1)) && !document.set(&["a"], "c", &json!(1)));
}
