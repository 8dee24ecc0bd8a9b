//! The texts of the package Oracle ships, where its tools or their users know them.

use crate::error::{Code, Error};

/// What is shown for a missing consumer key or secret.
const CONSUMER: &str = "Missing parameters --key or --secret. Check your .env file or add those parameters to the gulp task";

/// An error that is shown with this text and nothing else.
pub fn usage(text: &str) -> Error {
    Error::new(Code::OptionInvalid, text).with_next_step(text)
}

/// The message the tools show for an error.
pub fn message(error: &Error) -> String {
    match error.code() {
        Code::ConsumerMissing => CONSUMER.to_owned(),
        // Made by `usage`: the text is all of it.
        _ if error.message() == error.next_step() => error.message().to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_old_stand_alone_and_all_others_end_with_the_next_step() {
        assert_eq!(message(&usage("Missing token name.")), "Missing token name.");
        assert_eq!(message(&Error::new(Code::ConsumerMissing, "The key is missing.")), CONSUMER);
        let port = Error::new(Code::PortBusy, "Port 7777 is in use.");
        assert_eq!(message(&port), port.to_string());
    }
}
