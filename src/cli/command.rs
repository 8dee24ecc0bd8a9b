//! What a command and a flag are, without what they do. Types only, and the flags of every command.

/// A command.
pub struct Command {
    /// Its name.
    pub name: &'static str,
    /// Other names people try.
    pub aliases: &'static [&'static str],
    /// The words that may follow it, as the usage line shows them.
    pub words: Words,
    /// One line about it, for the overview.
    pub summary: &'static str,
    /// The rest of the help; `{flags}` stands for the list of flags.
    pub text: &'static str,
    /// Its flags, without those that every command has.
    pub flags: &'static [Flag],
    /// What it does.
    pub work: Work,
}

/// The words of a command.
#[derive(Clone, Copy)]
pub struct Words {
    /// `[NAME]`.
    pub usage: &'static str,
    /// At least so many.
    pub least: usize,
    /// At most so many.
    pub most: usize,
    /// Whether the first is the name of a saved token.
    pub names_a_token: bool,
}

/// A flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flag {
    /// `--account`.
    pub name: &'static str,
    /// `-h`, where there is a short form.
    pub short: Option<&'static str>,
    /// `ID`: what follows it, if anything does.
    pub value: Option<&'static str>,
    /// Whether it may be given several times.
    pub repeats: bool,
    /// What it does.
    pub help: &'static str,
}

/// What a command does. [`work`](crate::cli::work) carries it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// `login`.
    Login,
    /// `list`.
    List,
    /// `use`.
    Use,
    /// `status`.
    Status,
    /// `rename`.
    Rename,
    /// `remove`.
    Remove,
    /// `import`.
    Import,
    /// `init`.
    Init,
    /// `prune`.
    Prune,
    /// `request`.
    Request,
    /// `sign`.
    Sign,
    /// `explain`.
    Explain,
    /// `doctor`.
    Doctor,
    /// `guide`.
    Guide,
    /// `simulator`.
    Simulator,
    /// `completion`.
    Completion,
}

impl Command {
    /// The flag of that name, its own or a common one.
    pub fn flag(&self, name: &str) -> Option<&'static Flag> {
        self.all_flags().find(|flag| flag.name == name || flag.short == Some(name))
    }

    /// Its own flags and the common ones.
    pub fn all_flags(&self) -> impl Iterator<Item = &'static Flag> {
        self.flags.iter().chain(COMMON)
    }
}

/// A flag without a value.
pub const fn switch(name: &'static str, help: &'static str) -> Flag {
    Flag { name, short: None, value: None, repeats: false, help }
}

/// A flag with a value.
pub const fn with(name: &'static str, value: &'static str, help: &'static str) -> Flag {
    Flag { name, short: None, value: Some(value), repeats: false, help }
}

/// A flag with a value, which may be given several times.
pub const fn several(name: &'static str, value: &'static str, help: &'static str) -> Flag {
    Flag { repeats: true, ..with(name, value, help) }
}

/// Words that name no token.
pub const fn words(usage: &'static str, least: usize, most: usize) -> Words {
    Words { usage, least, most, names_a_token: false }
}

/// Words of which the first names a token.
pub const fn token_name(usage: &'static str, least: usize, most: usize) -> Words {
    Words { usage, least, most, names_a_token: true }
}

/// Flags of every command.
pub const COMMON: &[Flag] = &[
    switch("--json", "print JSON; a failure is {\"error\": {code, message, nextStep, exitCode}}"),
    Flag { short: Some("-h"), ..switch("--help", "show this help") },
];
