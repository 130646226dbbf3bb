//! HTTP/2 by prior knowledge, not quite.

use fastrand::Rng;

use super::{Broken, noise};

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// `:method GET`, `:scheme http`, `:path /v1/secret/data/app`, `:authority b`, in HPACK, without a token.
fn head() -> Vec<u8> {
    let path = b"/v1/secret/data/app";
    let mut block = vec![0x82, 0x86, 0x04, u8::try_from(path.len()).unwrap()];
    block.extend_from_slice(path);
    block.extend_from_slice(&[0x01, 1, b'b']);
    block
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

pub(super) fn broken(rng: &mut Rng) -> Broken {
    let mut bytes = PREFACE.to_vec();
    if rng.u8(..6) > 0 {
        bytes.extend(frame(4, 0, 0, &[]));
    }
    for _ in 0..rng.usize(1..12) {
        bytes.extend(odd_frame(rng));
    }
    if rng.u8(..4) == 0 {
        let at = rng.usize(PREFACE.len()..bytes.len());
        bytes[at] = rng.u8(..);
    }
    if rng.u8(..4) == 0 {
        bytes.truncate(rng.usize(1..bytes.len()));
    }
    Broken::whole(bytes)
}

fn odd_frame(rng: &mut Rng) -> Vec<u8> {
    let stream = [0, 1, 1, 1, 2, 3, 5, 0x7fff_ffff, 0xffff_ffff][rng.usize(..9)];
    match rng.u8(..18) {
        // A request, whole or in two.
        0..=2 => frame(1, 5, stream | 1, &head()),
        3 => [frame(1, 0, 1, &head()[..4]), frame(9, 4, 1, &head()[4..])].concat(),
        // What has to follow is missing, or comes without what it follows.
        4 => frame(1, 0, stream, &head()[..6]),
        5 => frame(9, 4, stream, &head()),
        6 => frame(0, 1, stream, &noise(rng, 300)),
        7 => frame(3, 0, stream, &[0, 0, 0, 8]),
        8 => frame(4, 0, 0, &noise(rng, 40)),
        9 => frame(4, 1, stream, &[]),
        10 => frame(5, 4, stream, &noise(rng, 40)),
        11 => frame(6, 0, 0, &[7; 8]).repeat(rng.usize(1..200)),
        12 => frame(8, 0, stream, &[[0, 0, 0, 0], [0x7f, 255, 255, 255]][rng.usize(..2)]),
        13 => frame(2, 0, stream, &[0, 0, 0, 1, 255]),
        14 => frame(7, 0, 0, &noise(rng, 20)),
        // Streams that are opened and given up at once.
        15 => (0..200)
            .flat_map(|number| {
                [frame(1, 5, 2 * number + 1, &head()), frame(3, 0, 2 * number + 1, &[0, 0, 0, 8])].concat()
            })
            .collect(),
        // More headers than there may be.
        16 => {
            let mut block = head();
            for _ in 0..rng.usize(1..300) {
                block.extend_from_slice(&[0x00, 1, b'x', 100]);
                block.extend_from_slice(&[b'y'; 100]);
            }
            block.truncate(16_384);
            frame(1, 5, 1, &block)
        }
        _ => frame(rng.u8(..), rng.u8(..), rng.u32(..), &noise(rng, 100)),
    }
}
