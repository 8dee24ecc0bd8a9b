//! Finds the mistake that explains a signature, by signing the request in wrong ways until the
//! signature comes out.

use crate::cli::header::base_string::base_string;
use crate::cli::header::mistakes::{self, Mistake, Sign};
use crate::cli::header::parse::{Header, decode};
use crate::cli::header::recipe::Recipe;
use crate::cli::header::request::Request;
use crate::signer::diagnose::{Credentials, SignatureRecipe, signature_of};

/// How many bytes are signed at most to try pairs of mistakes. All pairs of a usual request take less
/// than half; a request as long as can be ends here, after a few seconds.
const MOST_BYTES: usize = 32 * 1024 * 1024;

/// What explains a signature.
#[derive(Debug, PartialEq, Eq)]
pub enum Explanation {
    /// It is right.
    Right,
    /// One or two mistakes, by their rows' names.
    Mistakes(Vec<&'static str>),
    /// Nothing that is known.
    Nothing,
}

/// A wrong way to sign: what one change of a row makes of the claimed recipe.
struct Way {
    row: &'static Mistake,
    change: fn(&mut Recipe),
    recipe: Recipe,
    base_string: String,
    /// Whether it changes this signature.
    is_effective: bool,
}

/// A signature to explain, and what is needed to sign again.
struct Search<'a> {
    header: &'a Header,
    request: &'a Request<'a>,
    credentials: &'a Credentials<'a>,
    claimed: Recipe,
    sent: [String; 3],
}

/// Explains the signature of a header.
pub fn explain(
    header: &Header,
    request: &Request<'_>,
    credentials: &Credentials<'_>,
) -> Explanation {
    let Some(sent) = header.get("oauth_signature") else { return Explanation::Nothing };
    // Encoded once, not at all, or twice: rows of the header tell which.
    let sent = [sent.value(), sent.raw.clone(), decode(&sent.value())];
    let claimed = Recipe::claimed_by(header);
    Search { header, request, credentials, claimed, sent }.run()
}

impl Search<'_> {
    fn run(&self) -> Explanation {
        let right_base = base_string(self.request, self.header, &self.claimed);
        let right = self.sign(&right_base, &self.claimed.signature);
        if self.sent.contains(&right) {
            return Explanation::Right;
        }
        let mut ways = Vec::new();
        for (row, change) in changes() {
            let mut recipe = self.claimed.clone();
            change(&mut recipe);
            let base_string = base_string(self.request, self.header, &recipe);
            let signature = self.sign(&base_string, &recipe.signature);
            if self.sent.contains(&signature) {
                return Explanation::Mistakes(vec![row.id]);
            }
            let is_effective = signature != right;
            ways.push(Way { row, change, recipe, base_string, is_effective });
        }
        // A change without effect of its own may have one together with another, as the order of
        // parameters that only the other change adds.
        ways.sort_by_key(|way| !way.is_effective);
        self.pair(&ways).map_or(Explanation::Nothing, |(first, second)| {
            Explanation::Mistakes(vec![first.row.id, second.row.id])
        })
    }

    /// Two ways that explain the signature together, if they are found before the limit.
    fn pair<'w>(&self, ways: &'w [Way]) -> Option<(&'w Way, &'w Way)> {
        let mut signed = 0;
        for (at, first) in ways.iter().enumerate() {
            for second in &ways[at + 1..] {
                if first.row.id != second.row.id && self.explains(first, second) {
                    return Some((first, second));
                }
                signed += first.base_string.len();
                if signed > MOST_BYTES {
                    return None;
                }
            }
        }
        None
    }

    fn explains(&self, first: &Way, second: &Way) -> bool {
        let mut recipe = first.recipe.clone();
        (second.change)(&mut recipe);
        // Most pairs share the base string of one of the two, and making it takes longest.
        let made;
        let base_string = if recipe.has_base_of(&first.recipe) {
            &first.base_string
        } else if recipe.has_base_of(&second.recipe) {
            &second.base_string
        } else {
            made = base_string(self.request, self.header, &recipe);
            &made
        };
        self.sent.contains(&self.sign(base_string, &recipe.signature))
    }

    fn sign(&self, base_string: &str, recipe: &SignatureRecipe) -> String {
        signature_of(base_string, self.credentials, recipe)
    }
}

/// Every change of every row that is found by signing again.
fn changes() -> impl Iterator<Item = (&'static Mistake, fn(&mut Recipe))> {
    mistakes::all().flat_map(|row| {
        let changes: &[fn(&mut Recipe)] = match row.sign {
            Sign::Recomputed(changes) => changes,
            Sign::Request(_) | Sign::Header(_) => &[],
        };
        changes.iter().map(move |change| (row, *change))
    })
}
