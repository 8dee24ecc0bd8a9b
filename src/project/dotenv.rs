//! `.env` in the project. Only the consumer key and the consumer secret are read from it.

use std::path::Path;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::error::Result;
use crate::fs::project_file;

/// How long to wait for a secret manager that provides the file as a named pipe.
const PIPE: Duration = Duration::from_secs(2);
/// The largest file that is read. `.env` files are smaller.
const MAX_BYTES: u64 = 256 * 1024;

/// The variables for the consumer key; the first one wins. Oracle's tools copy `CONSUMER_KEY` into
/// shared files, but do not know the other name.
pub const KEY_NAMES: [&str; 2] = ["NETSUITE_TBA_CONSUMER_KEY", "CONSUMER_KEY"];
/// The variables for the consumer secret; the first one wins.
pub const SECRET_NAMES: [&str; 2] = ["NETSUITE_TBA_CONSUMER_SECRET", "CONSUMER_SECRET"];

/// A value and the name of its variable.
#[derive(Clone)]
pub struct Named {
    /// One of [`KEY_NAMES`] or [`SECRET_NAMES`].
    pub name: &'static str,
    /// The value of the variable.
    pub value: Zeroizing<String>,
}

/// The lines that are read from the file. All other lines are ignored.
#[derive(Default)]
pub struct ConsumerLines {
    /// The consumer key.
    pub key: Option<Named>,
    /// The consumer secret.
    pub secret: Option<Named>,
}

/// Reads the file, if it exists. It may be a named pipe, as some secret managers provide it.
///
/// # Errors
/// [`crate::error::Code::ProjectFile`] when the file exists but cannot be read.
pub fn read(path: &Path) -> Result<ConsumerLines> {
    let bytes = project_file::read_bytes(path, MAX_BYTES, Some(PIPE))?;
    Ok(bytes.map_or_else(ConsumerLines::default, |bytes| parse(&text_of(&bytes))))
}

/// Decodes UTF-8, or the UTF-16 that Windows PowerShell writes.
pub(super) fn text_of(bytes: &[u8]) -> Zeroizing<String> {
    let Some(units) = bytes.strip_prefix(b"\xff\xfe") else {
        return Zeroizing::new(String::from_utf8_lossy(bytes).into_owned());
    };
    let units = units.as_chunks::<2>().0.iter().map(|pair| u16::from_le_bytes(*pair));
    Zeroizing::new(char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect())
}

/// Parses the text of a `.env` file like the npm package `dotenv`: `export`, quotes and `#`
/// comments are understood, and the last line of a name wins.
pub fn parse(text: &str) -> ConsumerLines {
    let (mut key, mut secret) = ([None, None], [None, None]);
    for line in text.trim_start_matches('\u{feff}').split(['\n', '\r']) {
        let line = line.trim();
        let line = line.strip_prefix("export ").map_or(line, str::trim_start);
        let Some((name, value)) = line.split_once(['=', ':']) else { continue };
        for (names, found) in [(KEY_NAMES, &mut key), (SECRET_NAMES, &mut secret)] {
            if let Some(at) = names.iter().position(|known| *known == name.trim()) {
                let named = |value| Named { name: names[at], value: Zeroizing::new(value) };
                found[at] = unquote(value).map(named);
            }
        }
    }
    ConsumerLines {
        key: key.into_iter().flatten().next(),
        secret: secret.into_iter().flatten().next(),
    }
}

fn unquote(value: &str) -> Option<String> {
    let value = value.trim();
    let quoted = value
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '\'' | '`'))
        .and_then(|quote| value[1..].find(quote).map(|end| &value[1..=end]));
    let plain = || value.find('#').map_or(value, |comment| &value[..comment]).trim();
    let text = quoted.unwrap_or_else(plain);
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<String>, Option<String>) {
        let found = parse(text);
        let text = |named: Named| named.value.to_string();
        (found.key.map(text), found.secret.map(text))
    }

    #[test]
    fn both_names_are_read_in_every_usual_form() {
        for text in [
            "CONSUMER_KEY=k\nCONSUMER_SECRET=s",
            "\u{feff}CONSUMER_KEY = \"k\"\r\nCONSUMER_SECRET='s'\r\n",
            "# the record\nexport CONSUMER_KEY=k # mine\nCONSUMER_SECRET=`s`\nOTHER=x",
            "CONSUMER_KEY=old\nCONSUMER_KEY=k\nCONSUMER_SECRET: s",
            "CONSUMER_KEY=k\rCONSUMER_SECRET=s\r",
        ] {
            assert_eq!(read(text), (Some("k".into()), Some("s".into())), "{text}");
        }
    }

    #[test]
    fn the_names_oracles_tools_do_not_know_win() {
        for text in [
            "NETSUITE_TBA_CONSUMER_KEY=k\nCONSUMER_KEY=x\nNETSUITE_TBA_CONSUMER_SECRET=s",
            "CONSUMER_KEY=x\nNETSUITE_TBA_CONSUMER_KEY=k\nCONSUMER_SECRET=x\nNETSUITE_TBA_CONSUMER_SECRET=s",
            "NETSUITE_TBA_CONSUMER_KEY=\nCONSUMER_KEY=k\nCONSUMER_SECRET=s",
        ] {
            assert_eq!(read(text), (Some("k".into()), Some("s".into())), "{text}");
        }
        let found = parse("NETSUITE_TBA_CONSUMER_KEY=k\nCONSUMER_SECRET=s");
        assert_eq!(found.key.unwrap().name, "NETSUITE_TBA_CONSUMER_KEY");
        assert_eq!(found.secret.unwrap().name, "CONSUMER_SECRET");
    }

    #[test]
    fn utf_16_as_windows_powershell_writes_it_is_read() {
        let text = "CONSUMER_KEY=k\r\nCONSUMER_SECRET=s\r\n";
        let bytes: Vec<u8> = "\u{feff}"
            .encode_utf16()
            .chain(text.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(read(&text_of(&bytes)), (Some("k".into()), Some("s".into())));
    }

    #[test]
    fn whatever_is_there_and_cannot_be_read_is_an_error_and_never_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".env");
        assert!(super::read(&path).unwrap().key.is_none());
        std::fs::create_dir(&path).unwrap();
        let error = super::read(&path).map(|_| ()).unwrap_err();
        assert!(error.message().contains("it is a folder"), "{error}");
        std::fs::remove_dir(&path).unwrap();
        std::fs::File::create(&path).unwrap().set_len(10 << 30).unwrap();
        let error = super::read(&path).map(|_| ()).unwrap_err();
        assert!(error.message().contains("larger than 256 KB"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_named_pipe_is_read_and_one_that_nobody_fills_is_given_up() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".env");
        crate::fs::open::tests::make_pipe(&path);
        let writer = std::thread::spawn({
            let path = path.clone();
            move || std::fs::write(path, "CONSUMER_KEY=k\nCONSUMER_SECRET=s\n").unwrap()
        });
        assert!(super::read(&path).unwrap().key.is_some_and(|key| *key.value == "k"));
        writer.join().unwrap();
        let began = std::time::Instant::now();
        let error = super::read(&path).map(|_| ()).unwrap_err();
        assert!(error.message().contains("named pipe"), "{error}");
        assert!(began.elapsed() < PIPE + Duration::from_secs(2));
    }

    #[test]
    fn empty_and_foreign_lines_count_for_nothing() {
        assert_eq!(
            read("CONSUMER_KEY=\nCONSUMER_SECRET=\"\"\nMY_CONSUMER_KEY=x\n=y\n"),
            (None, None)
        );
        assert_eq!(read(""), (None, None));
    }
}
