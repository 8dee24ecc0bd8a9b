//! The JSON of `tokens.json`, read in one pass. An index may hold thousands of entries, and a map of
//! values for each of them would cost most of the time of `list`.

use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::{Map, Value};

/// The members of an entry that this version knows.
pub const NAMES: [&str; 10] = [
    "authID",
    "account",
    "role",
    "store",
    "id",
    "vm",
    "molecule",
    "consumer",
    "createdAt",
    "lastUsedAt",
];

/// The members of one entry. As in every map, the last of a name counts.
#[derive(Default)]
pub struct Members {
    known: [Option<Value>; NAMES.len()],
    /// Those of other versions, in their order.
    pub other: Map<String, Value>,
}

impl Members {
    /// Takes a known member out.
    pub fn take(&mut self, name: &str) -> Option<Value> {
        let at = NAMES.iter().position(|known| *known == name)?;
        self.known[at].take()
    }
}

/// An element of `tokens`; nothing where it is no object.
pub struct Element(pub Option<Members>);

/// The whole file: its elements if `tokens` is a list, and every other member.
pub struct Whole {
    /// The elements of `tokens`.
    pub tokens: Option<Vec<Element>>,
    /// The other members.
    pub other: Map<String, Value>,
}

enum Name {
    Known(usize),
    Other(String),
}

struct NameSeed;

impl<'de> DeserializeSeed<'de> for NameSeed {
    type Value = Name;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Name, D::Error> {
        from.deserialize_str(self)
    }
}

impl Visitor<'_> for NameSeed {
    type Value = Name;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a name")
    }

    fn visit_str<E>(self, text: &str) -> Result<Name, E> {
        let known = NAMES.iter().position(|name| *name == text);
        Ok(known.map_or_else(|| Name::Other(text.to_owned()), Name::Known))
    }
}

/// What is not of the kind that is wanted is read and forgotten, so that it costs no other entry.
macro_rules! nothing_of_other_kinds {
    ($value:ty, $nothing:expr) => {
        fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
            out.write_str("any JSON")
        }

        fn visit_bool<E>(self, _: bool) -> Result<$value, E> {
            Ok($nothing)
        }

        fn visit_i64<E>(self, _: i64) -> Result<$value, E> {
            Ok($nothing)
        }

        fn visit_u64<E>(self, _: u64) -> Result<$value, E> {
            Ok($nothing)
        }

        fn visit_f64<E>(self, _: f64) -> Result<$value, E> {
            Ok($nothing)
        }

        fn visit_str<E>(self, _: &str) -> Result<$value, E> {
            Ok($nothing)
        }

        fn visit_unit<E>(self) -> Result<$value, E> {
            Ok($nothing)
        }
    };
}

struct ElementVisitor;

impl<'de> Visitor<'de> for ElementVisitor {
    type Value = Element;

    nothing_of_other_kinds!(Element, Element(None));

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Element, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Element(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Element, A::Error> {
        let mut members = Members::default();
        while let Some(name) = map.next_key_seed(NameSeed)? {
            let value = map.next_value()?;
            match name {
                Name::Known(at) => members.known[at] = Some(value),
                Name::Other(name) => {
                    members.other.insert(name, value);
                }
            }
        }
        Ok(Element(Some(members)))
    }
}

impl<'de> Deserialize<'de> for Element {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ElementVisitor)
    }
}

/// A list, or nothing.
struct Elements(Option<Vec<Element>>);

struct ElementsVisitor;

impl<'de> Visitor<'de> for ElementsVisitor {
    type Value = Elements;

    nothing_of_other_kinds!(Elements, Elements(None));

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Elements, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Elements(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Elements, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = list.next_element()? {
            elements.push(element);
        }
        Ok(Elements(Some(elements)))
    }
}

impl<'de> Deserialize<'de> for Elements {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ElementsVisitor)
    }
}

struct WholeVisitor;

impl<'de> Visitor<'de> for WholeVisitor {
    type Value = Whole;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Whole, A::Error> {
        let mut whole = Whole { tokens: None, other: Map::new() };
        while let Some(name) = map.next_key::<String>()? {
            if name == "tokens" {
                whole.tokens = map.next_value::<Elements>()?.0;
            } else {
                whole.other.insert(name, map.next_value()?);
            }
        }
        Ok(whole)
    }
}

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(WholeVisitor)
    }
}
