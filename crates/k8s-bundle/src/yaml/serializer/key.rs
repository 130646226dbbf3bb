//! Keys of maps: scalars only.

use serde::ser::{self, Impossible, Serialize};

use super::super::{Emitter, YamlError};

pub(super) struct KeySerializer<'e, 'a> {
    pub(super) emitter: &'e mut Emitter<'a>,
}

type Never = Impossible<(), YamlError>;

macro_rules! as_text {
    ($($method:ident: $type:ty),*) => {
        $(fn $method(self, value: $type) -> Result<(), YamlError> {
            self.emitter.raw_key(&value.to_string());
            Ok(())
        })*
    };
}

impl ser::Serializer for KeySerializer<'_, '_> {
    type Ok = ();
    type Error = YamlError;
    type SerializeSeq = Never;
    type SerializeTuple = Never;
    type SerializeTupleStruct = Never;
    type SerializeTupleVariant = Never;
    type SerializeMap = Never;
    type SerializeStruct = Never;
    type SerializeStructVariant = Never;

    as_text!(
        serialize_bool: bool,
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64, serialize_i128: i128,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64, serialize_u128: u128
    );

    fn serialize_f32(self, _: f32) -> Result<(), YamlError> {
        Err(YamlError::Key("float"))
    }

    fn serialize_f64(self, _: f64) -> Result<(), YamlError> {
        Err(YamlError::Key("float"))
    }

    fn serialize_char(self, value: char) -> Result<(), YamlError> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), YamlError> {
        self.emitter.key(value);
        Ok(())
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), YamlError> {
        Err(YamlError::Bytes)
    }

    fn serialize_none(self) -> Result<(), YamlError> {
        Err(YamlError::Key("null"))
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), YamlError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), YamlError> {
        Err(YamlError::Key("null"))
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), YamlError> {
        Err(YamlError::Key("null"))
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
        _: &'static str,
        _: &T,
    ) -> Result<(), YamlError> {
        Err(YamlError::Key("map"))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Never, YamlError> {
        Err(YamlError::Key("sequence"))
    }

    fn serialize_tuple(self, _: usize) -> Result<Never, YamlError> {
        Err(YamlError::Key("sequence"))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Never, YamlError> {
        Err(YamlError::Key("sequence"))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Never, YamlError> {
        Err(YamlError::Key("map"))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Never, YamlError> {
        Err(YamlError::Key("map"))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Never, YamlError> {
        Err(YamlError::Key("map"))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Never, YamlError> {
        Err(YamlError::Key("map"))
    }
}
