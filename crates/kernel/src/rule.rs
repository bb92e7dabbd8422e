//! What goes wrong by a rule and not by accident. Each has a stable code, which is also the key of its message in
//! both languages; pure rules return these, the edge turns them into a page, a field error or problem+json.

/// The two languages of the house.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash, serde::Serialize)]
pub enum Lang {
    #[default]
    #[serde(rename = "zh-CN")]
    Zh,
    #[serde(rename = "en")]
    En,
}

/// A rule said no.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RuleViolation {
    /// Stable code, such as `registry.span.overlap`; message key `rule.<code>`.
    pub code: &'static str,
    /// Values for the `{}` of the message, in order.
    pub values: Vec<String>,
    /// The fields at fault, if any.
    pub fields: Vec<FieldError>,
}

/// One field at fault.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FieldError {
    pub field: String,
    pub code: &'static str,
    pub values: Vec<String>,
}

impl RuleViolation {
    pub fn new(code: &'static str) -> Self {
        Self { code, values: Vec::new(), fields: Vec::new() }
    }

    pub fn with(mut self, value: impl ToString) -> Self {
        self.values.push(value.to_string());
        self
    }

    /// A violation that stands at one field; its own code is `form.invalid`.
    pub fn field(field: impl Into<String>, code: &'static str) -> Self {
        Self::new("form.invalid").and(field, code)
    }

    pub fn and(mut self, field: impl Into<String>, code: &'static str) -> Self {
        self.fields.push(FieldError { field: field.into(), code, values: Vec::new() });
        self
    }
}

impl std::fmt::Display for RuleViolation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code)?;
        for value in &self.values {
            write!(f, " {value}")?;
        }
        for field in &self.fields {
            write!(f, " [{}: {}]", field.field, field.code)?;
        }
        Ok(())
    }
}
impl std::error::Error for RuleViolation {}
