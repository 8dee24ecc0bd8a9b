//! Reads options from JavaScript with the table of `selection/options.rs`.

use napi::bindgen_prelude::{
    JsObjectValue, KeyCollectionMode, KeyConversion, KeyFilter, Object, Unknown,
};
use napi::{JsValue, ValueType};
use napi_derive::napi;

use crate::node::errors::{thrown, wrong_option};
use crate::selection::options::Options;
use crate::selection::setting::Given;
use crate::text::printable;

/// The longest option name that is repeated in an error.
const SHOWN: usize = 60;

/// Reads the options of one call. `whose` names the function that was called.
///
/// # Errors
/// `OPTION_INVALID` for an option that is not in the table, or that has the wrong type.
pub fn read(given: &Object<'_>, whose: &str) -> napi::Result<Options> {
    let mut options = Options::default();
    // Own properties only: a property of `Object.prototype` is not an option of this call.
    let names = given.get_all_property_names(
        KeyCollectionMode::OwnOnly,
        KeyFilter::Enumerable,
        KeyConversion::NumbersToStrings,
    )?;
    for at in 0..names.get_array_length()? {
        let Ok(name) = names.get_element::<String>(at) else { continue };
        let Some(value) = value_of(given.get_named_property::<Unknown<'_>>(&name)?)? else {
            continue;
        };
        let known = options.take_option(&name, value).map_err(|error| thrown(&error))?;
        if !known {
            let name = printable(&name, SHOWN);
            return Err(wrong_option(format!("{whose} has no option {name}.")));
        }
    }
    Ok(options)
}

/// `null` and `undefined` both mean "not given".
fn value_of(value: Unknown<'_>) -> napi::Result<Option<Given>> {
    let value_type = value.get_type()?;
    Ok(Some(match value_type {
        ValueType::Undefined | ValueType::Null => return Ok(None),
        ValueType::String => Given::Text(value.coerce_to_string()?.into_utf8()?.into_owned()?),
        ValueType::Number => Given::Number(value.coerce_to_number()?.get_double()?),
        ValueType::Boolean => Given::Switch(value.coerce_to_bool()?),
        _ => Given::Other,
    }))
}

/// One row of the table of options, for the documentation and the tests.
#[napi(object)]
pub struct OptionRow {
    /// The name of the option in JavaScript.
    pub option: Option<String>,
    /// The flags, the documented spelling first.
    pub flags: Vec<String>,
    /// The environment variables. The first one that is set counts.
    pub variables: Vec<String>,
    /// Whether a flag is followed by a value.
    pub takes_value: bool,
    /// The JavaScript type.
    pub kind: String,
}

/// The whole table of options.
#[napi(catch_unwind)]
pub fn option_table() -> Vec<OptionRow> {
    let row = |row: &crate::selection::options::Row| OptionRow {
        option: row.option.map(str::to_owned),
        flags: row.flags.iter().map(|flag| (*flag).to_owned()).collect(),
        variables: row.variables.iter().map(|name| (*name).to_owned()).collect(),
        takes_value: row.takes_value,
        kind: row.kind.to_owned(),
    };
    Options::TABLE.iter().map(row).collect()
}
