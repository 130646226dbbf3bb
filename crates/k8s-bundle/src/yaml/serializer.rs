//! Any serde type as YAML.

mod key;

use serde::ser::{self, Serialize};

use super::{Emitter, YamlError, number};
use key::KeySerializer;

/// `value` as one YAML document, without a document marker.
///
/// Enums are written as JSON writes them (`{Variant: …}`), not with YAML tags, which Kubernetes does not read.
///
/// ```
/// # use k8s_bundle::yaml;
/// let countries = std::collections::BTreeMap::from([("norway", "no"), ("sweden", "se")]);
/// assert_eq!(yaml::to_string(&countries)?, "norway: \"no\"\nsweden: se\n");
/// # Ok::<_, yaml::YamlError>(())
/// ```
///
/// # Errors
/// [`YamlError`] for a map key that is no scalar, for raw bytes, and for a failure of the type itself.
pub fn to_string(value: &impl Serialize) -> Result<String, YamlError> {
    let mut out = Vec::new();
    append(&mut out, value)?;
    match core::str::from_utf8(&out) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => Err(YamlError::Custom(error.to_string())),
    }
}

/// Appends `value` as [`to_string`] writes it. On an error, what was appended so far stays.
///
/// # Errors
/// As [`to_string`].
pub fn append(out: &mut Vec<u8>, value: &impl Serialize) -> Result<(), YamlError> {
    value.serialize(&mut Serializer { emitter: Emitter::new(out) })
}

/// Appends `value` as a document of a stream, after a `---`.
///
/// # Errors
/// As [`to_string`].
pub fn append_document(out: &mut Vec<u8>, value: &impl Serialize) -> Result<(), YamlError> {
    Emitter::new(out).document();
    append(out, value)
}

struct Serializer<'a> {
    emitter: Emitter<'a>,
}

macro_rules! as_text {
    ($($method:ident: $type:ty),*) => {
        $(fn $method(self, value: $type) -> Result<(), YamlError> {
            self.emitter.raw(&value.to_string());
            Ok(())
        })*
    };
}

impl<'s, 'a> ser::Serializer for &'s mut Serializer<'a> {
    type Ok = ();
    type Error = YamlError;
    type SerializeSeq = Sequence<'s, 'a>;
    type SerializeTuple = Sequence<'s, 'a>;
    type SerializeTupleStruct = Sequence<'s, 'a>;
    type SerializeTupleVariant = Sequence<'s, 'a>;
    type SerializeMap = Map<'s, 'a>;
    type SerializeStruct = Map<'s, 'a>;
    type SerializeStructVariant = Map<'s, 'a>;

    as_text!(
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64, serialize_i128: i128,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64, serialize_u128: u128
    );

    fn serialize_bool(self, value: bool) -> Result<(), YamlError> {
        self.emitter.bool(value);
        Ok(())
    }

    fn serialize_f32(self, value: f32) -> Result<(), YamlError> {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Result<(), YamlError> {
        self.emitter.raw(&number::float(value));
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), YamlError> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), YamlError> {
        self.emitter.string(value);
        Ok(())
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), YamlError> {
        Err(YamlError::Bytes)
    }

    fn serialize_none(self) -> Result<(), YamlError> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), YamlError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), YamlError> {
        self.emitter.null();
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), YamlError> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), YamlError> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), YamlError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), YamlError> {
        self.emitter.begin_map();
        self.emitter.key(variant);
        value.serialize(&mut *self)?;
        self.emitter.end_map();
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Sequence<'s, 'a>, YamlError> {
        self.emitter.begin_sequence();
        Ok(Sequence { serializer: self, in_variant: false })
    }

    fn serialize_tuple(self, length: usize) -> Result<Sequence<'s, 'a>, YamlError> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_struct(self, _: &'static str, length: usize) -> Result<Sequence<'s, 'a>, YamlError> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Sequence<'s, 'a>, YamlError> {
        self.emitter.begin_map();
        self.emitter.key(variant);
        self.emitter.begin_sequence();
        Ok(Sequence { serializer: self, in_variant: true })
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Map<'s, 'a>, YamlError> {
        self.emitter.begin_map();
        Ok(Map { serializer: self, in_variant: false })
    }

    fn serialize_struct(self, _: &'static str, length: usize) -> Result<Map<'s, 'a>, YamlError> {
        self.serialize_map(Some(length))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Map<'s, 'a>, YamlError> {
        self.emitter.begin_map();
        self.emitter.key(variant);
        self.emitter.begin_map();
        Ok(Map { serializer: self, in_variant: true })
    }
}

struct Sequence<'s, 'a> {
    serializer: &'s mut Serializer<'a>,
    in_variant: bool,
}

impl Sequence<'_, '_> {
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), YamlError> {
        value.serialize(&mut *self.serializer)
    }

    fn finish(self) {
        self.serializer.emitter.end_sequence();
        if self.in_variant {
            self.serializer.emitter.end_map();
        }
    }
}

macro_rules! sequence {
    ($($trait:ident::$method:ident),*) => {
        $(impl ser::$trait for Sequence<'_, '_> {
            type Ok = ();
            type Error = YamlError;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), YamlError> {
                self.element(value)
            }

            fn end(self) -> Result<(), YamlError> {
                self.finish();
                Ok(())
            }
        })*
    };
}

sequence!(
    SerializeSeq::serialize_element,
    SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field,
    SerializeTupleVariant::serialize_field
);

struct Map<'s, 'a> {
    serializer: &'s mut Serializer<'a>,
    in_variant: bool,
}

impl Map<'_, '_> {
    fn field<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> Result<(), YamlError> {
        self.serializer.emitter.key(key);
        value.serialize(&mut *self.serializer)
    }

    fn finish(self) {
        self.serializer.emitter.end_map();
        if self.in_variant {
            self.serializer.emitter.end_map();
        }
    }
}

impl ser::SerializeMap for Map<'_, '_> {
    type Ok = ();
    type Error = YamlError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), YamlError> {
        key.serialize(KeySerializer { emitter: &mut self.serializer.emitter })
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), YamlError> {
        value.serialize(&mut *self.serializer)
    }

    fn end(self) -> Result<(), YamlError> {
        self.finish();
        Ok(())
    }
}

macro_rules! fields {
    ($($trait:ident),*) => {
        $(impl ser::$trait for Map<'_, '_> {
            type Ok = ();
            type Error = YamlError;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), YamlError> {
                self.field(key, value)
            }

            fn end(self) -> Result<(), YamlError> {
                self.finish();
                Ok(())
            }
        })*
    };
}

fields!(SerializeStruct, SerializeStructVariant);
