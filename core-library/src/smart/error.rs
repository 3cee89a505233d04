//! What is wrong with rules.

/// What is wrong with the rules of a smart playlist. `at` says where, for example
/// `rules[1].rules[0]`.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RuleError {
    /// A rule is neither a condition nor a group. Give it `field` and `operator`, or `match` and
    /// `rules`.
    #[error("a rule has either field and operator, or match and rules")]
    Shape,
    /// There is no such field. Choose one of those named.
    #[error("there is no field {field:?}; choose one of {known}")]
    UnknownField {
        /// The field asked for.
        field: String,
        /// The fields there are.
        known: String,
    },
    /// There is no such operator. Choose one of those named.
    #[error("there is no operator {operator:?}; choose one of {known}")]
    UnknownOperator {
        /// The operator asked for.
        operator: String,
        /// The operators there are.
        known: String,
    },
    /// The field cannot be asked this. Choose one of the operators named.
    #[error("{at}: {field} has no {operator:?}; choose one of {known}")]
    WrongOperator {
        /// Where.
        at: String,
        /// The field.
        field: &'static str,
        /// The operator.
        operator: &'static str,
        /// The operators the field has.
        known: String,
    },
    /// The value does not go with field and operator. Give what is expected.
    #[error("{at}: expected {expected}")]
    WrongValue {
        /// Where.
        at: String,
        /// What is expected.
        expected: &'static str,
    },
    /// Groups are nested too deeply, or there are too many rules. Use fewer.
    #[error("rules may be nested {depth} deep and number {count}")]
    TooMany {
        /// The greatest depth.
        depth: usize,
        /// The greatest number of rules.
        count: usize,
    },
    /// The sort or the limit is none. The message names those there are.
    #[error("{0}")]
    Order(String),
    /// A rule asks for a playlist that is gone, or is itself smart. Choose another one.
    #[error("{at}: there is no playlist {id:?} that a person fills")]
    NoSuchPlaylist {
        /// Where.
        at: String,
        /// The playlist.
        id: String,
    },
}
