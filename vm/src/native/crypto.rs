//! `:beamlet_crypto`: digests, authentication codes and ciphers, behind the library's `:crypto`.
//!
//! Names that are unknown give the atom `undefined`, from which the library makes the errors of OTP.

use aes::cipher::block_padding::NoPadding;
use aes::cipher::{BlockDecryptMut, BlockEncryptMut, KeyInit, KeyIvInit, StreamCipher};
use aes::{Aes128, Aes192, Aes256};
use aes_gcm::aead::generic_array::GenericArray;
use aes_gcm::aead::AeadInPlace;
use digest::Digest;
use num_bigint::BigUint;

use super::blocking::collect_iodata;
use crate::heap::Resource;
use crate::native::{Native, NativeResult, Raise};
use crate::term::Term;
use crate::Atom;

/// Bytes digested for one reduction.
const PER_REDUCTION: usize = 256;

/// The most bytes made at a time.
const MAX_BYTES: usize = 1 << 28;

crate::natives! {
    "beamlet_crypto" => {
        "hash"/2: hash, pure;
        "hash_init"/1: hash_init, effect;
        "hash_update"/2: hash_update, effect;
        "hash_final"/1: hash_final, effect;
        "hmac"/3: hmac, pure;
        "pbkdf2"/5: pbkdf2, pure;
        "cipher"/5: cipher, pure;
        "aead"/6: aead, pure;
        "random"/1: random, effect;
        "mod_pow"/3: mod_pow, pure;
    }
}

macro_rules! digests {
    ($($variant:ident, $name:literal, $block:literal: $kind:ty;)*) => {
        /// A digest under way.
        #[derive(Clone)]
        enum Digester { $($variant($kind),)* }

        impl Digester {
            /// The digest with an Erlang name.
            fn named(name: Term<'_>) -> Option<Digester> {
                match name.as_atom()?.as_str() {
                    $($name => Some(Digester::$variant(<$kind>::default())),)*
                    _ => None,
                }
            }

            /// The bytes of a block, as authentication codes need them.
            fn block(&self) -> usize {
                match self { $(Digester::$variant(_) => $block,)* }
            }

            fn update(&mut self, bytes: &[u8]) {
                match self { $(Digester::$variant(digest) => Digest::update(digest, bytes),)* }
            }

            fn finish(self) -> Vec<u8> {
                match self { $(Digester::$variant(digest) => digest.finalize().to_vec(),)* }
            }
        }
    };
}

digests! {
    Md4, "md4", 64: md4::Md4;
    Md5, "md5", 64: md5::Md5;
    Ripemd160, "ripemd160", 64: ripemd::Ripemd160;
    Sha1, "sha", 64: sha1::Sha1;
    Sha224, "sha224", 64: sha2::Sha224;
    Sha256, "sha256", 64: sha2::Sha256;
    Sha384, "sha384", 128: sha2::Sha384;
    Sha512, "sha512", 128: sha2::Sha512;
    Sha3x224, "sha3_224", 144: sha3::Sha3_224;
    Sha3x256, "sha3_256", 136: sha3::Sha3_256;
    Sha3x384, "sha3_384", 104: sha3::Sha3_384;
    Sha3x512, "sha3_512", 72: sha3::Sha3_512;
    Blake2b, "blake2b", 128: blake2::Blake2b512;
    Blake2s, "blake2s", 64: blake2::Blake2s256;
}

fn undefined<'h>() -> NativeResult<'h> {
    Native::ok_atom(Atom::new("undefined"))
}

fn iodata<'h>(cx: &mut Native<'_, 'h>, term: Term<'h>) -> Result<Vec<u8>, Raise<'h>> {
    let mut bytes = Vec::new();
    collect_iodata(term, &mut bytes).ok_or_else(Native::raise_badarg)?;
    cx.charge(bytes.len() / PER_REDUCTION);
    Ok(bytes)
}

fn answer<'h>(cx: &mut Native<'_, 'h>, bytes: &[u8]) -> NativeResult<'h> {
    let binary = cx.binary(bytes);
    Native::ok(binary)
}

/// `hash(Type, IoData)`. O(n).
fn hash<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let Some(mut digest) = Digester::named(args[0]) else { return undefined() };
    digest.update(&iodata(cx, args[1])?);
    answer(cx, &digest.finish())
}

/// `hash_init(Type)`: a state for `hash_update/2`.
fn hash_init<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let Some(digest) = Digester::named(args[0]) else { return undefined() };
    let state = cx.resource(Resource::new(digest));
    Native::ok(state)
}

fn state<'h>(term: Term<'h>) -> Result<&'h Digester, Raise<'h>> {
    term.as_resource().and_then(Resource::downcast::<Digester>).ok_or_else(Native::raise_badarg)
}

/// `hash_update(State, IoData)`: another state; the old one can be used again.
fn hash_update<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let mut digest = state(args[0])?.clone();
    digest.update(&iodata(cx, args[1])?);
    let state = cx.resource(Resource::new(digest));
    Native::ok(state)
}

/// `hash_final(State)`: the digest of what was taken in.
fn hash_final<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let digest = state(args[0])?.clone();
    answer(cx, &digest.finish())
}

/// A keyed digest before and after its message: RFC 2104's inner and outer hash with their pads taken in.
#[derive(Clone)]
struct Hmac {
    inner: Digester,
    outer: Digester,
}

impl Hmac {
    fn new(digest: Digester, key: &[u8]) -> Hmac {
        let mut block = if key.len() > digest.block() {
            let mut short = digest.clone();
            short.update(key);
            short.finish()
        } else {
            key.to_vec()
        };
        block.resize(digest.block(), 0);
        let padded = |pad: u8| {
            let mut keyed = digest.clone();
            keyed.update(&block.iter().map(|byte| byte ^ pad).collect::<Vec<u8>>());
            keyed
        };
        Hmac { inner: padded(0x36), outer: padded(0x5c) }
    }

    fn of(&self, parts: &[&[u8]]) -> Vec<u8> {
        let Hmac { mut inner, mut outer } = self.clone();
        parts.iter().for_each(|part| inner.update(part));
        outer.update(&inner.finish());
        outer.finish()
    }
}

/// `hmac(Type, Key, IoData)`. O(n).
fn hmac<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let Some(digest) = Digester::named(args[0]) else { return undefined() };
    let (key, message) = (iodata(cx, args[1])?, iodata(cx, args[2])?);
    answer(cx, &Hmac::new(digest, &key).of(&[&message]))
}

/// `pbkdf2(Type, Password, Salt, Iterations, Length)`: RFC 8018's key derivation. O(iterations × length).
fn pbkdf2<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let Some(digest) = Digester::named(args[0]) else { return undefined() };
    let (password, salt) = (iodata(cx, args[1])?, iodata(cx, args[2])?);
    let (Some(rounds @ 1..), Some(length @ 1..=MAX_BYTES)) = (args[3].as_usize(), args[4].as_usize()) else {
        return Native::badarg();
    };
    cx.charge(rounds.saturating_mul(length) / PER_REDUCTION);
    let keyed = Hmac::new(digest, &password);
    let mut out = Vec::with_capacity(length);
    for number in 1u32.. {
        if out.len() >= length {
            break;
        }
        let mut round = keyed.of(&[&salt, &number.to_be_bytes()]);
        let mut block = round.clone();
        for _ in 1..rounds {
            round = keyed.of(&[&round]);
            block.iter_mut().zip(&round).for_each(|(byte, other)| *byte ^= other);
        }
        out.extend_from_slice(&block);
    }
    answer(cx, &out[..length])
}

/// Runs a block mode over whole blocks; `None` when the key or the initial vector has another length.
fn blocks<E, D>(data: &mut [u8], encrypt: bool, encryptor: Option<E>, decryptor: Option<D>) -> Option<()>
where
    E: BlockEncryptMut,
    D: BlockDecryptMut,
{
    let length = data.len();
    if encrypt {
        encryptor?.encrypt_padded_mut::<NoPadding>(data, length).ok()?;
    } else {
        decryptor?.decrypt_padded_mut::<NoPadding>(data).ok()?;
    }
    Some(())
}

fn cbc<C>(data: &mut [u8], key: &[u8], iv: &[u8], encrypt: bool) -> Option<()>
where
    C: BlockEncryptMut
        + BlockDecryptMut
        + aes::cipher::BlockCipher
        + KeyInit
        + aes::cipher::BlockEncrypt
        + aes::cipher::BlockDecrypt,
{
    let (encryptor, decryptor) =
        (cbc::Encryptor::<C>::new_from_slices(key, iv), cbc::Decryptor::<C>::new_from_slices(key, iv));
    blocks(data, encrypt, encryptor.ok(), decryptor.ok())
}

fn ecb<C>(data: &mut [u8], key: &[u8], encrypt: bool) -> Option<()>
where
    C: BlockEncryptMut
        + BlockDecryptMut
        + aes::cipher::BlockCipher
        + KeyInit
        + aes::cipher::BlockEncrypt
        + aes::cipher::BlockDecrypt,
{
    let (encryptor, decryptor) = (ecb::Encryptor::<C>::new_from_slice(key), ecb::Decryptor::<C>::new_from_slice(key));
    blocks(data, encrypt, encryptor.ok(), decryptor.ok())
}

fn stream<C: KeyIvInit + StreamCipher>(data: &mut [u8], key: &[u8], iv: &[u8]) -> Option<()> {
    C::new_from_slices(key, iv).ok()?.apply_keystream(data);
    Some(())
}

/// `cipher(Name, Key, Vector, Data, Encrypt)`: whole blocks for block modes; `undefined` for unknown names and lengths that do not fit.
fn cipher<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let (key, iv, mut data) = (iodata(cx, args[1])?, iodata(cx, args[2])?, iodata(cx, args[3])?);
    let encrypt = args[4].as_bool().ok_or_else(Native::raise_badarg)?;
    let Some(name) = args[0].as_atom() else { return undefined() };
    let done = match name.as_str() {
        "aes_128_cbc" => cbc::<Aes128>(&mut data, &key, &iv, encrypt),
        "aes_192_cbc" => cbc::<Aes192>(&mut data, &key, &iv, encrypt),
        "aes_256_cbc" => cbc::<Aes256>(&mut data, &key, &iv, encrypt),
        "aes_128_ecb" => ecb::<Aes128>(&mut data, &key, encrypt),
        "aes_192_ecb" => ecb::<Aes192>(&mut data, &key, encrypt),
        "aes_256_ecb" => ecb::<Aes256>(&mut data, &key, encrypt),
        "aes_128_ctr" => stream::<ctr::Ctr128BE<Aes128>>(&mut data, &key, &iv),
        "aes_192_ctr" => stream::<ctr::Ctr128BE<Aes192>>(&mut data, &key, &iv),
        "aes_256_ctr" => stream::<ctr::Ctr128BE<Aes256>>(&mut data, &key, &iv),
        _ => None,
    };
    match done {
        Some(()) => answer(cx, &data),
        None => undefined(),
    }
}

fn seal<C: AeadInPlace + KeyInit>(
    key: &[u8],
    nonce: &[u8],
    aad: &[u8],
    data: &mut [u8],
    tag: Option<&[u8]>,
) -> Option<Result<Vec<u8>, ()>> {
    let cipher = C::new_from_slice(key).ok()?;
    let fits = nonce.len() == C::NonceSize::default_length();
    if !fits {
        return None;
    }
    let nonce = GenericArray::from_slice(nonce);
    match tag {
        None => Some(cipher.encrypt_in_place_detached(nonce, aad, data).map(|tag| tag.to_vec()).map_err(|_| ())),
        Some(tag) if tag.len() == C::TagSize::default_length() => {
            let opened = cipher.decrypt_in_place_detached(nonce, aad, data, GenericArray::from_slice(tag));
            Some(opened.map(|()| Vec::new()).map_err(|_| ()))
        }
        Some(_) => Some(Err(())),
    }
}

/// The number a type stands for.
trait Length {
    fn default_length() -> usize;
}

impl<T: aes::cipher::typenum::Unsigned> Length for T {
    fn default_length() -> usize {
        T::USIZE
    }
}

/// `aead(Name, Key, Nonce, Data, Aad, TagOrTrue)`: `{Encrypted, Tag}` for `true`; with a tag the plain data, or `error`.
fn aead<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let (key, nonce) = (iodata(cx, args[1])?, iodata(cx, args[2])?);
    let (mut data, aad) = (iodata(cx, args[3])?, iodata(cx, args[4])?);
    let encrypt = args[5].as_bool() == Some(true);
    let tag = if encrypt { Vec::new() } else { iodata(cx, args[5])? };
    let tag = (!encrypt).then_some(tag.as_slice());
    let Some(name) = args[0].as_atom() else { return undefined() };
    let done = match name.as_str() {
        "aes_128_gcm" => seal::<aes_gcm::Aes128Gcm>(&key, &nonce, &aad, &mut data, tag),
        "aes_192_gcm" => seal::<aes_gcm::AesGcm<Aes192, aes::cipher::typenum::U12>>(&key, &nonce, &aad, &mut data, tag),
        "aes_256_gcm" => seal::<aes_gcm::Aes256Gcm>(&key, &nonce, &aad, &mut data, tag),
        "chacha20_poly1305" => seal::<chacha20poly1305::ChaCha20Poly1305>(&key, &nonce, &aad, &mut data, tag),
        _ => None,
    };
    match done {
        None => undefined(),
        Some(Err(())) => Native::ok_atom(crate::atom::atoms::ERROR),
        Some(Ok(tag)) if encrypt => {
            let (data, tag) = (cx.binary(&data), cx.binary(&tag));
            let pair = cx.tuple(&[data, tag]);
            Native::ok(pair)
        }
        Some(Ok(_)) => answer(cx, &data),
    }
}

/// `random(Count)`: bytes from the host's source of randomness.
fn random<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let count = args[0].as_usize().filter(|count| *count <= MAX_BYTES).ok_or_else(Native::raise_badarg)?;
    cx.charge(count / PER_REDUCTION);
    let mut bytes = Vec::with_capacity(count + 8);
    while bytes.len() < count {
        bytes.extend_from_slice(&cx.vm().host().random().to_le_bytes());
    }
    answer(cx, &bytes[..count])
}

/// `mod_pow(Base, Exponent, Modulus)`: of bytes, most significant first; the result likewise, `<<0>>` for zero.
fn mod_pow<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let number = |term: Term<'h>| Some(BigUint::from_bytes_be(&term.binary()?));
    let (Some(base), Some(exponent), Some(modulus)) = (number(args[0]), number(args[1]), number(args[2])) else {
        return Native::badarg();
    };
    if modulus == BigUint::ZERO {
        return Native::badarg();
    }
    cx.charge(exponent.bits() as usize);
    answer(cx, &base.modpow(&exponent, &modulus).to_bytes_be())
}
