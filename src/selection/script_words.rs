//! Next steps in the words of a plain script, which passes options and has no flags.

use crate::error::{Code, Error};

/// The error with a next step that names options, where the one of the table names flags.
pub fn in_script_words(error: Error) -> Error {
    if error.next_step() != error.code().row().next_step {
        return error;
    }
    let next = match error.code() {
        Code::ConsumerMissing => {
            "Put CONSUMER_KEY and CONSUMER_SECRET into .env, or pass the options consumerKey and consumerSecret. Flags are read only with the option argv: process.argv.slice(2)."
        }
        Code::AccountMissing => {
            "Pass the option account with the account ID, for example account: '1234567_SB1'."
        }
        Code::ChoiceNeeded => {
            "Pass the option authId with the name of a token, or run the script once in a terminal. Flags are read only with the option argv: process.argv.slice(2)."
        }
        Code::AccountMismatch => {
            "Pass the option authId with a token of that account, or leave the option account out."
        }
        Code::TokenFormat => {
            "Pass the option token as '<id>:<secret>', with the token ID and the token secret from NetSuite."
        }
        _ => return error,
    };
    error.with_next_step(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_told_options_and_not_flags() {
        for code in [
            Code::ConsumerMissing,
            Code::AccountMissing,
            Code::ChoiceNeeded,
            Code::AccountMismatch,
            Code::TokenFormat,
        ] {
            let error = in_script_words(Error::new(code, "No."));
            assert!(error.next_step().contains("option"), "{error}");
            assert!(!error.next_step().contains("--"), "{error}");
        }
    }

    #[test]
    fn a_next_step_of_its_own_is_kept() {
        let own = Error::new(Code::ChoiceNeeded, "No.").with_next_step("Do this.");
        assert_eq!(in_script_words(own).next_step(), "Do this.");
        let other = in_script_words(Error::new(Code::PortBusy, "No."));
        assert_eq!(other.next_step(), Code::PortBusy.row().next_step);
    }
}
