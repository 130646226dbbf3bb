//! Amounts, as Kubernetes writes them.

use serde::{Deserialize, Serialize};

/// An amount of memory, disk or processor time, as Kubernetes writes it: `128Mi`, `1Gi`, `50m`.
/// See <https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/>.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(with = "String"))]
#[serde(try_from = "String", into = "String")]
pub struct Quantity(String);

impl Quantity {
    pub(crate) fn literal(text: &'static str) -> Self {
        Self(text.to_owned())
    }

    /// As Kubernetes writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Quantity {
    type Error = String;

    /// # Errors
    /// For what is no positive amount.
    fn try_from(text: String) -> Result<Self, String> {
        let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let (number, unit) = text.split_at(digits);
        let is_unit = matches!(
            unit,
            "" | "m" | "k" | "M" | "G" | "T" | "P" | "E" | "Ki" | "Mi" | "Gi" | "Ti" | "Pi" | "Ei"
        );
        match number.parse::<f64>() {
            Ok(number) if number > 0.0 && is_unit => Ok(Self(text)),
            _ => Err("an amount is a number and a unit, such as `128Mi`, `1Gi` or `50m`".to_owned()),
        }
    }
}

impl From<Quantity> for String {
    fn from(quantity: Quantity) -> Self {
        quantity.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_positive_and_has_a_unit_of_kubernetes() {
        for text in ["128Mi", "1Gi", "50m", "1", "0.5", "1.5Gi"] {
            assert_eq!(Quantity::try_from(text.to_owned()).unwrap().as_str(), text);
        }
        for text in ["", "0", "-1", "1GB", "Mi", "1 Gi", "1..2", "1e3"] {
            assert!(Quantity::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
