//! Sprig's digests, and the password hashes that have a salt.

use sha1::Sha1;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::render::fault::{Fault, Result};
use crate::render::text::{Buffer, text as written};
use crate::render::value::{Memory, Value};

use super::{Function, function, text};

pub(super) const TABLE: &[Function] = &[
    function("sha1sum", "s", |_, a| hex(&Sha1::digest(text(a, 0)))),
    function("sha256sum", "s", |_, a| hex(&Sha256::digest(text(a, 0)))),
    function("adler32sum", "s", |_, a| Ok(Value::of_text(adler32(text(a, 0)).to_string().as_bytes()))),
    function("bcrypt", "s", |m, a| Ok(Value::Text(bcrypt(m, b"", text(a, 0))?.finish()?))),
    function("htpasswd", "ss", htpasswd),
];

fn hex(bytes: &[u8]) -> Result<Value> {
    let hex = written(|out| {
        for byte in bytes {
            crate::render::quote::hex(out, u32::from(*byte), 2);
        }
    })?;
    Ok(Value::Text(hex))
}

fn adler32(bytes: &[u8]) -> u32 {
    const MODULUS: u32 = 65521;
    let (a, b) = bytes.iter().fold((1, 0), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % MODULUS;
        (a, (b + a) % MODULUS)
    });
    (b << 16) | a
}

/// bcrypt's default cost in Go.
const COST: u32 = 10;

/// What bcrypt looks at; Go refuses more.
const MAX_PASSWORD: usize = 72;

/// The hash of `password`. The salt comes from public names alone: the same place and user have the same salt in each
/// build. It must not come from the password: a salt stands beside the hash, and a salt that is a fast digest of the
/// password would let anybody test guesses at the speed of the digest instead of bcrypt's.
fn bcrypt(memory: &Memory, user: &[u8], password: &[u8]) -> Result<Buffer> {
    if password.len() > MAX_PASSWORD {
        return Err(Fault::new("bcrypt takes no password of more than 72 bytes"));
    }
    let mut digest = Sha256::new();
    for part in [b"secretbridge bcrypt salt".as_slice(), memory.salt.as_bytes(), user] {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    let digest = digest.finalize();
    let mut salt = [0; 16];
    salt.copy_from_slice(&digest[..16]);
    let hash = bcrypt::hash_with_salt(password, COST, salt).map_err(|_| Fault::new("bcrypt refuses it"))?;
    let line = Zeroizing::new(hash.format_for_version(bcrypt::Version::TwoA));
    let mut out = Buffer::with_capacity(line.len());
    out.extend(line.as_bytes());
    Ok(out)
}

fn htpasswd(memory: &mut Memory, arguments: &[Value]) -> Result<Value> {
    let (user, password) = (text(arguments, 0), text(arguments, 1));
    if user.contains(&b':') {
        return Err(Fault::new("a user name has no colon"));
    }
    let mut line = Buffer::new();
    line.extend(user);
    line.push(b':');
    line.extend(bcrypt(memory, user, password)?.bytes());
    Ok(Value::Text(line.finish()?))
}
