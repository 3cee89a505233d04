//! Filters as SQL conditions.
//!
//! A filter is true or false; SQL also knows NULL. Conditions here are true exactly when the filter
//! is, and otherwise false *or* NULL, which `WHERE`, `AND` and `OR` treat alike. Only `NOT` tells
//! the two apart, so it is written `IS NOT TRUE`.

use std::ops::Bound;

use bridge_traits::{Collection, Field, FieldKind, Filter, Result, TokenMatch, Value};

use super::{field, invalid};
use crate::database::statement::Statement;
use crate::database::{names, tokens};

/// How deeply conditions may be nested; SQLite refuses expressions deeper than 1,000.
const MAX_DEPTH: usize = 300;

/// How deeply conditions are nested in one full-text expression; its parser has a small stack.
const MAX_FULL_TEXT_DEPTH: usize = 6;

/// Adds the condition for `filter`.
pub(super) fn push(
    statement: &mut Statement,
    collection: &Collection,
    filter: &Filter,
) -> Result<()> {
    Condition { statement, collection }.filter(filter, 0)
}

struct Condition<'a> {
    statement: &'a mut Statement,
    collection: &'a Collection,
}

impl Condition<'_> {
    fn filter(&mut self, filter: &Filter, depth: usize) -> Result<()> {
        if depth > MAX_DEPTH {
            return Err(invalid(format!("conditions nest more than {MAX_DEPTH} deep")));
        }
        match filter {
            Filter::Everything => self.statement.push("1"),
            Filter::Equals { field, value } => self.equals(field, value)?,
            Filter::OneOf { field, values } => self.one_of(field, values)?,
            Filter::Range { field, lower, upper } => self.range(field, lower, upper)?,
            Filter::StartsWith { field, prefix } => self.starts_with(field, prefix)?,
            filter if self.tokens_only(filter)? => {}
            Filter::HasTokens { field, tokens } => self.has_tokens(field, tokens)?,
            Filter::All(filters) => self.all(filters, depth)?,
            Filter::Any(filters) => self.join(filters, (" OR ", "0"), depth)?,
            Filter::Not(filter) => {
                self.statement.push("((");
                self.filter(filter, depth + 1)?;
                self.statement.push(") IS NOT TRUE)");
            }
            _ => return Err(invalid("this kind of condition is not known here")),
        }
        Ok(())
    }

    /// Adds a condition that is only about the tokens of one field as one question to its
    /// full-text table, which merges lists much faster than SQL merges subqueries. Says whether
    /// it was that.
    fn tokens_only(&mut self, filter: &Filter) -> Result<bool> {
        let Some((name, expression)) = full_text(filter, MAX_FULL_TEXT_DEPTH) else {
            return Ok(false);
        };
        if field(self.collection, name)?.kind != FieldKind::Tokens {
            return Ok(false);
        }
        self.full_text(name, expression);
        Ok(true)
    }

    /// Every one of these conditions, those about tokens first and together.
    fn all(&mut self, filters: &[Filter], depth: usize) -> Result<()> {
        let about_tokens = |filter: &&Filter| full_text(filter, MAX_FULL_TEXT_DEPTH).is_some();
        let (tokens, others): (Vec<_>, Vec<_>) = filters.iter().partition(about_tokens);
        if tokens.len() < 2 || others.is_empty() {
            return self.join(filters, (" AND ", "1"), depth);
        }
        let tokens = Filter::All(tokens.into_iter().cloned().collect());
        let others: Vec<_> = others.into_iter().cloned().collect();
        self.statement.push("(");
        self.filter(&tokens, depth + 1)?;
        self.statement.push(" AND ");
        self.join(&others, (" AND ", "1"), depth)?;
        self.statement.push(")");
        Ok(())
    }

    /// Joins conditions as a balanced tree, which keeps a long list shallow.
    fn join(
        &mut self,
        filters: &[Filter],
        (operator, empty): (&str, &str),
        depth: usize,
    ) -> Result<()> {
        match filters {
            [] => self.statement.push(empty),
            [filter] => self.filter(filter, depth + 1)?,
            filters => {
                let (left, right) = filters.split_at(filters.len() / 2);
                self.statement.push("(");
                self.join(left, (operator, empty), depth)?;
                self.statement.push(operator);
                self.join(right, (operator, empty), depth)?;
                self.statement.push(")");
            }
        }
        Ok(())
    }

    fn equals(&mut self, name: &str, value: &Value) -> Result<()> {
        let field = self.checked(name, value)?;
        let column = names::column(&field.name);
        if value.is_null() {
            self.statement.push(&format!("{column} IS NULL"));
        } else {
            self.compare(&column, " = ", value);
        }
        Ok(())
    }

    fn one_of(&mut self, name: &str, values: &[Value]) -> Result<()> {
        let column = names::column(&self.checked(name, &Value::Null)?.name);
        self.statement.push(&format!("({column} IN ("));
        let mut first = true;
        for value in values {
            self.checked(name, value)?;
            if value.is_null() {
                continue;
            }
            self.statement.push(if first { "" } else { ", " });
            self.statement.bind(value.clone());
            first = false;
        }
        self.statement.push(")");
        if values.iter().any(Value::is_null) {
            self.statement.push(&format!(" OR {column} IS NULL"));
        }
        self.statement.push(")");
        Ok(())
    }

    fn range(&mut self, name: &str, lower: &Bound<Value>, upper: &Bound<Value>) -> Result<()> {
        let column = names::column(&self.checked(name, &Value::Null)?.name);
        for value in [lower, upper] {
            if let Bound::Included(value) | Bound::Excluded(value) = value {
                self.checked(name, value)?;
            }
        }
        // Null is smaller than every value but lies in no range.
        if let Bound::Included(Value::Null) | Bound::Excluded(Value::Null) = upper {
            self.statement.push("0");
            return Ok(());
        }
        match lower {
            Bound::Included(value) if !value.is_null() => self.compare(&column, " >= ", value),
            Bound::Excluded(value) if !value.is_null() => self.compare(&column, " > ", value),
            _ => self.statement.push(&format!("{column} IS NOT NULL")),
        }
        match upper {
            Bound::Included(value) => self.compare(&format!(" AND {column}"), " <= ", value),
            Bound::Excluded(value) => self.compare(&format!(" AND {column}"), " < ", value),
            Bound::Unbounded => {}
        }
        Ok(())
    }

    fn starts_with(&mut self, name: &str, prefix: &str) -> Result<()> {
        let field = field(self.collection, name)?;
        if field.kind != FieldKind::Text {
            return Err(invalid(format!("{name:?} is not text, so it starts with nothing")));
        }
        let column = names::column(&field.name);
        if prefix.is_empty() {
            self.statement.push(&format!("{column} IS NOT NULL"));
            return Ok(());
        }
        self.compare(&column, " >= ", &Value::from(prefix));
        if let Some(end) = prefix_end(prefix) {
            self.compare(&format!(" AND {column}"), " < ", &Value::Text(end));
        }
        Ok(())
    }

    fn has_tokens(&mut self, name: &str, wanted: &[TokenMatch]) -> Result<()> {
        let field = field(self.collection, name)?;
        if field.kind != FieldKind::Tokens {
            return Err(invalid(format!("{name:?} holds no tokens")));
        }
        let column = names::column(&field.name);
        let search = tokens::search(wanted);
        self.statement.push("(1");
        if let Some(expression) = search.expression {
            self.statement.push(" AND ");
            self.full_text(name, expression);
        }
        for (token, prefix) in search.long {
            // Spaces around both make whole tokens of it.
            let end = if prefix { "" } else { " " };
            self.statement.push(&format!(" AND instr(' ' || {column} || ' ', "));
            self.statement.bind(Value::Text(format!(" {token}{end}")));
            self.statement.push(") > 0");
        }
        if search.any {
            self.statement.push(&format!(" AND {column} <> ''"));
        }
        self.statement.push(")");
        Ok(())
    }

    fn full_text(&mut self, field: &str, expression: String) {
        let table = names::tokens(&self.collection.name, field);
        let row = names::ROW;
        self.statement.push(&format!("{row} IN (SELECT rowid FROM {table} WHERE "));
        self.compare(&table, " MATCH ", &Value::Text(expression));
        self.statement.push(")");
    }

    fn compare(&mut self, left: &str, operator: &str, value: &Value) {
        self.statement.push(left);
        self.statement.push(operator);
        self.statement.bind(value.clone());
    }

    /// The field, if it can be compared with `value`.
    fn checked(&self, name: &str, value: &Value) -> Result<&Field> {
        let field = field(self.collection, name)?;
        if field.kind == FieldKind::Tokens {
            return Err(invalid(format!("tokens such as {name:?} are only found with HasTokens")));
        }
        if value.fits(field.kind) {
            return Ok(field);
        }
        Err(invalid(format!("{name:?} is compared with a value of another kind")))
    }
}

/// The field and the full-text expression of a condition that is about nothing else.
fn full_text(filter: &Filter, depth: usize) -> Option<(&str, String)> {
    let depth = depth.checked_sub(1)?;
    let (filters, operator) = match filter {
        Filter::HasTokens { field, tokens } => {
            let search = tokens::search(tokens);
            let complete = search.long.is_empty() && !search.any;
            return Some((field, search.expression.filter(|_| complete)?));
        }
        Filter::All(filters) => (filters, " AND "),
        Filter::Any(filters) => (filters, " OR "),
        _ => return None,
    };
    let mut parts = filters.iter().map(|filter| full_text(filter, depth));
    let (field, first) = parts.next()??;
    let mut expression = format!("({first})");
    for part in parts {
        let (same, part) = part?;
        if same != field {
            return None;
        }
        expression.push_str(operator);
        expression.push_str(&format!("({part})"));
    }
    Some((field, expression))
}

/// The smallest text that is larger than every text starting with `prefix`, if there is one.
fn prefix_end(prefix: &str) -> Option<String> {
    let mut end = prefix.trim_end_matches(char::MAX).to_owned();
    // Stepping over the surrogates is what `char`'s own ranges do.
    let next = (end.pop()?..=char::MAX).nth(1)?;
    end.push(next);
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefix_ends_step_over_what_is_no_character() {
        assert_eq!(prefix_end("ab").unwrap(), "ac");
        assert_eq!(prefix_end("a\u{D7FF}").unwrap(), "a\u{E000}");
        assert_eq!(prefix_end("a\u{10FFFF}").unwrap(), "b");
        assert_eq!(prefix_end("\u{10FFFF}"), None);
    }
}
