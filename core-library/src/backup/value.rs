//! Values as JSON and back.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bridge_traits::Value;
use serde_json::Value as Json;

use super::header::ColumnKind;

/// A value as JSON: bytes as base64, tokens as a list, everything else as what it is.
pub(super) fn to_json(value: Value) -> Json {
    match value {
        Value::Boolean(value) => value.into(),
        Value::Integer(value) => value.into(),
        Value::Real(value) => value.into(),
        Value::Text(text) => text.into(),
        Value::Bytes(bytes) => STANDARD.encode(bytes).into(),
        Value::Tokens(tokens) => tokens.into(),
        _ => Json::Null,
    }
}

/// A JSON value of a field of that kind; `None` if it is none.
pub(super) fn from_json(json: Json, kind: ColumnKind) -> Option<Value> {
    Some(match (json, kind) {
        (Json::Null, _) => Value::Null,
        (Json::Bool(value), ColumnKind::Boolean) => value.into(),
        (Json::Number(value), ColumnKind::Integer) => value.as_i64()?.into(),
        (Json::Number(value), ColumnKind::Real) => value.as_f64()?.into(),
        (Json::String(text), ColumnKind::Text) => text.into(),
        (Json::String(text), ColumnKind::Bytes) => STANDARD.decode(text).ok()?.into(),
        (Json::Array(tokens), ColumnKind::Tokens) => {
            let text = |token: Json| match token {
                Json::String(token) => Some(token),
                _ => None,
            };
            Value::Tokens(tokens.into_iter().map(text).collect::<Option<_>>()?)
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_comes_back_exactly() {
        use ColumnKind::{Boolean, Bytes, Integer, Real, Text, Tokens};
        for (value, kind) in [
            (Value::Null, Text),
            (true.into(), Boolean),
            (i64::MIN.into(), Integer),
            (i64::MAX.into(), Integer),
            (0.1_f64.into(), Real),
            (5e-324_f64.into(), Real),
            (f64::MAX.into(), Real),
            (3.0_f64.into(), Real),
            ("\u{0}\n\"ñ\u{2028}🎵".into(), Text),
            (vec![0_u8, 255, 10].into(), Bytes),
            (Value::Tokens(vec!["a".into(), "ä".into()]), Tokens),
        ] {
            let json = serde_json::to_string(&to_json(value.clone())).unwrap();
            assert!(!json.contains('\n'), "a record is one line");
            let back = from_json(serde_json::from_str(&json).unwrap(), kind);
            assert_eq!(back, Some(value), "{json}");
        }
        assert_eq!(from_json("x".into(), Integer), None);
        assert_eq!(from_json(1.5.into(), Integer), None);
        assert_eq!(from_json("!".into(), Bytes), None);
    }
}
