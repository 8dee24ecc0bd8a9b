//! `--to a,b`: the names of several tokens in one word.

use crate::error::{Code, Error, Result};
use crate::selection::setting::To;
use crate::text::printable;

/// The names that `--to` gives, in their order; none without the flag, and for `--to` alone.
///
/// # Errors
/// [`Code::FlagInvalid`] for a place between commas that is empty, and for a name that occurs twice.
pub fn names(to: Option<&To>) -> Result<Vec<String>> {
    let Some(To::Name(text)) = to else {
        return Ok(Vec::new());
    };
    let mut names: Vec<String> = Vec::new();
    for name in text.split(',').map(str::trim) {
        if name.is_empty() {
            let message = format!("--to {} has a comma without a name.", printable(text, 80));
            return Err(Error::new(Code::FlagInvalid, message)
                .with_next_step("Write the names with commas between them: --to sb1,sb2"));
        }
        if names.iter().any(|known| known == name) {
            let message = format!("--to names {} twice.", printable(name, 80));
            return Err(
                Error::new(Code::FlagInvalid, message).with_next_step("Name each token once.")
            );
        }
        names.push(name.to_owned());
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<Vec<String>> {
        names(Some(&To::Name(text.to_owned())))
    }

    #[test]
    fn commas_separate_names_and_their_order_stays() {
        assert_eq!(of("sb2,sb1").unwrap(), ["sb2", "sb1"]);
        assert_eq!(of(" sb 1 , 1234567_SB2 ").unwrap(), ["sb 1", "1234567_SB2"]);
        assert_eq!(of("sb1").unwrap(), ["sb1"]);
    }

    #[test]
    fn no_name_is_no_list() {
        assert!(names(None).unwrap().is_empty());
        assert!(names(Some(&To::Choose)).unwrap().is_empty());
    }

    #[test]
    fn a_missing_name_and_a_name_given_twice_are_refused() {
        for text in ["sb1,", ",sb1", "sb1,,sb2", ",", "sb1,sb2,sb1"] {
            assert_eq!(of(text).unwrap_err().code(), Code::FlagInvalid, "{text}");
        }
    }
}
